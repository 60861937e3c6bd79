#include "guards/rogue/pin_drift.h"

#include "guards/rogue/recheck.h"
#include "policy/one_answer.h"
#include "wire/uri_template.h"

namespace doorward::guards {

using catalog::Cause;
using catalog::DefinitionKind;
using catalog::State;
using core::Answer;
using core::Stage;
using core::Verdict;
using wire::Method;

const core::GuardFacts& PinDrift::facts() const {
  static constexpr core::GuardFacts kFacts{"rogue.pin_drift", core::Area::rogue,
                                           core::stages(Stage::request, Stage::response), false};
  return kFacts;
}

namespace {

constexpr std::string_view kStopped =
    "This was stopped because it is not what was signed off. Don't repeat the call and don't look "
    "for a way around it; tell the person who runs Doorward to look at `doorward pin diff`.";

std::string_view reason_of(Cause cause) {
  switch (cause) {
    case Cause::none:
    case Cause::drift:
      return "rogue.drift";
    case Cause::duplicate:
      return "rogue.duplicate";
    case Cause::look_alike:
      return "rogue.look_alike";
    case Cause::renamed:
      return "rogue.renamed";
    case Cause::remote_reference:
      return "rogue.remote_reference";
    case Cause::stopped:
      return "rogue.stopped";
  }
  return "rogue.drift";
}

Verdict unpinned() {
  return core::deny("rogue.unpinned", "R3.4",
                    "Nobody signed this off here, so it can't be used. Don't repeat the call; ask "
                    "the person who runs Doorward to look at `doorward pin list`.");
}

Verdict awaiting() {
  Verdict verdict;
  verdict.effect = core::Effect::hold;
  verdict.answer = Answer::held;
  verdict.reason = "rogue.awaiting";
  verdict.requirement = "R3.4";
  verdict.text =
      "This tool waits for a person to sign it off. Don't repeat the call until they did; ask the "
      "person who runs Doorward to look at `doorward pin list`.";
  return verdict;
}

Verdict revalidation_due() {
  return core::deny("rogue.revalidation_due", "R11.5",
                    "This server has to be looked at again before it is used. Don't repeat the "
                    "call; ask the person who runs Doorward for `doorward pin approve`.");
}

// `lenient`: nobody has to sign it for itself.
Verdict judge_entry(const catalog::Lookup& found, bool lenient) {
  const bool server_known = found.server != catalog::ServerState::submitted;
  if (found.entry) {
    switch (found.entry->state) {
      case State::active:
        if (found.due) return revalidation_due();
        return core::pass();
      case State::awaiting:
        return awaiting();
      case State::quarantined:
        return core::deny(reason_of(found.entry->cause), "R3.4", std::string(kStopped));
      case State::unpinned:
        break;
    }
  }
  if (lenient && server_known && found.due) return revalidation_due();
  if (lenient && server_known) return core::pass();
  // Neither signed nor shown: unknown, which is told as what is forbidden (R3.1).
  return found.entry || lenient ? unpinned() : policy::not_available();
}

}  // namespace

Verdict PinDrift::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.own || exchange.message == nullptr || exchange.server.empty()) return core::pass();
  return exchange.stage == Stage::request ? judge_request(exchange) : judge_greeting(exchange);
}

std::shared_ptr<const catalog::Entry> PinDrift::refused_template(std::string_view server,
                                                                 std::string_view uri) const {
  std::shared_ptr<const catalog::Entry> refused;
  for (auto& entry : registry_->catalog().list(server, DefinitionKind::resource_template)) {
    if (!wire::fits_template(uri, entry->name)) continue;
    if (entry->state == State::active) return nullptr;
    refused = std::move(entry);
  }
  return refused;
}

bool PinDrift::is_gone(const core::Exchange& exchange, DefinitionKind kind) const {
  const std::string_view name = name_used(*exchange.message);
  return !name.empty() &&
         registry_->looks().is_gone(exchange.server,
                                    viewer_of(exchange.session, exchange.principal), kind, name);
}

