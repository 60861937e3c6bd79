#include "app/replay.h"

#include <algorithm>
#include <map>

#include "app/catalog_setup.h"
#include "app/flow_labels.h"
#include "app/tool_classes.h"
#include "app/trace_servers.h"

namespace doorward::app {

namespace {

bool is_limit(const core::Guard& guard) {
  const core::GuardFacts& facts = guard.facts();
  if (facts.area == core::Area::overload) return true;
  return facts.area == core::Area::instability && facts.id != "instability.strict_rpc" &&
         facts.id != "instability.schema";
}

// Whether a door has a place in a replay.
bool takes_part(const core::Guard& guard, bool timed) {
  const core::GuardFacts& facts = guard.facts();
  switch (facts.area) {
    case core::Area::transport:
    case core::Area::identity:
    case core::Area::rogue:
    case core::Area::isolation:
      return false;
    default:
      // Nobody is asked: neither the log nor a classifier.
      return facts.id != "logtamper.receipt" && facts.id != "injection.classifier" &&
             (timed || !is_limit(guard));
  }
}

std::string_view edit_kind(const wire::Edit& edit) {
  if (edit.begin == edit.end) return "label";
  return edit.text.empty() ? "strip" : "redact";
}

Error bad_line(std::string what) {
  return Error{"replay.line", Fault::client, false, std::move(what)};
}

struct Summary {
  size_t calls = 0, passed = 0, held = 0, denied = 0;
  size_t results = 0, edited = 0, refused = 0;
  std::map<std::string, size_t> reasons;
};

}  // namespace

struct Replay::State {
  explicit State(Config given) : config(std::make_shared<const Config>(std::move(given))) {}

  std::shared_ptr<const Config> config;
  std::shared_ptr<TraceServers> servers;
  catalog::Servers facts;  // what the configuration says, and of the trace's servers besides
  std::shared_ptr<catalog::Registry> registry;
  std::shared_ptr<policy::flow::Tasks> tasks;
  std::unique_ptr<core::Pipeline> pipeline;
  Summary summary;
  WallTime now = wall_now();
  uint64_t number = 0;

  // The tools of a server line are signed as they stand there.
  Expected<void> server(wire::JsonValue line) {
    if (auto taken = servers->add(line); !taken) return taken;
    const std::string name(line["server"].text());
    facts.try_emplace(name);
    registry->configure(facts, std::chrono::hours(24));
    if (!line["tools"].is_array()) return {};
    constexpr auto kTool = catalog::DefinitionKind::tool;
    registry->observe_list({.server = name, .kind = kTool, .items = line["tools"], .now = now});
    for (const auto& entry : registry->catalog().list(name, kTool)) {
      auto signed_off =
          registry->catalog().approve(name, kTool, entry->name, {.by = "trace", .at = now});
      if (!signed_off) return std::unexpected(bad_line(signed_off.error().what));
    }
    return {};
  }

  core::Exchange exchange(const core::Principal& principal, wire::JsonValue line) const {
    core::Exchange made;
    made.stage = core::Stage::request;
    made.principal = made.session_owner = &principal;
    made.server = line["server"].text();
    made.session = line["task"].text();
    made.now = now;
    made.steady =
        SteadyTime(std::chrono::duration_cast<SteadyTime::duration>(now.time_since_epoch()));
    return made;
  }

  static core::Principal principal_of(wire::JsonValue line) {
    core::Principal principal;
    principal.user = line["principal"].text();
    if (principal.user.empty()) principal.user = "local";
    if (line["groups"].is_array())
      for (const wire::JsonValue group : line["groups"].items())
        principal.groups.emplace_back(group.text());
    return principal;
  }

  void prompt(wire::JsonValue line) const {
    const core::Principal principal = principal_of(line);
    const core::Exchange made = exchange(principal, line);
    tasks->change(core::task_of(made, config->tasks), now,
                  [&](policy::flow::TaskIndex& task) { task.add_prompt(line["text"].text()); });
  }

