// Wraps a server's `requestState` for the client that has to bring it back: encrypted and
// authenticated (AES-256-GCM, RFC 5116), bound to principal, server, method, arguments and an
// expiry. What comes back changed, late or from someone else is refused (R5.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace doorward::net {

// What a state belongs to. `arguments` is the canonical JSON of the call's arguments.
struct StateBinding {
  std::string_view principal, server, method, target, arguments;
};

class RequestStates {
 public:
  // A key of this process's own: states do not outlive a restart.
  RequestStates();
  [[nodiscard]] std::string wrap(std::string_view state, const StateBinding& binding,
                                 WallTime expires) const;
  [[nodiscard]] std::optional<std::string> unwrap(std::string_view wrapped,
                                                  const StateBinding& binding, WallTime now) const;

 private:
  Secret<std::string> key_;
};

}  // namespace doorward::net
