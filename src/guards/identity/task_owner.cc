#include "guards/identity/task_owner.h"

namespace doorward::guards {

using core::Stage;
using wire::JsonValue;
using wire::Method;

const core::GuardFacts& TaskOwner::facts() const {
  static constexpr core::GuardFacts kFacts{"identity.task_owner", core::Area::identity,
                                           core::stages(Stage::request, Stage::response), false};
  return kFacts;
}

namespace {

bool names_a_task(Method method) {
  switch (method) {
    case Method::tasks_get:
    case Method::tasks_result:
    case Method::tasks_cancel:
    case Method::tasks_update:
      return true;
    default:
      return false;
  }
}

// The id of the task that an answer began: a member of its own in one era, the result in another.
JsonValue begun(const wire::Message& reply) {
  const JsonValue result = reply.result();
  if (const JsonValue own = result["task"]["taskId"]) return own;
  return result["resultType"].text() == "task" ? result["taskId"] : JsonValue();
}

}  // namespace

core::Verdict TaskOwner::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.stage != Stage::request || exchange.own || exchange.message == nullptr)
    return core::pass();
  const wire::Message& message = *exchange.message;
  const auto is_own = [&](JsonValue handle) {
    return exchange.principal != nullptr && handle.is_string() &&
           handles_->has(exchange.principal->key(), exchange.server, handle.text());
  };
  const JsonValue params = message.params();
  bool own = !names_a_task(message.method()) || is_own(params["taskId"]);
  if (const JsonValue related = params["_meta"]["io.modelcontextprotocol/related-task"])
    own = own && is_own(related["taskId"]);
  if (const JsonValue heard = params["notifications"]["taskIds"]; heard.is_array())
    for (const JsonValue handle : heard.items()) own = own && is_own(handle);
  if (own) return core::pass();
  return core::deny("identity.task_unknown", "R4.4",
                    "This task is not known here. Start a new one with the call that begins it.",
                    core::Answer::invalid_params);
}

core::Commitment TaskOwner::commit(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.stage != Stage::response || exchange.own || exchange.message == nullptr ||
      exchange.principal == nullptr || !exchange.message->result())
    return nullptr;
  if (const JsonValue handle = begun(*exchange.message); handle.is_string())
    handles_->give(exchange.principal->key(), exchange.server, handle.text());
  return nullptr;
}

}  // namespace doorward::guards
