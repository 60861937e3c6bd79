// `doorward pin list|diff|approve|revoke`: the definitions that somebody signed, and those that
// wait. Acts on the running gateway; where none runs, one in this process connects the servers in
// their sandboxes and the lock file is changed directly.
#include <thread>

#include "app/add_command.h"
#include "app/onboard/imitation.h"
#include "app/operator_client.h"
#include "app/operator_pins.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace {

using wire::JsonValue;

struct PinOptions {
  std::vector<std::string> names;  // SERVER or SERVER.NAME
  bool all = false;
  std::vector<std::string> classes;
  // Labels of the tools that are signed; see docs/flow.md.
  std::string trust;
  std::optional<bool> is_private;
  std::vector<std::string> addresses;
};

constexpr auto kLookFor = std::chrono::seconds(180);  // many servers, a few at a time
constexpr auto kPatience = std::chrono::seconds(15);  // while none of them is done
constexpr auto kQuiet = std::chrono::seconds(3);      // before it is said who is waited for
constexpr size_t kBodyBytes = 32 * 1024;              // of one request: others are served between

// The operator API of the gateway that runs, or of one in this process.
class Desk {
 public:
  static Expected<Desk> open(const Config& config) {
    Desk desk(config);
    auto answer = call_operator(config, "GET", "/api/v1/pins");
    if (answer && answer->status == 200) return desk;
    if (answer)
      return failure("operator.refused", Fault::self,
                     "the running Doorward answers with status " + std::to_string(answer->status));
    std::cerr << "no running Doorward answers; the servers are started here to look at them\n";
    Config quiet = config;
    quiet.catalog.discover = milliseconds(0);
    auto made =
        Instance::make(std::move(quiet), {.log_folder = config.state / "audit", .threads = 1});
    if (!made) return std::unexpected(std::move(made).error());
    (*made)->server().start();
    desk.own_ = std::move(*made);
    return desk;
  }

  Expected<ApiAnswer> ask(std::string_view method, const std::string& path,
                          const std::string& body = "") {
    if (!own_) return call_operator(config_, method, path, body);
    const auto answer = operate_pins(
        *own_, "operator",
        {method == "GET" ? wire::HttpMethod::get : wire::HttpMethod::post, path, "", body});
    if (!answer) return failure("operator.refused", Fault::self, "there is no such action");
    return ApiAnswer{answer->status, answer->body};
  }