Verdict PinDrift::judge_request(const core::Exchange& exchange) const {
  const wire::Message& message = *exchange.message;
  const auto find = [&](DefinitionKind kind) {
    auto found = registry_->catalog().find(exchange.server, kind, message.target());
    found.due = registry_->is_due(found, exchange.now);
    return found;
  };
  const auto listed = [&](DefinitionKind kind) {
    const auto found = find(kind);
    Verdict verdict = judge_entry(found, false);
    if (verdict.effect == core::Effect::deny || !is_gone(exchange, kind)) return verdict;
    verdict = policy::not_available();
    verdict.detail = "the server no longer lists it";
    return verdict;
  };
  // A URI that comes from a template is read under that template's signature.
  const auto read = [&]() -> Verdict {
    const auto found = find(DefinitionKind::resource);
    Verdict verdict = judge_entry(found, true);
    if (verdict.refuses() || found.entry) return verdict;
    const auto refused = refused_template(exchange.server, message.target());
    return refused ? judge_entry({.entry = refused, .server = found.server}, false) : verdict;
  };
  switch (message.method()) {
    case Method::tools_call:
      if (message.target().empty()) return unpinned();  // a name that is no text
      return listed(DefinitionKind::tool);
    case Method::prompts_get:
      return listed(DefinitionKind::prompt);
    case Method::completion_complete:
      if (message.params()["ref"]["type"].text() == "ref/prompt")
        return listed(DefinitionKind::prompt);
      return judge_entry(find(DefinitionKind::resource_template), true);
    case Method::resources_read:
    case Method::resources_subscribe:
      return read();
    default:
      return core::pass();
  }
}

// A server's own words reach the model as its lists do: they are signed, or they are taken out.
Verdict PinDrift::judge_greeting(const core::Exchange& exchange) const {
  if (exchange.request == nullptr || !exchange.message->result()) return core::pass();
  const Method asked = exchange.request->method();
  if (asked != Method::initialize && asked != Method::discover) return core::pass();
  const wire::JsonValue result = exchange.message->result();
  Verdict verdict;
  verdict.effect = core::Effect::rewrite;
  verdict.reason = "rogue.drift";
  verdict.requirement = "R3.4";
  const wire::JsonValue words = result["instructions"];
  if (words.is_string() && !words.text().empty() &&
      !registry_->instructions_are_signed(exchange.server, result))
    verdict.edits.push_back({words.begin(), words.end(), "\"\""});
  // Titles and icons that changed since: the client sees those that were signed.
  wire::JsonValue about = result["serverInfo"];
  if (!about) about = result["_meta"]["io.modelcontextprotocol/serverInfo"];
  if (about)
    if (auto signed_about = registry_->signed_server_info(exchange.server, about))
      verdict.edits.push_back({about.begin(), about.end(), std::move(*signed_about)});
  return verdict.edits.empty() ? core::pass() : verdict;
}

core::Commitment PinDrift::commit(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.stage != Stage::response || exchange.own || exchange.server.empty() ||
      exchange.request == nullptr || exchange.message == nullptr || !exchange.message->result())
    return nullptr;
  const wire::JsonValue result = exchange.message->result();
  const wire::Message& request = *exchange.request;
  const auto take = [&](DefinitionKind kind, std::string_view member) {
    const bool whole = !result["nextCursor"] && !request.params()["cursor"];
    if (result[member].is_array())
      registry_->observe_list({.server = exchange.server,
                               .kind = kind,
                               .items = result[member],
                               .complete = whole,
                               .now = exchange.now});
    if (!whole || !result[member].is_array()) return;
    std::vector<std::string> names;
    for (const wire::JsonValue item : result[member].items())
      names.emplace_back(item[catalog::key_member(kind)].text());
    registry_->looks().showed(exchange.server, viewer_of(exchange.session, exchange.principal),
                              kind, std::move(names));
  };
  switch (request.method()) {
    case Method::initialize:
    case Method::discover:
      registry_->observe_server(exchange.server, result, exchange.now);
      break;
    case Method::tools_list:
      take(DefinitionKind::tool, "tools");
      break;
    case Method::prompts_list:
      take(DefinitionKind::prompt, "prompts");
      break;
    case Method::resources_list:
      take(DefinitionKind::resource, "resources");
      break;
    case Method::resources_templates_list:
      take(DefinitionKind::resource_template, "resourceTemplates");
      break;
    default:
      break;
  }
  return nullptr;
}

}  // namespace doorward::guards
