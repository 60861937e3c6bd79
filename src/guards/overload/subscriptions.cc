#include "guards/overload/subscriptions.h"

#include <algorithm>

#include "limits/marks.h"

namespace doorward::guards {

using core::Stage;
using limits::Key;
using wire::Method;

const core::GuardFacts& Subscriptions::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.subscriptions", core::Area::overload,
                                           core::stages(Stage::request, Stage::response), true};
  return kFacts;
}

namespace {

class OpenStream : public core::Permit {
 public:
  OpenStream(std::shared_ptr<limits::Ledger> ledger, Key key)
      : ledger_(std::move(ledger)), key_({key}) {}
  ~OpenStream() override { ledger_->slots.give_back(key_); }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const std::array<Key, 1> key_;
};

}  // namespace

core::Verdict Subscriptions::refusal(std::string_view what) const {
  ledger_->reached(limits::Limit::subscriptions);
  return core::deny("overload.subscriptions", "R6.8",
                    "As many " + std::string(what) + " as allowed are open. End one first.",
                    core::Answer::limited);
}

core::Commitment Subscriptions::listen(const core::Exchange& exchange) const {
  const wire::JsonValue wanted =
      exchange.message->params()["notifications"]["resourceSubscriptions"];
  if (wanted.is_array() && wanted.size() > most_.subscriptions)
    return std::unexpected(refusal("subscriptions"));
  const limits::Want want{
      limits::key_of({"streams", exchange.principal != nullptr ? exchange.principal->key() : ""}),
      most_.streams};
  if (ledger_->slots.take(std::array{want})) return std::unexpected(refusal("streams"));
  return std::make_unique<OpenStream>(ledger_, want.key);
}

core::Commitment Subscriptions::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.request == nullptr || !exchange.request->is_request()) return nullptr;
  const Method method = exchange.request->method();
  if (method == Method::subscriptions_listen && exchange.stage == Stage::request)
    return listen(exchange);
  if (method != Method::resources_subscribe && method != Method::resources_unsubscribe)
    return nullptr;
  const Key session = limits::key_of({exchange.server, exchange.session});
  const uint64_t uri = limits::key_of({exchange.request->target()}).high;
  const bool subscribes = method == Method::resources_subscribe;
  const bool taken = ledger_->subscriptions.with(
      limits::owner_of(exchange, notes), session, [&](std::vector<uint64_t>& held) {
        const auto known = std::find(held.begin(), held.end(), uri);
        if (exchange.stage == Stage::request) {
          if (!subscribes || known != held.end()) return true;
          if (held.size() >= most_.subscriptions) return false;
          held.push_back(uri);
        } else if (exchange.message->kind() == wire::MessageKind::error) {
          // Subscribing failed: nothing stands.
          if (subscribes && known != held.end()) held.erase(known);
        } else if (!subscribes && known != held.end()) {
          held.erase(known);
        }
        return true;
      });
  if (!taken) return std::unexpected(refusal("subscriptions"));
  return nullptr;
}

}  // namespace doorward::guards
