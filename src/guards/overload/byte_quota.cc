#include "guards/overload/byte_quota.h"

#include "limits/marks.h"

namespace doorward::guards {

using core::Stage;
using limits::Key;

const core::GuardFacts& ByteQuota::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.byte_quota", core::Area::overload,
                                           core::stages(Stage::request, Stage::response), true};
  return kFacts;
}

core::Commitment ByteQuota::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.request == nullptr || !exchange.request->is_request() ||
      !limits::is_work(*exchange.request))
    return nullptr;
  if (exchange.stage == Stage::response && !exchange.reply_expected) return nullptr;
  const wire::Message& request = *exchange.request;
  const Key owner = limits::owner_of(exchange, notes);
  const Key key = limits::key_of({exchange.server, limits::subject_of(request)});
  const limits::Flow& flow = flows_.of(exchange.server, limits::tool_of(request));
  const auto wait = ledger_->bytes.with(
      owner, key, [&](limits::Volume& volume) -> std::optional<limits::Seconds> {
        if (exchange.stage == Stage::request)
          return volume.bucket.lacks(flow, exchange.steady, volume.wanted);
        const auto size = static_cast<double>(exchange.message_bytes);
        // Over the whole volume it never fits, whatever is left.
        if (size <= flow.burst && !volume.bucket.take(flow, exchange.steady, size)) {
          volume.wanted = 1;
          return std::nullopt;
        }
        volume.bucket.drain();
        volume.wanted = size;
        return volume.bucket.lacks(flow, exchange.steady, size).value_or(limits::Seconds(1));
      });
  if (!wait) return nullptr;
  ledger_->reached(limits::Limit::byte_quota);
  core::Verdict verdict = core::deny(
      "overload.byte_quota", "R6.3",
      "`" + std::string(limits::subject_of(request).substr(0, 80)) +
          "` has sent as many bytes as it may for now. Work with what you have, ask for smaller "
          "parts, or wait " +
          std::to_string(wait->count()) + " seconds.",
      core::Answer::limited);
  verdict.retry_after = wait;
  return std::unexpected(std::move(verdict));
}

}  // namespace doorward::guards
