#include "guards/logtamper/notification_flood.h"

#include <algorithm>

#include "limits/marks.h"

namespace doorward::guards {

const core::GuardFacts& NotificationFlood::facts() const {
  static constexpr core::GuardFacts kFacts{"logtamper.notification_flood", core::Area::logtamper,
                                           core::stages(core::Stage::server_message), false};
  return kFacts;
}

core::Commitment NotificationFlood::commit(const core::Exchange& exchange,
                                           core::Notes& notes) const {
  const wire::Message& message = *exchange.message;
  if (message.method() != wire::Method::n_message) return nullptr;
  constexpr std::array<std::string_view, 4> kGrave = {"error", "critical", "alert", "emergency"};
  const std::string_view level = message.params()["level"].text();
  const bool grave = std::find(kGrave.begin(), kGrave.end(), level) != kGrave.end();
  const limits::Key key =
      limits::key_of({exchange.server, exchange.session, grave ? "grave" : "plain"});
  const auto wait = ledger_->server_messages.with(
      limits::owner_of(exchange, notes), key,
      [&](limits::Bucket& bucket) { return bucket.take(flow_, exchange.steady); });
  if (!wait) return nullptr;
  ledger_->reached(limits::Limit::notifications);
  core::Verdict verdict =
      core::deny("logtamper.notification_flood", "R8.5",
                 "The server sends more log messages than it may.", core::Answer::limited);
  verdict.retry_after = wait;
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
