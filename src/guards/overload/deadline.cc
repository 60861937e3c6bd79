#include "guards/overload/deadline.h"

namespace doorward::guards {

const core::GuardFacts& Deadline::facts() const {
  static constexpr core::GuardFacts kFacts{"overload.deadline", core::Area::overload,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

core::Commitment Deadline::commit(const core::Exchange& exchange, core::Notes& notes) const {
  std::chrono::milliseconds allowed = deadlines_.general;
  if (const auto own = deadlines_.by_server.find(exchange.server);
      own != deadlines_.by_server.end())
    allowed = own->second;
  if (!deadlines_.by_tool.empty() && exchange.message != nullptr &&
      exchange.message->method() == wire::Method::tools_call) {
    const std::string tool =
        std::string(exchange.server) + "." + std::string(exchange.message->target());
    if (const auto own = deadlines_.by_tool.find(tool); own != deadlines_.by_tool.end())
      allowed = own->second;
  }
  // A subscription is open until one side ends it; it holds no slot and no worker.
  if (exchange.message != nullptr &&
      exchange.message->method() == wire::Method::subscriptions_listen)
    allowed = std::chrono::hours(24);
  notes.deadline = exchange.steady + allowed;
  return nullptr;
}

}  // namespace doorward::guards
