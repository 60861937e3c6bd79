// `doorward redteam`: attacks the running gateway from outside, area by area.
#include "app/add_command.h"
#include "app/redteam/report.h"

namespace doorward::app {

namespace {

struct RedteamOptions {
  std::string token_file;
  bool without_credential = false;
};

int redteam_command(const CommonOptions& common, const RedteamOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  const auto target = redteam::look_around(*config, options.token_file);
  if (!target) return tell(target.error());
  const auto report = redteam::attack_all(*config, *target);
  if (!report) return tell(report.error());
  std::cout << (common.json ? redteam::report_json(*report) + "\n" : redteam::report_text(*report));
  const bool has_token = target->facts.contains("token");
  if (const size_t skipped = report->count(redteam::End::skipped); skipped > 0)
    std::cerr << skipped << " attacks were not carried out: what they need is not there\n";
  if (!has_token)
    std::cerr << "no client's credential: give one with --token-file to carry out the rest\n";
  // Where honest requests are refused as well, nothing is shown.
  if (has_token && !report->honest_served()) {
    std::cerr << "honest requests are refused too, so this shows nothing\n";
    return kCouldNot;
  }
  if (report->count(redteam::End::came_through) > 0) return kFindings;
  if (has_token || options.without_credential) return kFine;
  std::cerr << "what a client could do was not tried, so this shows little; "
               "--without-credential says that it is meant\n";
  return kCouldNot;
}

}  // namespace

void add_redteam_command(const CommandLine& line) {
  auto [command, options] =
      add_command(line, line.cli, "redteam",
                  "attacks the running gateway from outside, area by area", redteam_command);
  command->add_option("--token-file", options->token_file,
                      "a client's token (default: local-token of the state folder)");
  command->add_flag("--without-credential", options->without_credential,
                    "attacks as a stranger alone, and takes that for enough");
}

}  // namespace doorward::app