  // Has all servers listed anew and waits for it; one that does not answer is not waited for.
  // Errors: operator.*.
  Expected<std::string> look() {
    using std::chrono::steady_clock;
    auto begun = ask("POST", "/api/v1/pins/look");
    if (!begun) return std::unexpected(std::move(begun).error());
    const auto began = steady_clock::now();
    auto moved = began;
    int64_t left = -1;
    bool told = false;
    for (;;) {
      auto looking = ask("GET", "/api/v1/pins/look");
      if (!looking) return std::unexpected(std::move(looking).error());
      const auto document = wire::JsonDocument::parse(looking->body, kLimits);
      if (!document) return std::unexpected(document.error());
      const int64_t now_left = document->root()["looking"].integer().value_or(0);
      const auto now = steady_clock::now();
      if (std::exchange(left, now_left) != now_left) moved = now;
      if (left == 0) break;
      if (now - moved > kPatience || now - began > kLookFor) {
        for (const JsonValue name : document->root()["servers"].items())
          mute_.emplace_back(name.text());
        break;
      }
      if (now - began > kQuiet && !std::exchange(told, true))
        for (const JsonValue name : document->root()["servers"].items())
          std::cerr << "waiting for `" << name.text() << "` …\n";
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    auto pins = ask("GET", "/api/v1/pins");
    if (!pins) return std::unexpected(std::move(pins).error());
    return std::move(pins->body);
  }

  // Why the last look at a server failed; "" where it did not.
  [[nodiscard]] std::string failure_of(JsonValue server) const {
    if (server["failure"]) return catalog::visible(server["failure"].text());
    return std::ranges::find(mute_, server["name"].text()) == mute_.end() ? ""
                                                                          : "it does not answer";
  }

  static constexpr wire::JsonLimits kLimits{
      .bytes = 64U << 20, .depth = 64, .nodes = 4'000'000, .items = 200'000};

 private:
  explicit Desk(const Config& config) : config_(config) {}
  Config config_;
  std::unique_ptr<Instance> own_;
  std::vector<std::string> mute_;
};

// Which of the names meets this definition; every name that met something is marked.
bool is_meant(const PinOptions& options, std::vector<bool>& met, std::string_view server,
              std::string_view name) {
  bool meant = options.all;
  for (size_t i = 0; i < options.names.size(); ++i) {
    const std::string_view given = options.names[i];
    const size_t dot = given.find('.');
    const bool fits = given.substr(0, dot) == server &&
                      (dot == std::string_view::npos || given.substr(dot + 1) == name);
    if (fits) met[i] = true;
    meant = meant || fits;
  }
  return meant;
}

bool names_it(const PinOptions& options, std::string_view server, std::string_view name) {
  const std::string whole = std::string(server) + "." + std::string(name);
  return std::find(options.names.begin(), options.names.end(), whole) != options.names.end();
}

std::string joined(JsonValue list) {
  std::string out;
  for (const JsonValue one : list.items()) out.append(out.empty() ? "" : ", ").append(one.text());
  return out;
}

bool is_high(JsonValue entry) {
  for (const JsonValue one : entry["findings"].items())
    if (one["severity"].text() == "high") return true;
  return false;
}

std::string full_name(std::string_view server, JsonValue entry) {
  const std::string_view shown = entry["shown"].text();
  return std::string(server) + (shown.empty() ? " (its own words)" : "." + std::string(shown));
}

void print_entry(std::string_view server, JsonValue entry) {
  std::string line = "  " + full_name(server, entry);
  if (entry["kind"].text() != "tools" && !entry["name"].text().empty())
    line += " (" + std::string(entry["kind"].text()) + ")";
  line.resize(std::max<size_t>(line.size() + 1, 44), ' ');
  line += entry["state"].text();
  if (entry["cause"]) line += ": " + std::string(entry["cause"].text());
  if (entry["was"]) line += ", was `" + catalog::visible(entry["was"].text()) + "`";
  if (entry["kind"].text() == "tools") line += "  [" + joined(entry["classes"]) + "]";
  if (entry["trust"]) line += " " + std::string(entry["trust"].text());
  if (const auto is_private = entry["private"].boolean())
    line += *is_private ? " private" : " not private";
  if (entry["addresses"]) line += " addresses " + catalog::visible(joined(entry["addresses"]));
  for (const JsonValue by : entry["approved"].items())
    line += "  " + std::string(by["by"].text()) + " " + std::string(by["at"].text().substr(0, 10));
  std::cout << line << "\n";
}

void print_diff(JsonValue entry) {
  std::string_view diff = entry["diff"].text();
  if (!entry["diff"] && entry["description"])
    std::cout << "      " << entry["description"].text() << "\n";
  while (!diff.empty()) {
    const size_t end = diff.find('\n');
    std::cout << "      " << diff.substr(0, end) << "\n";
    diff = end == std::string_view::npos ? "" : diff.substr(end + 1);
  }
  for (const JsonValue one : entry["findings"].items())
    std::cout << "      ! " << one["severity"].text() << "  " << one["rule"].text() << "  "
              << catalog::visible(one["text"].text()) << "\n";
}

bool unmet(const PinOptions& options, const std::vector<bool>& met) {
  bool any = false;
  for (size_t i = 0; i < met.size(); ++i) {
    if (met[i]) continue;
    std::cerr << "nothing is called `" << options.names[i] << "` (SERVER or SERVER.TOOL)\n";
    any = true;
  }
  return any;
}

// Prints what is known; with `diff` only what is not as it was signed, and how.
int report(const CommonOptions& common, PinOptions options, bool diff) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  auto desk = Desk::open(*config);
  if (!desk) return tell(desk.error());
  const auto pins = desk->look();
  if (!pins) return tell(pins.error());
  const auto document = wire::JsonDocument::parse(*pins, Desk::kLimits);
  if (!document) return tell(document.error());
  options.all = options.names.empty();
  std::vector<bool> met(options.names.size());
  bool waits = false, unseen = false;
  if (common.json) std::cout << *pins << "\n";
  for (const JsonValue server : document->root()["servers"].items()) {
    const std::string_view name = server["name"].text();
    bool headed = false;
    for (size_t i = 0; i < options.names.size(); ++i)
      if (options.names[i] == name) met[i] = true;
    const bool shown = options.all || is_meant(options, met, name, "");
    if (shown && !common.json) {
      std::cout << name << ": " << server["state"].text();
      if (server["since"]) std::cout << " since " << server["since"].text();
      if (server["validated"]) std::cout << ", validated " << server["validated"].text();
      if (server["identityChanges"].size() > 0)
        std::cout << ", is another than was signed: " << joined(server["identityChanges"]);
      if (server["issuer"])
        std::cout << " (vouched for by `" << server["issuer"]["now"].text() << "`, was `"
                  << server["issuer"]["was"].text() << "`)";
      if (const std::string why = desk->failure_of(server); !why.empty())
        std::cout << ", can't be listed: " << why;
      std::cout << "\n";
      headed = true;
    }
    if (shown && server["identityChanges"].size() > 0) waits = true;
    if (diff && shown && !desk->failure_of(server).empty()) {
      unseen = true;
      std::cerr << name << ": can't be listed, so that nobody knows whether it is as signed: "
                << desk->failure_of(server) << "\n";
    }
    for (const JsonValue entry : server["definitions"].items()) {
      if (!is_meant(options, met, name, entry["name"].text())) continue;
      const bool is_news = entry["state"].text() != "active" || entry["diff"];
      waits = waits || is_news;
      if (common.json || (diff && !is_news)) continue;
      if (!std::exchange(headed, true)) std::cout << name << ": " << server["state"].text() << "\n";
      print_entry(name, entry);
      if (diff) print_diff(entry);
    }
  }
  if (unmet(options, met)) return kFindings;
  if (diff && waits) return kFindings;
  return unseen ? kCouldNot : kFine;
}

int pin_list(const CommonOptions& common, const PinOptions& options) {
  return report(common, options, false);
}
int pin_diff(const CommonOptions& common, const PinOptions& options) {
  return report(common, options, true);
}

std::string item_json(std::string_view server, JsonValue entry, const PinOptions& options,
                      bool approve) {
  std::string item = R"({"server":)" + wire::json_quote(server) + R"(,"kind":)" +
                     std::string(entry["kind"].raw()) + R"(,"name":)" +
                     std::string(entry["name"].raw());
  if (approve && entry["digest"]) item += R"(,"digest":)" + std::string(entry["digest"].raw());
  if (!approve || entry["kind"].text() != "tools") return item + "}";
  const auto list = [&item](std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    item.append(",\"").append(name).append("\":[");
    for (size_t i = 0; i < values.size(); ++i)
      item += (i > 0 ? "," : "") + wire::json_quote(values[i]);
    item += "]";
  };
  list("classes", options.classes);
  list("addresses", options.addresses);
  if (!options.trust.empty()) item += R"(,"trust":)" + wire::json_quote(options.trust);
  if (options.is_private)
    item += std::string(R"(,"private":)") + (*options.is_private ? "true" : "false");
  return item + "}";
}

// Sends the items in as many requests as they need; prints what each did.
int decide(Desk& desk, const std::vector<std::string>& items, bool approve, bool json) {
  int64_t done = 0;
  bool failed = false;
  for (size_t at = 0; at < items.size();) {
    std::string list = items[at++];
    for (; at < items.size() && list.size() + items[at].size() < kBodyBytes; ++at)
      list.append(",").append(items[at]);
    const auto answer = desk.ask("POST", approve ? "/api/v1/pins/approve" : "/api/v1/pins/revoke",
                                 R"({"items":[)" + list + "]}");
    if (!answer) return tell(answer.error());
    const auto told = wire::JsonDocument::parse(answer->body);
    if (answer->status != 200 || !told) {
      const std::string_view why = told ? told->root()["error"].text() : "";
      std::cerr << "HTTP " << answer->status << ": " << (why.empty() ? answer->body : why) << "\n";
      return kCouldNot;
    }
    done += told->root()["done"].integer().value_or(0);
    for (const JsonValue error : told->root()["errors"].items()) {
      failed = true;
      std::cerr << error["server"].text() << "." << catalog::visible(error["name"].text()) << ": "
                << catalog::visible(error["error"].text()) << "\n";
    }
  }
  if (json)
    std::cout << R"({"done":)" << done << "}\n";
  else
    std::cout << (approve ? "approved " : "revoked ") << done << "\n";
  return failed ? kFindings : kFine;
}

std::vector<std::string> command_of(const Config& config, std::string_view server) {
  const auto found = config.servers.find(std::string(server));
  return found == config.servers.end() ? std::vector<std::string>() : found->second.command;
}

bool is_signed_already(JsonValue server) {
  for (const JsonValue entry : server["definitions"].items())
    if (entry["approved"].size() > 0) return true;
  return false;
}

int change(const CommonOptions& common, const PinOptions& options, bool approve) {
  if (options.names.empty() && !options.all) {
    std::cerr << "name what is meant: SERVER, SERVER.TOOL or --all\n";
    return kUsage;
  }
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  auto desk = Desk::open(*config);
  if (!desk) return tell(desk.error());
  const auto pins = [&]() -> Expected<std::string> {
    if (approve) return desk->look();
    auto known = desk->ask("GET", "/api/v1/pins");
    if (!known) return std::unexpected(std::move(known).error());
    return std::move(known->body);
  }();
  if (!pins) return tell(pins.error());
  const auto document = wire::JsonDocument::parse(*pins, Desk::kLimits);
  if (!document) return tell(document.error());
  std::vector<bool> met(options.names.size());
  std::vector<std::string> items;
  std::vector<std::string> whole;  // servers that are signed as such
  bool unseen = false;
  for (const JsonValue server : document->root()["servers"].items()) {
    const std::string_view name = server["name"].text();
    // A name that could be a mistake is signed by a person who writes it, never along with others.
    if (const auto other = imitates(name, command_of(*config, name));
        approve && options.all && other && !is_signed_already(server)) {
      std::cerr << name << ": is much like `" << *other
                << "` and is not signed with --all; if you mean it: doorward pin approve " << name
                << "\n";
      unseen = true;
      continue;
    }
    const std::string failed = desk->failure_of(server);
    if (approve && !failed.empty() && is_meant(options, met, name, "")) {
      std::cerr << name << ": can't be listed: " << failed << "\n";
      unseen = true;
    }
    const bool as_a_whole =
        options.all || std::ranges::find(options.names, name) != options.names.end();
    if (as_a_whole && failed.empty()) whole.emplace_back(name);
    if (as_a_whole)
      for (size_t i = 0; i < met.size(); ++i) met[i] = met[i] || options.names[i] == name;
    for (const JsonValue entry : server["definitions"].items()) {
      if (!is_meant(options, met, name, entry["name"].text())) continue;
      const bool is_active = entry["state"].text() == "active";
      const bool is_signed = entry["approved"].size() > 0;
      // A person who signs a whole server is asked only for what waits; a name is signed anyway.
      const bool wanted =
          names_it(options, name, entry["name"].text()) ||
          (approve ? !is_active || !entry["confirmed"].boolean().value_or(false) : is_signed);
      if (!wanted) continue;
      // Text that speaks to the model, and names made to deceive, are signed by name alone.
      if (approve && is_high(entry) && !names_it(options, name, entry["name"].text())) {
        print_entry(name, entry);
        print_diff(entry);
        std::cout << std::flush;
        std::cerr << full_name(name, entry) << ": is not signed, for what `!` tells of it; if you "
                  << "mean it: doorward pin approve '" << name << "."
                  << catalog::visible(entry["name"].text()) << "'\n";
        unseen = true;
        continue;
      }
      items.push_back(item_json(name, entry, options, approve));
      if (!common.json) {
        print_entry(name, entry);
        print_diff(entry);
      }
    }
  }
  const bool unknown = unmet(options, met);
  const int code = decide(*desk, items, approve, common.json);
  // Who signs a whole server signs what it is made of as well.
  if (approve && code == kFine)
    for (const std::string& server : whole) {
      const auto pinned = desk->ask("POST", "/api/v1/pins/identity",
                                    R"({"server":)" + wire::json_quote(server) + "}");
      if (!pinned) return tell(pinned.error());
      const auto told = wire::JsonDocument::parse(pinned->body);
      const int64_t missing = told ? told->root()["missing"].integer().value_or(0) : 0;
      if (missing > 0 && !common.json)
        std::cout << server << ": " << missing
                  << " more to sign it before it counts as validated\n";
    }
  return code == kFine && (unknown || unseen) ? kFindings : code;
}

int pin_approve(const CommonOptions& common, const PinOptions& options) {
  return change(common, options, true);
}
int pin_revoke(const CommonOptions& common, const PinOptions& options) {
  return change(common, options, false);
}

struct StateOptions {
  std::string server, state;
};

int pin_state(const CommonOptions& common, const StateOptions& options) {
  const auto config = load_config(common.config);
  if (!config) return tell(config.error());
  if (!config->servers.contains(options.server)) {
    std::cerr << "there is no server `" << options.server << "`\n";
    return kFindings;
  }
  if (!catalog::server_state_from(options.state)) {
    std::cerr << "`" << options.state << "` is no state; expected one of submitted, scanned, "
              << "signed_off, probation, active, quarantined, revoked\n";
    return kUsage;
  }
  auto desk = Desk::open(*config);
  if (!desk) return tell(desk.error());
  // What is judged is what the server shows now.
  if (options.state == "scanned")
    if (auto seen = desk->look(); !seen) return tell(seen.error());
  const auto answer = desk->ask("POST", "/api/v1/pins/state",
                                R"({"server":)" + wire::json_quote(options.server) +
                                    R"(,"state":)" + wire::json_quote(options.state) + "}");
  if (!answer) return tell(answer.error());
  const auto told = wire::JsonDocument::parse(answer->body);
  if (answer->status != 200 || !told) {
    std::cerr << (told ? std::string(told->root()["error"].text()) : answer->body) << "\n";
    return answer->status == 409 ? kFindings : kCouldNot;
  }
  if (common.json)
    std::cout << answer->body << "\n";
  else
    std::cout << options.server << ": " << told->root()["state"].text() << "\n";
  return kFine;
}

}  // namespace

