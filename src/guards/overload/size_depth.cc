#include "guards/overload/size_depth.h"

namespace doorward::guards {

using core::Answer;
using core::Stage;

const core::GuardFacts& SizeDepth::facts() const {
  static constexpr core::GuardFacts kFacts{
      "overload.size_depth", core::Area::overload,
      core::stages(Stage::accept, Stage::request, Stage::response, Stage::server_message,
                   Stage::client_reply),
      true};
  return kFacts;
}

core::Verdict SizeDepth::judge(const core::Exchange& exchange, core::Notes&) const {
  const bool from_client =
      exchange.stage != Stage::response && exchange.stage != Stage::server_message;
  const bool is_result = exchange.stage == Stage::response && exchange.request != nullptr &&
                         exchange.request->method() == wire::Method::tools_call;
  const size_t limit = from_client ? limits_.client_bytes
                       : is_result ? limits_.result_bytes
                                   : limits_.server_bytes;
  if (exchange.message_bytes <= limit) return core::pass();
  const std::string text = "A message of `" + std::to_string(exchange.message_bytes) +
                           "` bytes is over the limit of `" + std::to_string(limit) +
                           "` bytes. Ask for less, or send it in parts.";
  return core::deny("overload.size", "R6.4", text,
                    exchange.stage == Stage::accept ? Answer::body_too_large : Answer::too_large);
}

}  // namespace doorward::guards
