#include "guards/overload/server_flood.h"

#include "limits/marks.h"

namespace doorward::guards {

using limits::Limit;
using wire::Method;

const core::GuardFacts& ServerFlood::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.server_flood", core::Area::overload,
                                           core::stages(core::Stage::server_message), true};
  return kFacts;
}

namespace {

bool is_change(Method method) {
  return method == Method::n_tools_list_changed || method == Method::n_resources_list_changed ||
         method == Method::n_prompts_list_changed || method == Method::n_resources_updated;
}

}  // namespace

core::Commitment ServerFlood::commit(const core::Exchange& exchange, core::Notes& notes) const {
  const wire::Message& message = *exchange.message;
  const Method method = message.method();
  if (message.is_reply() || method == Method::n_message) return nullptr;
  // A server may take back what it asked: that is bounded by what it may ask.
  if (method == Method::n_cancelled) return nullptr;
  const bool asks = message.is_request() && method != Method::ping;
  const bool change = is_change(method);
  const limits::Flow& flow = asks ? flows_.requests : change ? flows_.changes : flows_.messages;
  const limits::Key key =
      limits::key_of({exchange.server, exchange.session, asks ? "asks" : message.method_name()});
  const auto wait = ledger_->server_messages.with(
      limits::owner_of(exchange, notes), key,
      [&](limits::Bucket& bucket) { return bucket.take(flow, exchange.steady); });
  if (!wait) return nullptr;
  ledger_->reached(asks     ? Limit::server_requests
                   : change ? Limit::list_changes
                            : Limit::notifications);
  core::Verdict verdict = core::deny("overload.server_flood", "R6.8",
                                     "The server sends more of this kind than it may. Send less.",
                                     core::Answer::limited);
  verdict.retry_after = wait;
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