void add_pin_commands(const CommandLine& line) {
  CLI::App& pin = *line.cli.add_subcommand("pin", "the lock file: what was signed off");
  pin.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, auto run) {
    auto [command, options] = add_command(line, pin, name, text, run);
    command->add_option("NAME", options->names, "SERVER or SERVER.TOOL");
    command->add_flag("--all", options->all, "everything of all servers");
    return std::pair(command, options);
  };
  add("list", "what is known of each server's definitions", pin_list);
  add("diff", "what is not as it was signed, and how it differs", pin_diff);
  auto [approve, options] =
      add("approve", "signs definitions as the servers show them now", pin_approve);
  approve->add_option("--class", options->classes, "what the tool can do, instead of the guess");
  approve
      ->add_option("--trust", options->trust,
                   "who writes what the tool returns: trusted, shared or untrusted")
      ->check(CLI::IsMember({"trusted", "shared", "untrusted"}));
  approve->add_flag("--private,!--not-private", options->is_private,
                    "whether what the tool returns is private data");
  approve->add_option("--address", options->addresses, "an argument that names a destination");
  add("revoke", "takes signatures back", pin_revoke);
  auto [state, of] = add_command(line, pin, "state",
                                 "takes a server to its next state; none is skipped", pin_state);
  state->add_option("SERVER", of->server, "a server of the configuration")->required();
  state
      ->add_option("STATE", of->state,
                   "submitted, scanned, signed_off, probation, active, quarantined or revoked")
      ->required();
}

}  // namespace doorward::app