  static void append_verdict(std::string& out, const core::Verdict& verdict) {
    out.append(R"({"verdict":")").append(core::effect_text(verdict.effect)).append("\"");
    if (verdict.reason.empty()) return;
    out.append(R"(,"reason":)");
    wire::append_json_quote(out, verdict.reason);
    out.append(R"(,"requirement":)");
    wire::append_json_quote(out, verdict.requirement);
    if (verdict.detail.empty()) return;
    out.append(R"(,"detail":)");
    wire::append_json_quote(out, verdict.detail);
  }
  static void append_observed(std::string& out, const core::Notes& notes) {
    if (const auto known = notes.values.find(policy::flow::kKnownPlaces);
        known != notes.values.end()) {
      out.append(R"(,"known":)");
      wire::append_json_quote(out, known->second);
    }
    if (notes.observed.empty()) return;
    out += R"(,"observed":[)";
    for (const auto& observed : notes.observed) {
      if (out.back() != '[') out += ',';
      wire::append_json_quote(out, observed.reason);
    }
    out += ']';
  }

  Expected<std::string> call(wire::JsonValue line) {
    if (line["tool"].text().empty() || line["server"].text().empty())
      return std::unexpected(bad_line("a call needs `server` and `tool`"));
    const std::string id = std::to_string(++number);
    std::string params = R"({"name":)" + wire::json_quote(line["tool"].text());
    if (line["arguments"]) params.append(R"(,"arguments":)").append(line["arguments"].raw());
    auto request =
        wire::Message::parse(wire::make_request(id, wire::Method::tools_call, params + "}"));
    if (!request) return std::unexpected(bad_line(request.error().what));

    const core::Principal principal = principal_of(line);
    core::Exchange made = exchange(principal, line);
    made.call_id = id;
    made.message = made.request = &*request;
    made.message_bytes = request->bytes().size();
    core::Notes notes;
    core::Permits permits;
    ++summary.calls;
    std::string out =
        R"({"id":)" + (line["id"] ? std::string(line["id"].raw()) : id) + R"(,"request":)";
    auto cleared = pipeline->clear(made, notes, permits);
    if (!cleared) {
      const core::Verdict& verdict = cleared.error().verdict;
      ++(verdict.effect == core::Effect::hold ? summary.held : summary.denied);
      ++summary.reasons[std::string(verdict.reason)];
      append_verdict(out, verdict);
      append_observed(out, notes);
      permits.settle(
          {.ending = core::Ending::refused, .result_hash = {}, .reason = verdict.reason});
      return out + "}}\n";
    }
    ++summary.passed;
    out += R"({"verdict":"pass")";
    append_observed(out, notes);
    out += '}';
    if (line["result"].is_object()) {
      if (auto judged = response(made, id, line["result"], out); !judged)
        return std::unexpected(std::move(judged).error());
    }
    const bool failed = line["result"]["isError"].boolean() == true;
    permits.settle({.tool_error = failed, .result_hash = {}});
    return out + "}\n";
  }

  Expected<void> response(core::Exchange made, const std::string& id, wire::JsonValue result,
                          std::string& out) {
    auto message = wire::Message::parse(wire::make_result(id, result.raw()));
    if (!message) return std::unexpected(bad_line(message.error().what));
    made.stage = core::Stage::response;
    made.message = &*message;
    made.message_bytes = message->bytes().size();
    core::Notes notes;
    core::Permits permits;
    ++summary.results;
    out += R"(,"response":)";
    // What the guards would edit, told beside what comes of it.
    std::string edits;
    bool changes = false;  // a label alone changes nothing that was said
    for (const auto& door : pipeline->doors()) {
      if (door.mode == core::Mode::observe ||
          !core::contains(door.guard->facts().stages, core::Stage::response))
        continue;
      core::Notes aside;
      for (const wire::Edit& edit : door.guard->judge(made, aside).edits) {
        changes = changes || edit_kind(edit) != "label";
        edits.append(edits.empty() ? "" : ",")
            .append(R"({"kind":")")
            .append(edit_kind(edit))
            .append("\"}");
      }
    }
    auto cleared = pipeline->clear(made, notes, permits);
    const core::Cleared sent =
        cleared ? std::move(*cleared) : pipeline->refuse(made.request, cleared.error());
    if (cleared) {
      out += changes ? R"({"verdict":"rewrite")" : R"({"verdict":"pass")";
      if (!edits.empty()) ++summary.edited;
    } else {
      ++summary.refused;
      ++summary.reasons[std::string(cleared.error().verdict.reason)];
      append_verdict(out, cleared.error().verdict);
      edits.clear();
    }
    append_observed(out, notes);
    const auto body = wire::JsonDocument::parse(std::string(sent.body()));
    if (!body) return std::unexpected(bad_line("the edited result is no JSON"));
    out.append(R"(,"edits":[)").append(edits).append(R"(],"result":)");
    // On one line, whatever the server sent.
    out.append(wire::canonical_json(body->root()["result"])).append("}");
    return {};
  }
};

