// `doorward init`: from the client configurations of this machine to servers behind Doorward.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "app/add_command.h"
#include "app/given_file.h"
#include "app/onboard/append.h"
#include "app/onboard/client_backup.h"
#include "app/onboard/pin_all.h"
#include "app/onboard/plan.h"
#include "app/state.h"
#include "catalog/lock_file.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace fs = std::filesystem;

namespace {

struct InitOptions {
  std::vector<std::string> from;
  bool write = false;
  bool undo = false;
  bool yes = false;
};

void tell_step(const std::string& text) {
  std::cerr << text << " …\n";
}

Path home() {
  const char* const given = std::getenv("HOME");
  return given != nullptr ? Path(given) : Path();
}

// The files that were named, or all known ones that exist.
Expected<std::vector<KnownPlace>> places(const InitOptions& options) {
  std::error_code error;
  const Path here = fs::current_path(error);
  std::vector<KnownPlace> found;
  if (options.from.empty()) {
    for (const KnownPlace& place : known_places(home(), here))
      if (fs::exists(place.path, error)) found.push_back(place);
    return found;
  }
  for (const std::string& name : options.from) {
    const Path path = fs::absolute(name, error);
    if (!fs::exists(path, error))
      return failure("config.unreadable", Fault::client, "there is no file `" + name + "`");
    found.push_back({nullptr, path});
  }
  return found;
}

// Which files were changed stands in the state folder, so that `--undo` finds those that a person
// named with --from as well.
Path moved_file(const Path& state) {
  return state / "moved-clients";
}
std::vector<Path> moved_clients(const Path& state) {
  std::vector<Path> out;
  std::error_code error;
  if (!fs::exists(moved_file(state), error)) return out;
  const auto text = read_given_file(moved_file(state).string(), 1 << 20);
  if (!text) return out;
  for (size_t at = 0; at < text->size();) {
    const size_t end = std::min(text->find('\n', at), text->size());
    if (end > at) out.emplace_back(text->substr(at, end - at));
    at = end + 1;
  }
  return out;
}
void remember_moved(const Path& state, const Path& file) {
  std::vector<Path> known = moved_clients(state);
  if (std::ranges::find(known, file) != known.end()) return;
  known.push_back(file);
  std::string text;
  for (const Path& each : known) text += each.string() + "\n";
  // Without it `--undo` wants --from; nothing is lost.
  const auto kept = write_whole(moved_file(state), text, 0600);
  static_cast<void>(kept);
}

int undo_all(std::vector<KnownPlace> files, const InitOptions& options, const Path& state) {
  int restored = 0;
  if (options.from.empty())
    for (const Path& path : moved_clients(state))
      if (std::ranges::none_of(files, [&](const KnownPlace& it) { return it.path == path; }))
        files.push_back({nullptr, path});
  for (const KnownPlace& place : files) {
    auto done = undo(place.path);
    if (!done) return tell(done.error());
    if (!done->restored) continue;
    ++restored;
    std::cout << "restored " << place.path.string() << "\n";
    if (!done->kept.empty())
      std::cout << "  it was changed since; that text is in " << done->kept.string() << "\n";
  }
  if (restored == 0) std::cout << "there is nothing to undo\n";
  return kFine;
}

void show(const InitPlan& plan) {
  for (size_t i = 0; i < plan.files.size(); ++i)
    std::cout << plan.files[i].kind->name << "  " << plan.files[i].path.string() << "  ("
              << plan.files[i].servers.size() << " servers)\n";
  if (plan.already > 0) std::cout << "  " << plan.already << " of them start Doorward already\n";
  for (const PlannedServer& planned : plan.servers) {
    const Suggestion& one = planned.suggestion;
    std::cout << "\n  " << one.name << (one.refused.empty() ? "" : "  stays as it is") << "\n";
    if (!one.refused.empty()) std::cout << "    " << catalog::visible(one.refused) << "\n";
    for (const std::string& note : one.notes) std::cout << "    " << catalog::visible(note) << "\n";
    if (one.refused.empty()) std::cout << one.yaml;
  }
  std::cout << std::flush;
}

bool asked(const char* question, const InitOptions& options) {
  if (options.yes || ::isatty(STDIN_FILENO) == 0) return true;
  std::cout << question << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

Expected<void> keep_secrets(const InitPlan& plan, const Path& folder) {
  std::error_code error;
  for (const PlannedServer& planned : plan.servers)
    for (const auto& [name, value] : planned.suggestion.secrets) {
      if (!planned.suggestion.refused.empty()) continue;
      fs::create_directories(folder, error);
      fs::permissions(folder, fs::perms::owner_all, error);
      if (auto put = write_whole(folder / name, value.reveal(), 0600); !put) return put;
    }
  return {};
}

// Points every client at Doorward. Returns how many files were changed.
Expected<int> point_clients(const InitPlan& plan, const std::vector<std::string>& command,
                            const Path& state) {
  int changed = 0;
  for (size_t i = 0; i < plan.files.size(); ++i) {
    std::vector<ClientServer> moved;
    bool secret = false;
    for (const PlannedServer& planned : plan.servers)
      if (planned.suggestion.refused.empty())
        for (const auto& [file, entry] : planned.places) {
          if (file != i || entry.is_off || entry.leaves_out) continue;
          moved.push_back(entry);
          secret = secret || !planned.suggestion.secrets.empty();
        }
    if (moved.empty() || !plan.files[i].kind->is_clients) continue;
    auto text = point_at_doorward(plan.files[i], moved, command);
    if (!text) return std::unexpected(std::move(text).error());
    if (auto put = replace_with_backup(plan.files[i].path, plan.files[i].text, *text); !put)
      return std::unexpected(std::move(put).error());
    ++changed;
    remember_moved(state, plan.files[i].path);
    std::cout << "wrote " << plan.files[i].path.string()
              << " (before: " << backup_of(plan.files[i].path).string() << ")\n";
    if (secret)
      std::cout << "  the backup still holds the credentials that stood there, for `--undo`; only "
                   "you can read it. Delete it once you are content, or renew them\n";
  }
  return changed;
}

// What a client does not offer as a whole stays with it: behind Doorward it would be offered.
void leave_what_is_off(InitPlan& plan) {
  for (PlannedServer& planned : plan.servers) {
    std::string& refused = planned.suggestion.refused;
    const bool on = std::ranges::any_of(planned.places, [](const auto& place) {
      return !place.second.is_off && !place.second.leaves_out;
    });
    if (!refused.empty() || on) continue;
    const bool off =
        std::ranges::all_of(planned.places, [](const auto& place) { return place.second.is_off; });
    refused =
        off ? "it is switched off in the client; switch it on there first"
            : "the client leaves some of its tools out, which Doorward would offer; take that "
              "list out of the client, and deny those tools by a rule";
  }
}

// A server that could not be started or reached here stays with the clients, and so does one of
// which nothing was signed before: behind Doorward it would answer nothing until a person signs it,
// and nobody who runs `init` for the first time expects to lose a server. `unlisted`: those that
// could not be looked at just now; one that was looked at and not signed is moved, since nobody is
// to go on with it.
void leave_unsigned(InitPlan& plan, const Config& config,
                    const std::vector<std::string>* unlisted) {
  const auto lock = catalog::load_lock(config.lock_file().string());
  for (PlannedServer& planned : plan.servers) {
    Suggestion& one = planned.suggestion;
    const auto server = config.servers.find(one.name);
    if (!one.refused.empty() || server == config.servers.end()) continue;
    const catalog::LockedServer* const locked = lock ? lock->find(one.name) : nullptr;
    const bool any =
        locked != nullptr && std::ranges::any_of(locked->pins, [](const catalog::Pins& pins) {
          return std::ranges::any_of(pins,
                                     [](const auto& it) { return !it.second.approved.empty(); });
        });
    const bool seen =
        unlisted != nullptr && std::ranges::find(*unlisted, one.name) == unlisted->end();
    if (any || seen) continue;
    one.refused = "nothing of it could be signed";
    const bool local = server->second.is_local();
    std::cout << one.name << " stays with the client, which goes on "
              << (local ? "starting it" : "reaching it") << " without Doorward: it could not be "
              << (local ? "started" : "reached") << ", or nothing of it was signed. "
              << (local ? "Mend its entry in `" + config.file.string() + "`"
                        : "Once it can be reached")
              << ", then `doorward pin approve " << one.name << "` and `doorward init --write`\n";
  }
}

// The same server, started otherwise: a person mended its entry. Both name the same program file or
// package, whatever starts it and with which options.
bool is_mended(const std::vector<std::string>& planned, const std::vector<std::string>& there) {
  const auto names_program = [](std::string_view word) {
    return !word.starts_with('-') && word.find_first_of("/@.") != std::string_view::npos;
  };
  const auto program = planned.empty()
                           ? planned.end()
                           : std::find_if(planned.begin() + 1, planned.end(), names_program);
  return program != planned.end() && !there.empty() &&
         std::find(there.begin() + 1, there.end(), *program) != there.end();
}

// Of a configuration that is there already only the servers that stand in it, started alike, are
// moved: the rest stays with the clients.
void leave_unknown(InitPlan& plan, const Config& there, const Path& secrets) {
  const auto wanted =
      parse_config(configuration_text(plan, secrets), "doorward.yaml", there.folder);
  for (PlannedServer& planned : plan.servers) {
    Suggestion& one = planned.suggestion;
    if (!one.refused.empty()) continue;
    const auto found = there.servers.find(one.name);
    if (found == there.servers.end())
      one.refused = "is not in `" + there.file.string() + "`; add it there, or move that file away";
    else if (!wanted || wanted->servers.at(one.name).url != found->second.url)
      one.refused = "`" + there.file.string() + "` has another server of that name";
    else if (const auto& command = wanted->servers.at(one.name).command;
             command == found->second.command)
      continue;
    else if (is_mended(command, found->second.command))
      std::cout << one.name << " is started as `" << there.file.string()
                << "` says, which is not how its client started it\n";
    else
      one.refused = "`" + there.file.string() + "` has another server of that name";
  }
}

bool any_moves(const InitPlan& plan) {
  return std::any_of(plan.servers.begin(), plan.servers.end(),
                     [](const auto& planned) { return planned.suggestion.refused.empty(); });
}

int finish(InitPlan& plan, const InitOptions& options, const Config& config, int pinned,
           const std::vector<std::string>* unlisted) {
  const Path& config_file = config.file;
  leave_unsigned(plan, config, unlisted);
  if (!any_moves(plan)) {
    std::cout << "no client was changed\n";
    return kFindings;
  }
  if (!asked("Point the clients at Doorward?", options)) return pinned;
  std::error_code error;
  const Path self = fs::read_symlink("/proc/self/exe", error);
  auto changed =
      point_clients(plan, {self.string(), "wrap", "--config", config_file.string()}, config.state);
  if (!changed) return tell(changed.error());
  std::cout << "restart the clients; `doorward init --undo` puts everything back\n";
  return pinned;
}

// Everything that stood in a configuration stands in it as before, and of the plan's servers those
// that are to be added.
bool only_adds(const Config& before, const Config& after, const InitPlan& added) {
  for (const auto& [name, server] : before.servers)
    if (const auto found = after.servers.find(name);
        found == after.servers.end() || found->second != server)
      return false;
  size_t fresh = 0;
  for (const PlannedServer& planned : added.servers)
    if (planned.suggestion.refused.empty() && ++fresh > 0 &&
        !after.servers.contains(planned.suggestion.name))
      return false;
  return after.servers.size() == before.servers.size() + fresh;
}

// The servers of the plan that the configuration does not have, and nothing else.
InitPlan news_of(const InitPlan& plan, const Config& there) {
  InitPlan news;
  for (const PlannedServer& planned : plan.servers)
    if (planned.suggestion.refused.empty() && !there.servers.contains(planned.suggestion.name))
      news.servers.push_back(planned);
  return news;
}

// Adds the clients' new servers to the configuration that is there, and pins them. What a person
// wrote stays to the byte. `unlisted` as in pin_all. Gives an exit code where it ends here.
std::optional<int> add_news(const InitPlan& plan, const Config& there, const InitOptions& options,
                            std::vector<std::string>& unlisted) {
  const InitPlan news = news_of(plan, there);
  if (news.servers.empty()) return std::nullopt;
  const Path secrets = there.file.parent_path() / "state" / "secrets";
  const auto text = read_given_file(there.file.string(), 1 << 20);
  if (!text) return tell(text.error());
  const auto appended = append_servers(*text, news, secrets);
  const auto after =
      appended ? parse_config(appended->text, there.file.filename().string(), there.folder)
               : Expected<Config>(failure("init.block", Fault::client, ""));
  // Servers of a signed file stand elsewhere.
  const auto before = parse_config(*text, there.file.filename().string(), there.folder);
  if (!appended || !after || !before || !only_adds(*before, *after, news)) {
    std::cerr << "`" << there.file.string() << "` is written in a way that nothing can be added to "
              << "it here; nothing was changed\n";
    return std::nullopt;
  }
  std::cout << "\n`" << there.file.string() << "` gets, and keeps all that it has:\n"
            << appended->added << std::flush;
  if (!asked("Add these servers, and pin them as they are now?", options)) return kFine;
  if (auto kept = keep_secrets(news, secrets); !kept) return tell(kept.error());
  // A person may have saved it meanwhile.
  const auto now = read_given_file(there.file.string(), 1 << 20);
  if (!now || *now != *text) {
    std::cerr << "`" << there.file.string() << "` changed meanwhile; nothing was added. Again?\n";
    return kCouldNot;
  }
  if (auto put = replace_whole(there.file, appended->text); !put) return tell(put.error());
  std::cout << "wrote " << there.file.string()
            << "; a Doorward that runs takes it at its next reload (SIGHUP)\n";
  const auto config = load_config(there.file.string());
  if (!config) return tell(config.error());
  std::vector<std::string> names;
  names.reserve(news.servers.size());
  for (const PlannedServer& planned : news.servers) names.push_back(planned.suggestion.name);
  const int pinned = pin_all(*config, names, tell_step, unlisted);
  if (options.write) return std::nullopt;
  std::cout << "clients were not changed; `doorward init --write` points them at Doorward\n";
  return pinned;
}

// `init` wrote the configuration before: what is new is added to it, and `--write` points the
// clients at it.
int point_at_known(InitPlan plan, const Config& known, const InitOptions& options) {
  std::vector<std::string> unlisted;
  if (const auto ended = add_news(plan, known, options, unlisted)) return *ended;
  if (!options.write) {
    std::cerr << "`" << known.file.string()
              << "` is there already, and has all that can be put behind Doorward; point the "
                 "clients at it with --write, name another with --config, or move it away\n";
    return kUsage;
  }
  const auto loaded = load_config(known.file.string());
  if (!loaded) return tell(loaded.error());
  const Config& there = *loaded;
  leave_unknown(plan, there, there.file.parent_path() / "state" / "secrets");
  if (!any_moves(plan)) {
    std::cerr
        << "`" << there.file.string()
        << "` is there already, and no client starts a server that stands in it; name another "
           "with --config, or move it away\n";
    for (const PlannedServer& planned : plan.servers)
      if (const Suggestion& one = planned.suggestion;
          !one.yaml.empty() && !there.servers.contains(one.name) && one.secrets.empty())
        std::cerr << "to add it, put this below its `servers:`, then `doorward pin approve "
                  << one.name << "` and this again:\n  " << one.name << ":\n"
                  << one.yaml;
    return kUsage;
  }
  show(plan);
  std::cout << "\nthese stand in `" << there.file.string() << "`\n";
  return finish(plan, options, there, kFine, unlisted.empty() ? nullptr : &unlisted);
}

int init_command(const CommonOptions& common, const InitOptions& options) {
  auto files = places(options);
  if (!files) return tell(files.error());
  std::error_code error;
  const Path config_file = fs::absolute(common.config, error).lexically_normal();
  const Path state = config_file.parent_path() / "state";
  if (options.undo) return undo_all(std::move(*files), options, state);
  if (files->empty()) {
    std::cerr << "no client configuration was found; name one with --from FILE\n";
    return kUsage;
  }
  const bool known = fs::exists(config_file, error);
  std::vector<ClientFile> read;
  for (const KnownPlace& place : *files) {
    auto file = read_client_file(place.path, place.kind);
    if (file) {
      read.push_back(std::move(*file));
      continue;
    }
    std::cerr << catalog::visible(file.error().what) << "\n";
    if (!options.from.empty()) return kUsage;
    std::cerr << "  that client is left out\n";
  }
  if (read.empty()) return kUsage;
  if (auto made = make_state_folder(state); !made) return tell(made.error());
  InitPlan plan = plan_init(std::move(read), state, tell_step);
  for (PlannedServer& planned : plan.servers)
    if (!planned.suggestion.suspicious.empty())
      planned.suggestion.refused = planned.suggestion.suspicious;
  leave_what_is_off(plan);
  if (known) {
    const auto there = load_config(config_file.string());
    return there ? point_at_known(std::move(plan), *there, options) : tell(there.error());
  }
  show(plan);
  if (!any_moves(plan)) {
    std::cout << "\nno server can be put behind Doorward; nothing was written\n";
    return kFindings;
  }
  if (!asked("\nWrite doorward.yaml and pin these servers as they are now?", options)) return kFine;
  if (auto kept = keep_secrets(plan, state / "secrets"); !kept) return tell(kept.error());
  if (auto put = write_whole(config_file, configuration_text(plan, state / "secrets"), 0600); !put)
    return tell(put.error());
  std::cout << "\nwrote " << config_file.string() << "\n";
  const auto config = load_config(config_file.string());
  if (!config) return tell(config.error());
  // Nothing stands in what was written but what was shown.
  const bool as_shown = std::ranges::all_of(config->servers, [&](const auto& server) {
    return std::ranges::any_of(plan.servers, [&](const PlannedServer& planned) {
      return planned.suggestion.refused.empty() && planned.suggestion.name == server.first;
    });
  });
  if (!as_shown) {
    fs::remove(config_file, error);
    std::cerr << "an entry of a client would write more than one server; nothing is used\n";
    return kCouldNot;
  }
  std::vector<std::string> unlisted;
  const int pinned = pin_all(*config, {}, tell_step, unlisted);
  if (!options.write) {
    std::cout << "clients were not changed; `doorward init --write` points them at Doorward\n";
    return pinned;
  }
  return finish(plan, options, *config, pinned, &unlisted);
}

}  // namespace

void add_init_command(const CommandLine& line) {
  auto [command, options] = add_command(
      line, line.cli, "init", "puts the servers of your MCP clients behind Doorward", init_command);
  command->add_option("--from", options->from, "a client's configuration; default: all known ones");
  command->add_flag("--write", options->write, "point the clients at Doorward, keeping a backup");
  command->add_flag("--undo", options->undo, "put the clients' files back to the byte");
  command->add_flag("--yes", options->yes, "ask nothing");
}

}  // namespace doorward::app
