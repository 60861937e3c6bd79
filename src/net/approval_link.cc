#include "net/approval_link.h"

#include "net/judging.h"
#include "net/session/members.h"
#include "net/session/stateless.h"

namespace doorward::net {

namespace {

bool has_link(const core::Verdict& verdict) {
  return verdict.effect == core::Effect::hold && verdict.approval &&
         verdict.approval->url.starts_with("http");
}

}  // namespace

bool may_ask_in_result(const CallFacts& facts, const wire::Message& request,
                       const core::Verdict& verdict) {
  // The methods whose result may ask (multi round trip requests).
  const bool asks = request.method() == wire::Method::tools_call ||
                    request.method() == wire::Method::prompts_get ||
                    request.method() == wire::Method::resources_read;
  return facts.stateless && has_link(verdict) && request.is_request() && asks &&
         !request.params()["inputResponses"] && !request.params()["requestState"] &&
         stateless_capabilities(request).links;
}

Task<> ask_to_open(Gateway& gateway, const core::Pipeline& pipeline, const CallFacts& facts,
                   const core::Verdict& verdict, ClientSide& side) {
  if (facts.stateless || !facts.session || !has_link(verdict) ||
      !facts.session->capabilities().links)
    co_return;
  const auto id = facts.session->ask_own(verdict.approval->id, wire::Method::elicitation_create);
  if (!id) co_return;
  const std::string params = core::open_link_params(*verdict.approval, true);
  auto message = wire::Message::parse(
      wire::make_request(std::to_string(*id), wire::Method::elicitation_create, params));
  if (!message) co_return;
  // Doorward's own word, not one of the server: it is judged as belonging to none.
  CallFacts own = facts;
  own.server = "";
  const std::string call_id = new_call_id();
  core::Exchange exchange = exchange_of(own, core::Stage::server_message, call_id);
  exchange.message = &*message;
  exchange.message_bytes = message->bytes().size();
  exchange.own = true;
  exchange.reply_expected = true;
  core::Notes notes;
  core::Permits permits;
  auto cleared = co_await clear(gateway, own, pipeline, exchange, notes, permits, {});
  if (cleared)
    co_await side.send(std::move(*cleared));
  else
    static_cast<void>(facts.session->answer(std::to_string(*id)));
}

void cut_approval_input(const wire::Message& request, std::vector<wire::Edit>& edits) {
  const wire::JsonValue responses = request.params()["inputResponses"];
  if (!responses.is_object() || !responses[core::kApprovalInput]) return;
  std::vector<wire::Edit> inner;
  const bool none_left = remove_members(
      responses, [](std::string_view name) { return name == core::kApprovalInput; }, inner);
  if (none_left)
    remove_members(
        request.params(), [](std::string_view name) { return name == "inputResponses"; }, edits);
  else
    std::move(inner.begin(), inner.end(), std::back_inserter(edits));
}

}  // namespace doorward::net
