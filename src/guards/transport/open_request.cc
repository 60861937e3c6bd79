#include "guards/transport/open_request.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& OpenRequest::facts() const {
  static constexpr core::GuardFacts kFacts{
      "transport.open_request", core::Area::transport,
      core::stages(Stage::response, Stage::server_message, Stage::client_reply), false};
  return kFacts;
}

core::Verdict OpenRequest::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  if (!exchange.reply_expected)
    return core::deny("transport.unsolicited", "R5.6",
                      "This message belongs to no open request and was dropped.",
                      core::Answer::invalid_request);
  if (!exchange.result_type_known)
    return core::deny("transport.result_type", "R5.6",
                      "The server sent a kind of result that is not known here.",
                      core::Answer::bad_upstream);
  if (exchange.stage != Stage::client_reply && !exchange.capability_declared)
    return core::deny("transport.undeclared_capability", "R5.6",
                      "The client did not declare that it takes this request.");
  return core::pass();
}

}  // namespace doorward::guards
