// `doorward kill`: stops a tool, a server, a principal or everything, at once and until it is
// lifted.
#include "app/add_command.h"
#include "app/operator_client.h"
#include "app/operator_kill.h"
#include "catalog/lock_file.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace {

struct KillOptions {
  std::string name;  // SERVER or SERVER.TOOL
  std::string principal, why;
  bool all = false;
  bool lift = false;
  bool list = false;
};

std::string query_of(const KillOptions& options) {
  std::string query;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    query.append(query.empty() ? "" : "&").append(name).append("=");
    query += percent_encoded(value);
  };
  const size_t dot = options.name.find('.');
  add("server", std::string_view(options.name).substr(0, dot));
  if (dot != std::string::npos) add("tool", std::string_view(options.name).substr(dot + 1));
  add("principal", options.principal);
  add("why", options.why);
  if (options.all) add("all", "true");
  return query;
}

void print(const std::string& json, bool as_json) {
  if (as_json) {
    std::cout << json << "\n";
    return;
  }
  const auto document = wire::JsonDocument::parse(json);
  if (!document) return;
  if (document->root()["stops"].size() == 0) std::cout << "nothing is stopped\n";
  for (const wire::JsonValue stop : document->root()["stops"].items()) {
    std::string what;
    if (!stop["server"].text().empty()) what += " server " + std::string(stop["server"].text());
    if (!stop["tool"].text().empty()) what += " tool " + std::string(stop["tool"].text());
    if (!stop["principal"].text().empty())
      what += " principal " + std::string(stop["principal"].text());
    std::cout << "stopped:" << (what.empty() ? " everything" : what) << ", by " << stop["by"].text()
              << " " << stop["at"].text() << (stop["why"].text().empty() ? "" : ": ")
              << stop["why"].text() << "\n";
  }
}

// Nothing runs: the file is changed, and holds from the next start on.
int change_file(const CommonOptions& common, const Config& config, const KillOptions& options) {
  catalog::Stops stops(stops_file(config).string());
  if (!options.list) {
    auto stop = stop_of_query(query_of(options));
    if (!stop) return kUsage;
    stop->by = "operator";
    stop->at = rfc3339(wall_now());
    if (options.lift) {
      const auto lifted = stops.lift(*stop);
      if (!lifted) return tell(lifted.error());
      if (!*lifted) {
        std::cerr << "that was not stopped\n";
        return kFindings;
      }
    } else if (const auto added = stops.add(*stop); !added) {
      return tell(added.error());
    }
    std::cerr << "no running Doorward answers; this holds from the next start on\n";
  }
  print(stops_json(stops), common.json);
  return kFine;
}

// A typo in an emergency looks like success otherwise. What is named all the same is stopped: a
// server may be added, a tool may appear. "" = it is known, or nobody can tell.
std::string unknown_name(const Config& config, const KillOptions& options) {
  if (options.lift || options.list || options.name.empty()) return "";
  const size_t dot = options.name.find('.');
  const std::string server = options.name.substr(0, dot);
  std::string known;
  for (const auto& [name, _] : config.servers) known += (known.empty() ? "" : ", ") + name;
  if (!config.servers.contains(server))
    return "there is no server `" + catalog::visible(server) + "`; there are: " + known;
  if (dot == std::string::npos) return "";
  const auto lock = catalog::load_lock(config.lock_file().string());
  const catalog::LockedServer* const locked = lock ? lock->find(server) : nullptr;
  const std::string tool = options.name.substr(dot + 1);
  if (locked == nullptr || locked->find(catalog::DefinitionKind::tool, tool) != nullptr) return "";
  return "nobody signed a tool `" + catalog::visible(tool) + "` of `" + server +
         "`; look at `doorward pin list " + server + "`";
}

int kill(const CommonOptions& common, const KillOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  if (!options.list && !stop_of_query(query_of(options))) {
    std::cerr << "name what is to be stopped: SERVER, SERVER.TOOL, --principal USER or --all\n";
    return kUsage;
  }
  const std::string unknown = unknown_name(*config, options);
  if (!unknown.empty())
    std::cerr << unknown << "\n  it is stopped all the same; take a wrong name back with --lift\n";
  const std::string path = options.lift ? "/api/v1/kill/lift" : "/api/v1/kill";
  const auto answer = options.list ? call_operator(*config, "GET", path)
                                   : call_operator(*config, "POST", path + "?" + query_of(options));
  if (!answer) {
    const int done = change_file(common, *config, options);
    return done == kFine && !unknown.empty() ? kFindings : done;
  }
  if (answer->status == 404) {
    std::cerr << "that was not stopped\n";
    return kFindings;
  }
  if (answer->status != 200) {
    std::cerr << answer->body << "\n";
    return kCouldNot;
  }
  print(answer->body, common.json);
  return unknown.empty() ? kFine : kFindings;
}

}  // namespace

void add_kill_command(const CommandLine& line) {
  auto [command, options] = add_command(
      line, line.cli, "kill", "stops a tool, a server, a principal or everything, at once", kill);
  command->add_option("NAME", options->name, "SERVER or SERVER.TOOL");
  command->add_option("--principal", options->principal, "a user, whatever they call");
  command->add_flag("--all", options->all, "everything");
  command->add_option("--why", options->why, "for the log");
  command->add_flag("--lift", options->lift, "lets it go on");
  command->add_flag("--list", options->list, "shows what is stopped");
}

}  // namespace doorward::app
