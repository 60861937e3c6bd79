// `doorward scan`: connects to servers that nobody trusts yet, in the default sandbox and with a
// state that is gone afterwards, and reports what they offer.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/add_command.h"
#include "app/discover/clients.h"
#include "app/discover/listeners.h"
#include "app/instance.h"
#include "app/onboard/client_backup.h"
#include "app/onboard/plan.h"
#include "app/scan.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace fs = std::filesystem;

namespace {

struct ScanOptions {
  std::string client_config;
  std::string url;
  bool discover = false;
  std::vector<std::string> homes;
};

constexpr std::chrono::seconds kLookFor{180};  // many servers, a few at a time
constexpr std::chrono::seconds kPatience{15};  // while none of them is done
constexpr std::chrono::seconds kQuiet{3};      // before it is said who is waited for

// A folder of this scan's own.
struct Scratch {
  Scratch() {
    std::string name = (fs::temp_directory_path() / "doorward-scan-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Path path;
};

// What is to be scanned, in the form of a client's entries.
Expected<std::vector<ClientFile>> targets(const CommonOptions& common, const ScanOptions& options) {
  std::vector<ClientFile> files;
  if (!options.client_config.empty()) {
    auto file = read_client_file(options.client_config, nullptr);
    if (!file) return failure("config.client_file", Fault::client, file.error().what);
    files.push_back(std::move(*file));
  }
  ClientFile named;
  ClientServer server;
  if (!options.url.empty()) {
    server.name = "server";
    server.url = options.url;
  } else if (!common.wrapped.empty()) {
    server.name = "server";
    server.command = common.wrapped.front();
    server.arguments.assign(common.wrapped.begin() + 1, common.wrapped.end());
  }
  if (!server.name.empty()) {
    named.servers.push_back(std::move(server));
    files.push_back(std::move(named));
  }
  return files;
}

void tell_step(const std::string& text) {
  std::cerr << text << " …\n";
}

// Until all are done, or none gets done any more. Those that do not answer.
std::vector<std::string> wait_for_looks(const DefinitionsLook& looker) {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  auto moved = began;
  size_t left = 0;
  bool told = false;
  while (looker.looking() > 0) {
    const auto now = steady_clock::now();
    const size_t now_left = looker.looking();
    if (std::exchange(left, now_left) != now_left) moved = now;
    if (now - moved > kPatience || now - began > kLookFor) return looker.waiting_for();
    if (now - began > kQuiet && !std::exchange(told, true))
      for (const std::string& name : looker.waiting_for()) tell_step("waiting for `" + name + "`");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

Entries listed(Instance& instance, const Config& config, bool& failed) {
  instance.looker().look_at("");
  const std::vector<std::string> mute = wait_for_looks(instance.looker());
  Entries entries;
  for (const auto& [name, server] : config.servers) {
    const size_t before = entries.size();
    for (size_t kind = 0; kind < catalog::kKinds; ++kind)
      for (auto& entry :
           instance.registry().catalog().list(name, static_cast<catalog::DefinitionKind>(kind)))
        entries.push_back(std::move(entry));
    std::string why = instance.looker().failure_of(name);
    if (why.empty() && std::ranges::find(mute, name) != mute.end()) why = "it does not answer";
    if (why.empty()) continue;
    // What it did show is judged all the same.
    const bool nothing = entries.size() == before;
    std::cerr << "server `" << name << "` could not be looked at" << (nothing ? "" : " whole")
              << ": " << catalog::visible(why) << "\n";
    failed = failed || nothing;
  }
  return entries;
}

void print(const CommonOptions& common, const std::vector<ScanFinding>& findings, size_t looked) {
  if (common.format == "sarif")
    std::cout << scan_sarif(findings);
  else
    std::cout << (common.json ? scan_json(findings, looked) : scan_text(findings, looked));
  std::cout << std::flush;
}

int judged(const std::vector<ScanFinding>& findings) {
  const bool found = std::any_of(findings.begin(), findings.end(),
                                 [](const auto& one) { return one.severity != Severity::note; });
  return found ? kFindings : kFine;
}

// What goes around Doorward on this machine; without a configuration everything does.
int discover(const CommonOptions& common, const ScanOptions& options) {
  std::error_code error;
  Config config;
  if (fs::exists(common.config, error)) {
    auto loaded = load_config(common.config);
    if (!loaded) return tell(loaded.error());
    config = std::move(*loaded);
  } else {
    config.folder = fs::current_path(error);
    std::cerr << "there is no `" << common.config << "`: no server counts as known\n";
  }
  std::vector<Path> homes(options.homes.begin(), options.homes.end());
  auto findings = clients_around(config, homes.empty() ? home_folders() : homes);
  tell_step("asking what listens on this machine for MCP");
  for (auto& found : listeners_around(config)) findings.push_back(std::move(found));
  if (common.format == "text") {
    const std::string all = scan_text(findings, findings.size());
    const size_t summary = all.rfind('\n', all.size() - 2);  // it counts definitions
    std::cout << (summary == std::string::npos ? "" : all.substr(0, summary + 1));
    if (findings.empty()) std::cout << "nothing goes around Doorward\n";
    std::cout << std::flush;
  } else {
    print(common, findings, findings.size());
  }
  return judged(findings);
}

int scan_command(const CommonOptions& common, const ScanOptions& options) {
  if (options.discover) return discover(common, options);
  auto files = targets(common, options);
  if (!files) return tell(files.error());
  if (files->empty()) {
    std::cerr << "name what to scan: --client-config FILE, --url URL, --discover or -- COMMAND "
                 "ARGUMENT…\n";
    return kUsage;
  }
  const Scratch scratch;
  if (scratch.path.empty()) {
    std::cerr << "no temporary folder can be made\n";
    return kCouldNot;
  }
  const Path state = scratch.path / "state";
  const InitPlan plan = plan_init(std::move(*files), state, tell_step);
  bool failed = false, any = false;
  std::vector<std::string> names;
  for (const PlannedServer& planned : plan.servers) {
    const Suggestion& one = planned.suggestion;
    if (!one.refused.empty()) {
      std::cerr << "server `" << one.name
                << "` can't be looked at: " << catalog::visible(one.refused) << "\n";
      failed = true;
      continue;
    }
    any = true;
    names.push_back(planned.places[0].second.name);
    for (const auto& [secret, value] : one.secrets) {
      std::error_code ignored;
      fs::create_directories(state / "secrets", ignored);
      if (auto put = write_whole(state / "secrets" / secret, value.reveal(), 0600); !put)
        return tell(put.error());
    }
  }
  if (!any) return plan.already > 0 && !failed ? kFine : kCouldNot;
  const Path file = scratch.path / "doorward.yaml";
  if (auto put = write_whole(file, configuration_text(plan, state / "secrets"), 0600); !put)
    return tell(put.error());
  auto config = load_config(file);
  if (!config) return tell(config.error());
  config->catalog.discover = milliseconds(0);
  auto instance = Instance::make(*config, {.log_folder = state / "audit", .threads = 1});
  if (!instance) return tell(instance.error());
  (*instance)->server().start();
  const Entries entries = listed(**instance, *config, failed);
  if (entries.empty() && failed) return kCouldNot;
  // A server that a command line or a URL names has no name of its own to be judged.
  if (options.client_config.empty()) names.clear();
  auto findings = scan_definitions(names, entries);
  for (const PlannedServer& planned : plan.servers)
    if (const std::string& other = planned.suggestion.package_imitates; !other.empty())
      findings.push_back({Severity::medium, "name.near_miss", planned.suggestion.name, "server", "",
                          "its package has nearly the name of `" + other + "`, which it is not"});
  print(common, findings, entries.size());
  return failed ? kCouldNot : judged(findings);
}

}  // namespace

void add_scan_command(const CommandLine& line) {
  auto [command, options] =
      add_command(line, line.cli, "scan",
                  "what servers offer, looked at before anybody trusts them", scan_command);
  command->add_option("--client-config", options->client_config,
                      "every server of a client's configuration");
  command->add_option("--url", options->url, "a server over HTTP");
  command->add_flag("--discover", options->discover,
                    "servers of this machine that go around Doorward: in the configurations of "
                    "clients, and listening");
  command->add_option("--home", options->homes,
                      "with --discover: a home folder to look at, instead of your own");
  command->footer("doorward scan -- COMMAND ARGUMENT…");
}

}  // namespace doorward::app
