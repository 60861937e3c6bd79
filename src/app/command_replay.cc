// `doorward replay TRACE`: recorded traffic under a configuration, without sending anything.
#include <fstream>

#include "app/add_command.h"
#include "app/replay.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

struct ReplayOptions {
  std::string trace;
};

constexpr size_t kLongestLine = 8U << 20U;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// Whether some line carries `time`.
bool is_timed(std::istream& lines) {
  std::string line;
  while (std::getline(lines, line)) {
    if (line.find("\"time\"") == std::string::npos) continue;
    const auto parsed = wire::JsonDocument::parse(line);
    if (parsed && parsed->root()["time"]) return true;
  }
  return false;
}

int replay(const CommonOptions& common, const ReplayOptions& options) {
  auto config = load_config(common.config);
  if (!config) return tell(config.error());
  std::ifstream lines(options.trace, std::ios::binary);
  if (!lines) {
    std::cerr << "can't read the trace `" << options.trace << "`\n";
    return kUsage;
  }
  auto made = Replay::make(std::move(*config), is_timed(lines));
  if (!made) return tell(made.error());
  lines.clear();
  lines.seekg(0);
  std::string line;
  size_t number = 0;
  bool all_good = true;
  while (std::getline(lines, line)) {
    ++number;
    if (is_blank(line)) continue;
    auto told =
        line.size() > kLongestLine
            ? Expected<std::string>(failure("replay.line", Fault::client, "the line is over 8 MiB"))
            : made->line(line);
    if (told) {
      std::cout << *told;
      continue;
    }
    all_good = false;
    const std::string fault = "line " + std::to_string(number) + ": " + told.error().what;
    std::cout << R"({"id":null,"error":)" << wire::json_quote(fault) << "}\n";
    std::cerr << options.trace << ", " << fault << "\n";
  }
  std::cout << made->summary() << std::flush;
  return all_good ? kFine : kUsage;
}

}  // namespace

void add_replay_command(const CommandLine& line) {
  auto [command, options] =
      add_command(line, line.cli, "replay", "judges recorded traffic without sending it", replay);
  command->add_option("TRACE", options->trace, "a trace, as `audit export --trace` writes it")
      ->required();
}

}  // namespace doorward::app
