// From a plan to the order that doorward-launch carries out: everything that can be decided
// before a process exists.
#pragma once

#include <vector>

#include "base/error.h"
#include "sandbox/host.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/spec.h"

namespace doorward::sandbox {

struct Order {
  Spec spec;
  std::vector<Listening> doors;      // without their sockets, in the order of spec.listen
  std::vector<std::string> reduced;  // walls that are weaker on this host
};

// `uid` is the server's own user, 0 where the gateway isn't root; `tag` makes the names of control
// groups unique. Errors: sandbox.plan, sandbox.host, sandbox.seccomp.
[[nodiscard]] Expected<Order> make_order(const LaunchPlan& plan, const Host& host, uint32_t uid,
                                         const std::string& tag);

// The mounts can be made as they are listed, as far as the gateway can tell before a launch: there,
// no link on the way, a folder or a plain file. What is made at the launch need not be there yet.
[[nodiscard]] Expected<void> mounts_are_there(const LaunchPlan& plan);

// Where each network entry is offered inside.
struct Offer {
  std::string address;  // to listen at
  uint16_t port = 0;
  std::string name;  // for /etc/hosts; empty for a literal
};
[[nodiscard]] std::vector<Offer> offers(const std::vector<NetworkRule>& network);
// Address and port of the HTTP CONNECT proxy, which stands there when a rule has a wildcard.
inline constexpr const char* kProxyAddress = "127.0.0.1";
inline constexpr uint16_t kProxyPort = 3128;

}  // namespace doorward::sandbox
