#include "world.h"

#include <fstream>
#include <future>
#include <sstream>
#include <utility>

#include "app/catalog_setup.h"
#include "app/config/load.h"
#include "app/tool_classes.h"
#include "audit/segment.h"
#include "base/bytes.h"
#include "guards/injection/classifier.h"
#include "guards/logtamper/receipt.h"
#include "guards/privilege/approvals.h"
#include "store/sqlite_store.h"

namespace doorward::areas {

namespace {

// Texts of credentials that the cases use; they open nothing but this test.
constexpr std::string_view kLocal = "local-client-token-of-this-test-and-nothing-else";
constexpr std::string_view kSigner = "token-of-one-who-signs-in-this-test-and-nothing-else";
constexpr std::string_view kOperator = "local-operator-token-of-this-test-only-and-no-more";
constexpr std::string_view kHeld = "held-by-the-gateway-5d1c7e";
constexpr std::string_view kCi = "dw_ci_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

// A disk that fails from the moment on that it is told to.
class FailingFiles : public audit::Files {
 public:
  std::atomic<bool> fails{false};
  int fdatasync(int fd) override {
    if (!fails.load()) return Files::fdatasync(fd);
    errno = EIO;
    return -1;
  }
};

// Nobody answers for it here, but where a case says what it would say.
constexpr std::string_view kInspection =
    R"({"classifier":{"url":"http://127.0.0.1:9/","channels":["results","arguments"]}})";

// `inspection` and `flow` are those sections, as JSON.
app::Config load_config(std::string_view inspection = kInspection, std::string_view flow = "") {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/areas/config.yaml");
  std::ostringstream text;
  text << file.rdbuf() << "\ninspection: " << inspection << "\n";
  if (!flow.empty()) text << "flow: " << flow << "\n";
  auto config = app::parse_config(text.str(), "config.yaml", "/nowhere");
  if (!config) panic(config.error().what);
  return std::move(*config);
}

// The keys that tests/areas/identity/make_cases.mjs made; their private halves are gone.
std::vector<identity::PublicKey> issuer_keys() {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/areas/identity/keys.json");
  std::ostringstream text;
  text << file.rdbuf();
  auto keys = identity::parse_key_set(text.str());
  if (!keys) panic(keys.error().what);
  return std::move(*keys);
}

// Lists of one server's tools, prompts ... from definitions.json, as one array each.
void show(catalog::Registry& registry, std::string_view server, wire::JsonValue lists) {
  for (size_t i = 0; i < catalog::kKinds; ++i) {
    const wire::JsonValue items = lists[catalog::kKindNames[i]];
    if (!items) continue;
    const auto kind = static_cast<catalog::DefinitionKind>(i);
    if (kind == catalog::DefinitionKind::server)
      registry.observe_server(server, items, wall_now());
    else
      registry.observe_list({.server = server, .kind = kind, .items = items, .now = wall_now()});
  }
}

// With the labels that `labels` has for a tool's name.
void sign_all(catalog::Registry& registry, std::string_view server, wire::JsonValue labels) {
  for (size_t i = 0; i < catalog::kKinds; ++i) {
    const auto kind = static_cast<catalog::DefinitionKind>(i);
    for (const auto& entry : registry.catalog().list(server, kind)) {
      const wire::JsonValue own =
          kind == catalog::DefinitionKind::tool ? labels[entry->name] : wire::JsonValue();
      const catalog::Decision decision{.by = "ana",
                                       .at = wall_now(),
                                       .classes = std::nullopt,
                                       .trust = own["trust"].text(),
                                       .is_private = own["private"].boolean(),
                                       .digest = std::nullopt};
      if (!registry.catalog().approve(server, kind, entry->name, decision))
        panic("can't sign `" + entry->name + "`");
    }
  }
}

std::string listed(const std::map<std::string, std::string>& items) {
  std::string out = "[";
  for (const auto& [_, text] : items) out += (out.size() > 1 ? "," : "") + text;
  return out + "]";
}

// Tools and prompts that a case names and definitions.json doesn't are signed with a schema that
// allows anything; but for names that begin with `unsigned_` or `unknown_`.
std::string lists_of_cases(std::string_view server, wire::JsonValue defined) {
  std::map<std::string, std::string> tools, prompts;
  const auto add = [&](wire::JsonValue message) {
    const std::string_view method = message["method"].text();
    const wire::JsonValue name = message["params"]["name"];
    const wire::JsonValue ref = message["params"]["ref"]["name"];
    if (method == "tools/call" && name.is_string() && !name.text().empty())
      tools.emplace(name.text(), "{\"name\":" + wire::json_quote(name.text()) +
                                     ",\"inputSchema\":{\"type\":\"object\"}}");
    for (const wire::JsonValue one : {method == "prompts/get" ? name : wire::JsonValue(), ref})
      if (one.is_string() && !one.text().empty())
        prompts.emplace(one.text(), "{\"name\":" + wire::json_quote(one.text()) + "}");
  };
  for (const Case& one : all_cases()) {
    const wire::JsonValue given = one.root()["exchange"];
    if ((given["server"] ? given["server"].text() : "files") != server) continue;
    add(given["message"]);
    add(given["request"]);
  }
  for (const Case& one : all_cases()) {
    if (!one.root()["before"]) continue;
    for (const wire::JsonValue step : one.root()["before"].items()) {
      const wire::JsonValue given = step["exchange"];
      if ((given["server"] ? given["server"].text() : "files") == server) add(given["message"]);
    }
  }
  const auto is_unsigned = [](const auto& one) {
    return one.first.starts_with("unsigned_") || one.first.starts_with("unknown_");
  };
  std::erase_if(tools, is_unsigned);
  std::erase_if(prompts, is_unsigned);
  for (const char* const part : {"signed", "shown"})
    for (const char* const kind : {"tools", "prompts"}) {
      if (!defined[part][kind]) continue;
      for (const wire::JsonValue item : defined[part][kind].items())
        (kind == std::string_view("tools") ? tools : prompts)
            .erase(std::string(item["name"].text()));
    }
  if (defined["signed"])
    for (const char* const kind : {"tools", "prompts"}) {
      if (!defined["signed"][kind]) continue;
      for (const wire::JsonValue item : defined["signed"][kind].items())
        (kind == std::string_view("tools") ? tools : prompts)
            .emplace(item["name"].text(), item.raw());
    }
  return R"({"tools":)" + listed(tools) + R"(,"prompts":)" + listed(prompts) + "}";
}

// A catalog as after some days: servers signed, some changed since.
std::shared_ptr<catalog::Registry> known_definitions(const app::Config& config) {
  auto registry = *catalog::Registry::open({});
  registry->configure(app::catalog_servers(config), config.catalog.recheck);
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/areas/definitions.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto given = wire::JsonDocument::parse(text.str());
  if (!given) panic("definitions.json: " + given.error().what);
  for (const auto& [name, server] : config.servers) {
    const wire::JsonValue defined = given->root()[name];
    if (server.pins == app::Pins::locked) {
      const auto lists = wire::JsonDocument::parse(lists_of_cases(name, defined));
      if (!lists) panic(lists.error().what);
      show(*registry, name, lists->root());
      if (defined["signed"]["server"] || defined["signed"]["resources"]) {
        const std::string rest =
            R"({"server":)" +
            std::string(defined["signed"]["server"] ? defined["signed"]["server"].raw() : "{}") +
            R"(,"resources":)" +
            std::string(defined["signed"]["resources"] ? defined["signed"]["resources"].raw()
                                                       : "[]") +
            "}";
        const auto more = wire::JsonDocument::parse(rest);
        show(*registry, name, more->root());
      }
      sign_all(*registry, name, defined["labels"]);
    }
    if (defined["shown"]) show(*registry, name, defined["shown"]);
    for (const wire::JsonValue each : defined["states"].items()) {
      const auto state = catalog::server_state_from(each.text());
      if (!state || !registry->catalog().set_state(name, *state, wall_now()))
        panic("definitions.json: no such state");
    }
  }
  return registry;
}

// The entry of that index, read from the log's own files; "" when it is not there.
std::string read_entry(const std::filesystem::path& log, uint64_t index) {
  for (const auto& file : std::filesystem::directory_iterator(log / "segment")) {
    const auto bytes = audit::read_file(file.path(), 64 << 20);
    if (!bytes) continue;
    for (size_t at = audit::kSegmentHeadBytes;;) {
      const audit::Frame frame = audit::read_frame(*bytes, at);
      if (frame.state != audit::Frame::State::whole) break;
      if (frame.index == index) return std::string(frame.entry);
      at = frame.next;
    }
  }
  return "";
}

core::Ending ending_from(std::string_view text) {
  using enum core::Ending;
  for (const auto ending :
       {answered, error_answer, refused, deadline, upstream_gone, client_gone, cancelled})
    if (core::ending_text(ending) == text) return ending;
  panic("no ending `" + std::string(text) + "`");
}

}  // namespace

// Answers the need of a held call as a running gateway would. `wanted` is what became of the same
// question before: approved, denied, spent, full; else it is asked now.
std::string ask_for_approval(std::string_view key, std::string_view wanted) {
  using policy::Approvals;
  auto store = store::open_sqlite(":memory:");
  if (!store) panic(store.error().what);
  Approvals approvals(
      *store, [](std::string_view, const policy::Approval&) -> Expected<void> { return {}; });
  auto document = wire::JsonDocument::parse(std::string(key.substr(guards::kApprovalNeed.size())));
  auto question = policy::read_question(document->root());
  if (!question) panic("no question: " + std::string(key));
  const Approvals::Bounds bounds{std::chrono::minutes(5), wanted == "full" ? 0U : 20U};
  const auto ask = [&] {
    auto promise = std::make_shared<std::promise<Approvals::Reply>>();
    approvals.ask(*question, bounds, wall_now(), [promise](Expected<Approvals::Reply> reply) {
      if (!reply) panic(reply.error().what);
      promise->set_value(*reply);
    });
    return promise->get_future().get();
  };
  Approvals::Reply reply = ask();
  const policy::Approver lea{"lea", policy::OperatorRole::approver, {"leads"}, false};
  const bool answered = wanted == "approved" || wanted == "denied" || wanted == "spent";
  if (answered) {
    const auto decided =
        approvals.decide(reply.id, lea, wanted != "denied", question->policy, bounds, wall_now());
    if (!decided) panic(decided.error().what);
    reply = ask();
  }
  if (wanted == "spent") reply = ask();
  std::string text = guards::approval_answer(reply);
  (*store)->stop();
  return text;
}

struct World::Site {
  Site(std::filesystem::path folder, const app::Config& config, bool broken) : log_folder(folder) {
    auto files = std::make_shared<FailingFiles>();
    audit::LogOptions options;
    options.folder = folder;
    options.files = files;
    options.heartbeat = std::chrono::milliseconds(0);
    options.segment_bytes = 4 << 20;
    auto log = audit::Log::open(std::move(options));
    if (!log) panic(log.error().what);
    shops.log = std::move(*log);
    auto clients = std::make_shared<identity::Tokens>();
    clients->add({Secret<>(std::string(kLocal)), core::Principal{.user = "local"}});
    clients->add({Secret<>(std::string(kSigner)), core::Principal{.user = "signer"}});
    clients->add("ci",
                 {sha256(kCi), core::Principal{.user = "ci", .agent = {}, .groups = {"dev"}}});
    auto operators = std::make_shared<identity::Tokens>();
    operators->add({Secret<>(std::string(kOperator)),
                    core::Principal{.user = "operator", .agent = {}, .groups = {"admin"}}});
    for (const std::string role : {"viewer", "approver"})
      operators->add(role, {sha256("dw_" + role + "_" + std::string(43, 'a')),
                            core::Principal{.user = role, .agent = {}, .groups = {role}}});
    shops.clients = std::move(clients);
    shops.operators = std::move(operators);
    shops.registry = known_definitions(config);
    shops.stops = std::make_shared<catalog::Stops>("");
    for (const catalog::Stop& stop :
         {catalog::Stop{.server = "files", .tool = "read_stopped"},
          catalog::Stop{.server = "stopped"}, catalog::Stop{.principal = "malvin"}})
      if (!shops.stops->add(stop)) panic("can't stop");
    shops.classes = app::classes_of(shops.registry);
    auto store = store::open_sqlite(":memory:");
    if (!store) panic(store.error().what);
    shops.approvals = std::make_shared<policy::Approvals>(
        *store, [](std::string_view, const policy::Approval&) -> Expected<void> { return {}; });
    std::vector<Secret<>> held;
    held.emplace_back(std::string(kHeld));
    shops.held = std::make_shared<const detect::HeldSecrets>(std::move(held));
    shops.quarantine = std::make_shared<sandbox::Quarantine>(log_folder / "state");
    if (!shops.quarantine->add("trapped", "it tried `ptrace`")) panic("no quarantine");
    shops.identity.keyring->put("https://idp.example", issuer_keys(),
                                SteadyTime(std::chrono::hours(1)));
    static_cast<void>(shops.identity.revocations->add(
        {identity::Revoked::principal, "mallory", "operator", WallTime{}}));
    static_cast<void>(shops.identity.revocations->add(
        {identity::Revoked::jti, "stolen", "operator", WallTime{}}));
    if (!broken) return;
    files->fails = true;
    if (shops.log->append_durable(R"({"kind":"event"})")) panic("the broken log is not broken");
  }
  const std::filesystem::path log_folder;
  app::Workshops shops;
  bool lists_shown = false;
};

World::World() : config_(load_config()) {
  folder_ = std::filesystem::temp_directory_path() / ("doorward-areas-" + random_id(9));
  sound_ = std::make_unique<Site>(folder_ / "sound", config_, false);
  broken_ = std::make_unique<Site>(folder_ / "broken", config_, true);
}

World::~World() {
  sound_.reset();
  broken_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> World::guards() const {
  std::vector<std::string> ids;
  auto doors = app::make_doors(config_, sound_->shops);
  if (!doors) panic(doors.error().what);
  for (const auto& door : *doors) ids.emplace_back(door.guard->facts().id);
  return ids;
}

core::Pipeline World::pipeline(const app::Config& config, const Site& site,
                               std::string_view without) {
  auto doors = app::make_doors(config, site.shops);
  if (!doors) panic(doors.error().what);
  std::erase_if(*doors, [&](const auto& door) { return door.guard->facts().id == without; });
  return core::Pipeline(std::move(*doors));
}

namespace {

// The lists of all servers were looked at just now, unless a case says how that went.
void lists_were_seen(const app::Config& config, core::Notes& notes) {
  for (const auto& [name, server] : config.servers)
    for (const std::string_view kind : catalog::kKindNames)
      notes.values["catalog:" + name + "/" + std::string(kind)] = "seen";
}

// Judges until no guard asks for more. What guards ask for they do not get here, but for the
// answers of people.
std::expected<core::Cleared, core::Refusal> clear_all(const core::Pipeline& judged_by,
                                                      const core::Exchange& exchange,
                                                      core::Notes& notes, core::Permits& permits,
                                                      std::string_view approval,
                                                      std::string_view classifier = "") {
  auto cleared = judged_by.clear(exchange, notes, permits);
  for (int i = 0; i < 8 && !cleared && cleared.error().verdict.effect == core::Effect::need; ++i) {
    const std::string& key = cleared.error().verdict.need;
    notes.values[key] = key.starts_with(guards::kApprovalNeed)     ? ask_for_approval(key, approval)
                        : key.starts_with(guards::kDurableNeed)    ? "yes"
                        : key.starts_with(guards::kClassifierNeed) ? std::string(classifier)
                                                                   : std::string("none");
    cleared = judged_by.clear(exchange, notes, permits);
  }
  return cleared;
}

// What came before the case, in order: each is judged, answered where the case says so, and ended.
// "" or what is wrong with it.
std::string come_before(const core::Pipeline& judged_by, const app::Config& config, const Case& one,
                        std::vector<core::Permits>& open) {
  const wire::JsonValue before = one.root()["before"];
  if (!before) return "";
  for (const wire::JsonValue step : before.items()) {
    const std::string_view stage = step["stage"] ? step["stage"].text() : "request";
    for (int64_t left = step["times"].integer().value_or(1); left > 0; --left) {
      const Scene asked(
          stage == "server_message" ? core::Stage::server_message : core::Stage::request,
          step["exchange"] ? step["exchange"] : one.root()["exchange"]);
      if (!asked.fault.empty()) return asked.fault;
      core::Notes notes;
      lists_were_seen(config, notes);
      core::Permits permits;
      if (!clear_all(judged_by, asked.exchange, notes, permits, "")) continue;
      core::Outcome outcome{.ending = core::Ending::answered, .result_hash = {}};
      if (step["result"] || step["error"]) {
        Scene answer(core::Stage::response, {});
        answer.answer(asked, step);
        if (!answer.fault.empty()) return answer.fault;
        if (!clear_all(judged_by, answer.exchange, notes, permits, ""))
          outcome.ending = core::Ending::refused;
        else if (step["error"])
          outcome.ending = core::Ending::error_answer;
      } else if (step["ending"].text() == "open") {
        open.push_back(std::move(permits));
        continue;
      } else if (step["ending"]) {
        outcome.ending = ending_from(step["ending"].text());
        outcome.effect_unknown = step["sent"].boolean().value_or(false);
        if (outcome.ending == core::Ending::upstream_gone) outcome.reason = "overload.unavailable";
        Scene late(core::Stage::response, {});
        late.exchange = asked.exchange;
        late.exchange.stage = core::Stage::response;
        late.exchange.message = nullptr;
        if (outcome.ending == core::Ending::deadline)
          static_cast<void>(judged_by.refusal(
              late.exchange, notes,
              core::deny("overload.deadline", "R6.1", "late", core::Answer::deadline)));
      }
      permits.settle(outcome);
    }
  }
  return "";
}

}  // namespace

namespace {
// A server's list is part of the case.
bool shows_a_list(const Case& one) {
  const wire::JsonValue whole = one.root();
  if (whole["exchange"]["request"]["method"].text().ends_with("/list")) return true;
  if (!whole["before"]) return false;
  for (const wire::JsonValue step : whole["before"].items())
    if (step["exchange"]["message"]["method"].text().ends_with("/list")) return true;
  return false;
}
}  // namespace

Ended World::run(const Case& one, std::string_view without) {
  const wire::JsonValue given = one.root()["exchange"];
  Site& site = given["log"].text() == "broken" ? *broken_ : *sound_;
  site.shops.ledger = std::make_shared<limits::Ledger>();  // nothing counts from case to case
  site.shops.tasks = nullptr;
  // A list that a case shows is seen by the catalog: the next case gets a fresh one.
  if (std::exchange(site.lists_shown, shows_a_list(one))) {
    site.shops.registry = known_definitions(config_);
    site.shops.classes = app::classes_of(site.shops.registry);
  }
  const wire::JsonValue inspection = one.root()["inspection"], flow = one.root()["flow"];
  const core::Pipeline judged_by =
      pipeline(inspection || flow ? load_config(inspection ? inspection.raw() : kInspection,
                                                flow ? flow.raw() : std::string_view())
                                  : config_,
               site, without);
  std::vector<core::Permits> open;
  if (const std::string fault = come_before(judged_by, config_, one, open); !fault.empty())
    return {.verdict = "bad case: before: " + fault};
  const Scene scene(one);
  if (!scene.fault.empty()) return {.verdict = "bad case: " + scene.fault};

  core::Notes notes;
  lists_were_seen(config_, notes);
  if (given["values"])
    for (const auto& [key, value, key_value] : given["values"].members())
      notes.values[std::string(key)] = value.text();
  core::Permits permits;
  std::optional<core::Refusal> refusal;
  std::string sent;
  if (scene.exchange.stage == core::Stage::accept) {
    auto admitted = judged_by.admit(scene.exchange, notes);
    // Nobody answers an issuer's questions here.
    for (int i = 0; i < 8 && !admitted && admitted.error().verdict.effect == core::Effect::need;
         ++i) {
      notes.values[admitted.error().verdict.need] = "none";
      admitted = judged_by.admit(scene.exchange, notes);
    }
    if (!admitted) refusal = std::move(admitted).error();
  } else if (scene.exchange.stage == core::Stage::launch) {
    auto started = judged_by.may_launch(scene.exchange, notes);
    if (!started) refusal = std::move(started).error();
  } else {
    auto cleared = clear_all(judged_by, scene.exchange, notes, permits, given["approval"].text(),
                             given["classifier"].text());
    if (!cleared)
      refusal = std::move(cleared).error();
    else
      sent = cleared->body();
  }
  Ended ended{.verdict = "pass"};
  ended.sent = std::move(sent);
  if (refusal) {
    ended.verdict = core::effect_text(refusal->verdict.effect);
    ended.reason = refusal->verdict.reason;
    ended.requirement = refusal->verdict.requirement;
    ended.challenge = refusal->verdict.challenge;
    if (refusal->verdict.approval) ended.approval = refusal->verdict.approval->id;
    ended.status = core::http_status(refusal->verdict.answer);
  } else if (notes.principal) {
    ended.principal = notes.principal->user;
  }
  if (notes.deadline)
    ended.deadline_ms = std::chrono::duration_cast<std::chrono::milliseconds>(*notes.deadline -
                                                                              scene.exchange.steady)
                            .count();
  ended.may_repeat = notes.may_repeat;
  if (notes.audit_index) ended.entry = read_entry(site.log_folder, *notes.audit_index);
  if (!given["ending"]) return ended;
  const uint64_t before = site.shops.log->size();
  permits.settle({.ending = ending_from(given["ending"].text()), .result_hash = {}});
  if (site.shops.log->size() > before) ended.outcome = read_entry(site.log_folder, before);
  return ended;
}

}  // namespace doorward::areas