Replay::Replay(std::unique_ptr<State> state) : state_(std::move(state)) {}
Replay::Replay(Replay&&) noexcept = default;
Replay::~Replay() = default;

Expected<Replay> Replay::make(Config config, bool timed) {
  auto state = std::make_unique<State>(std::move(config));
  state->servers = std::make_shared<TraceServers>(state->config);
  state->tasks = std::make_shared<policy::flow::Tasks>(flow_limits(*state->config));
  auto registry = catalog::Registry::open({});  // in memory: no lock file is read or written
  if (!registry) return std::unexpected(std::move(registry).error());
  state->registry = std::move(*registry);
  state->facts = catalog_servers(*state->config);
  state->registry->configure(state->facts, std::chrono::hours(24));
  Workshops shops;
  shops.registry = state->registry;
  shops.clients = shops.operators = std::make_shared<const identity::Tokens>();
  shops.classes = [servers = state->servers](std::string_view server, std::string_view tool) {
    return servers->classes(server, tool);
  };
  shops.labels = [servers = state->servers](std::string_view server, std::string_view tool) {
    return servers->labels(server, tool);
  };
  shops.tasks = state->tasks;
  auto doors = make_doors(*state->config, shops);
  if (!doors) return std::unexpected(std::move(doors).error());
  std::erase_if(*doors, [timed](const core::Pipeline::Door& door) {
    return !takes_part(*door.guard, timed);
  });
  state->pipeline = std::make_unique<core::Pipeline>(std::move(*doors));
  return Replay(std::move(state));
}

Expected<std::string> Replay::line(std::string_view text) {
  const auto parsed = wire::JsonDocument::parse(std::string(text));
  if (!parsed) return std::unexpected(bad_line(parsed.error().what));
  const wire::JsonValue line = parsed->root();
  if (!line.is_object()) return std::unexpected(bad_line("a line is a JSON object"));
  if (const wire::JsonValue time = line["time"]) {
    const auto read = parse_rfc3339(time.text());
    if (!read) return std::unexpected(bad_line("`time` is no RFC 3339 time"));
    // A clock never goes back.
    state_->now = state_->summary.calls == 0 ? *read : std::max(state_->now, *read);
  }
  const std::string_view type = line["type"].text();
  if (type == "server") {
    if (auto taken = state_->server(line); !taken) return std::unexpected(std::move(taken).error());
    return std::string();
  }
  if (type == "prompt") {
    state_->prompt(line);
    return std::string();
  }
  if (type == "call") return state_->call(line);
  return std::unexpected(bad_line("`type` is `server`, `prompt` or `call`"));
}

std::string Replay::summary() const {
  const Summary& all = state_->summary;
  std::string out = R"({"summary":{"calls":)" + std::to_string(all.calls) + R"(,"pass":)" +
                    std::to_string(all.passed) + R"(,"hold":)" + std::to_string(all.held) +
                    R"(,"deny":)" + std::to_string(all.denied) + R"(,"results":)" +
                    std::to_string(all.results) + R"(,"results_edited":)" +
                    std::to_string(all.edited) + R"(,"results_refused":)" +
                    std::to_string(all.refused) + R"(,"reasons":{)";
  for (const auto& [reason, count] : all.reasons) {
    if (out.back() != '{') out += ',';
    out += wire::json_quote(reason) + ":" + std::to_string(count);
  }
  return out + "}}}\n";
}

}  // namespace doorward::app
