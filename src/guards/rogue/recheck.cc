#include "guards/rogue/recheck.h"

namespace doorward::guards {

using catalog::DefinitionKind;
using core::Answer;
using core::Verdict;
using wire::Method;

std::optional<DefinitionKind> definition_used(const wire::Message& request) {
  switch (request.method()) {
    case Method::tools_list:
    case Method::tools_call:
      return DefinitionKind::tool;
    case Method::prompts_list:
    case Method::prompts_get:
      return DefinitionKind::prompt;
    case Method::resources_list:
    case Method::resources_read:
    case Method::resources_templates_list:
    case Method::resources_subscribe:
      return DefinitionKind::resource;
    case Method::completion_complete:
      return request.params()["ref"]["type"].text() == "ref/prompt" ? DefinitionKind::prompt
                                                                    : DefinitionKind::resource;
    default:
      return std::nullopt;
  }
}

std::string_view name_used(const wire::Message& request) {
  const bool named = request.method() == Method::tools_call ||
                     request.method() == Method::prompts_get ||
                     (request.method() == Method::completion_complete &&
                      request.params()["ref"]["type"].text() == "ref/prompt");
  return named ? request.target() : std::string_view();
}

std::string viewer_of(std::string_view session, const core::Principal* principal) {
  if (!session.empty()) return "s" + std::string(session);
  return principal == nullptr ? "" : "p" + principal->key();
}

const core::GuardFacts& Recheck::facts() const {
  static constexpr core::GuardFacts kFacts{
      "rogue.recheck", core::Area::rogue,
      core::stages(core::Stage::request, core::Stage::server_message), false};
  return kFacts;
}

namespace {

Verdict not_seen(std::string_view code) {
  if (code == "upstream.deadline")
    return core::deny("overload.deadline", "R6.1",
                      "The server did not show its definitions in time. Try again later.",
                      Answer::deadline);
  if (code == "upstream.credential")
    return core::deny("overload.unavailable", "R6.6",
                      "The server does not take the credential that Doorward has for it; nothing "
                      "else was sent. Tell the person who runs Doorward, whose log says what the "
                      "server asks for.",
                      Answer::unavailable);
  if (code == "upstream.full" || code == "upstream.share") {
    // It waits for nothing of the server's, but for room.
    Verdict verdict = core::deny(
        "overload.processes", "R6.2",
        code == "upstream.share"
            ? "You have as many processes of local servers as one user may, and all of them are at "
              "work or were a moment ago. End a session, or wait for your calls to end; then try "
              "again. Nothing was sent to the server."
            : "As many processes of local servers run as may, and all of them are at work. Nothing "
              "was sent to the server. Try again in a moment.",
        Answer::limited);
    verdict.retry_after = std::chrono::seconds(10);
    return verdict;
  }
  if (code.starts_with("upstream.") && code != "upstream.answer" && code != "upstream.status")
    return core::deny("overload.unavailable", "R6.6",
                      "The server is not available; nothing was sent to it. Try again later.",
                      Answer::unavailable);
  Verdict verdict = core::deny("rogue.unseen", "R3.4",
                               "What this server offers could not be compared with what was signed "
                               "off, so it is not used. Don't repeat the call; tell the person who "
                               "runs Doorward.",
                               Answer::bad_upstream);
  verdict.detail = code;
  return verdict;
}

bool is_notice(Method method) {
  return method == Method::n_tools_list_changed || method == Method::n_prompts_list_changed ||
         method == Method::n_resources_list_changed;
}

}  // namespace

Verdict Recheck::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.stage != core::Stage::request) return core::pass();
  if (exchange.own || exchange.message == nullptr || exchange.server.empty()) return core::pass();
  const auto kind = definition_used(*exchange.message);
  if (!kind) return core::pass();
  std::string key = "catalog:" + std::string(exchange.server) + "/";
  key += catalog::kind_name(*kind);
  if (const auto looked = notes.values.find(key); looked != notes.values.end())
    return looked->second == "seen" ? core::pass() : not_seen(looked->second);
  if (registry_->is_fresh(exchange.server, viewer_of(exchange.session, exchange.principal), *kind,
                          exchange.steady, name_used(*exchange.message)))
    return core::pass();
  return core::need(std::move(key));
}

core::Commitment Recheck::commit(const core::Exchange& exchange, core::Notes&) const {
  hear(exchange);
  return nullptr;
}

void Recheck::refused(const core::Exchange& exchange, const Verdict&, core::Notes&) const noexcept {
  hear(exchange);
}

void Recheck::hear(const core::Exchange& exchange) const {
  if (exchange.stage == core::Stage::server_message && exchange.message != nullptr &&
      is_notice(exchange.message->method()))
    registry_->looks().changed(exchange.server);
}

}  // namespace doorward::guards
