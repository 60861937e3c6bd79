#include "guards/transport/origin_host.h"

#include <algorithm>

namespace doorward::guards {

using core::Answer;

const core::GuardFacts& OriginHost::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.origin_host", core::Area::transport,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

core::Verdict OriginHost::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.carrier != core::Carrier::http) return core::pass();
  const auto refused = [](std::string_view reason, std::string text) {
    return core::deny(reason, "R5.3", std::move(text), Answer::origin);
  };
  if (exchange.head == nullptr) return refused("transport.host", "The request has no head.");
  const OriginHostRules& rules =
      exchange.listener == core::Listener::operators ? operators_ : client_;
  const auto host = exchange.head->field("host");
  const auto authority = host ? wire::parse_authority(*host) : std::nullopt;
  if (!authority ||
      (!wire::is_loopback_host(authority->host) &&
       std::find(rules.hosts.begin(), rules.hosts.end(), authority->host) == rules.hosts.end()))
    return refused("transport.host",
                   "This Host is not served here. Use the address that Doorward printed, or add "
                   "the name to `listen.hosts`.");
  const size_t origins = exchange.head->count("origin");
  if (origins == 0) return core::pass();
  const auto origin = exchange.head->field("origin");
  if (origins == 1 && origin) {
    if (std::find(rules.origins.begin(), rules.origins.end(), *origin) != rules.origins.end())
      return core::pass();
    // A page that this very host and port served: the same origin (RFC 6454).
    for (const std::string_view scheme : {"http://", "https://"})
      if (origin->starts_with(scheme) && origin->substr(scheme.size()) == *host)
        return core::pass();
  }
  return refused("transport.origin",
                 "Pages of this origin may not call Doorward. Add it to `listen.origins` if they "
                 "should.");
}

}  // namespace doorward::guards
