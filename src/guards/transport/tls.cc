#include "guards/transport/tls.h"

namespace doorward::guards {

const core::GuardFacts& Tls::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.tls", core::Area::transport,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

core::Verdict Tls::judge(const core::Exchange& exchange, core::Notes&) const {
  std::string_view peer = exchange.peer;
  constexpr std::string_view kMapped = "::ffff:";
  if (peer.starts_with(kMapped)) peer.remove_prefix(kMapped.size());
  const bool near = peer == "unix" || peer == "::1" || peer.starts_with("127.");
  if (exchange.secure || near || exchange.carrier != core::Carrier::http) return core::pass();
  return core::deny("transport.plaintext", "R5.1",
                    "Use https. Take the credential of this request for read by others, and get a "
                    "new one.",
                    core::Answer::origin);
}

}  // namespace doorward::guards
