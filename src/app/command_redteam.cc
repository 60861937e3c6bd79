// `doorward redteam`: attacks the running gateway from outside, area by area.
#include "app/add_command.h"
#include "app/redteam/report.h"

namespace doorward::app {

namespace {

struct RedteamOptions {
  std::string token_file;
};

int redteam_command(const CommonOptions& common, const RedteamOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  const auto target = redteam::look_around(*config, options.token_file);
  if (!target) return tell(target.error());
  const auto report = redteam::attack_all(*config, *target);
  if (!report) return tell(report.error());
  std::cout << (common.json ? redteam::report_json(*report) + "\n" : redteam::report_text(*report));
  if (!target->facts.contains("token"))
    std::cerr << "no client's credential: give one with --token-file to carry out the rest\n";
  // Where honest requests are refused as well, nothing is shown.
  if (!report->honest_served()) {
    std::cerr << "honest requests are refused too, so this shows nothing\n";
    return kCouldNot;
  }
  return report->count(redteam::End::came_through) > 0 ? kFindings : kFine;
}

}  // namespace

void add_redteam_command(const CommandLine& line) {
  auto [command, options] =
      add_command(line, line.cli, "redteam",
                  "attacks the running gateway from outside, area by area", redteam_command);
  command->add_option("--token-file", options->token_file,
                      "a client's token (default: local-token of the state folder)");
}

}  // namespace doorward::app
