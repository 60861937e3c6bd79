#include "guards/instability/rate.h"

#include "limits/marks.h"

namespace doorward::guards {

using limits::Key;

const core::GuardFacts& Rate::facts() const {
  static constexpr core::GuardFacts kFacts{"instability.rate", core::Area::instability,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

namespace {

// Gives the token back where the request was not sent after all.
class Token : public core::Permit {
 public:
  Token(std::shared_ptr<limits::Ledger> ledger, Key owner, Key bucket)
      : ledger_(std::move(ledger)), owner_(owner), bucket_(bucket) {}
  ~Token() override {
    if (!spent_)
      ledger_->calls.with(owner_, bucket_, [](limits::Bucket& held) { held.give_back(1); });
  }
  void settle(const core::Outcome&) noexcept override { spent_ = true; }

 private:
  const std::shared_ptr<limits::Ledger> ledger_;
  const Key owner_, bucket_;
  bool spent_ = false;
};

}  // namespace

core::Commitment Rate::commit(const core::Exchange& exchange, core::Notes& notes) const {
  const wire::Message& message = *exchange.message;
  // What Doorward asks for itself is bounded where it asks.
  if (exchange.own) return nullptr;
  // A cancellation belongs to a request that was counted, and must come through.
  if (message.is_reply() || message.method() == wire::Method::n_cancelled) return nullptr;
  const Key owner = limits::owner_of(exchange, notes);
  const Key bucket =
      limits::key_of({exchange.server, message.method_name(), limits::tool_of(message)});
  const limits::Flow& flow = flows_.of(exchange.server, limits::tool_of(message));
  const auto wait = ledger_->calls.with(
      owner, bucket, [&](limits::Bucket& held) { return held.take(flow, exchange.steady); });
  if (!wait) return std::make_unique<Token>(ledger_, owner, bucket);
  ledger_->reached(limits::Limit::rate);
  core::Verdict verdict = core::deny(
      "instability.rate", "R2.6",
      "Too many requests for `" + std::string(limits::subject_of(message).substr(0, 80)) +
          "` in a short time. Wait " + std::to_string(wait->count()) +
          " seconds, then go on more slowly.",
      core::Answer::limited);
  verdict.retry_after = wait;
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
