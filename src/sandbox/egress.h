// Where a server may go: strict host names, exact rules, and addresses judged after the name was
// resolved, so that the address that was judged is the one that is dialled (R10.3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

// A DNS name in lower case: [a-z0-9-] labels of 1-63, up to 253 in all, at least one letter in the
// last label, no trailing dot. Nothing else (NUL, %, @, brackets, spaces, non-ASCII) passes.
[[nodiscard]] std::optional<std::string> canonical_name(std::string_view host);

// An IP literal in its one canonical spelling: dotted quad (no octal, hex or short forms), or IPv6
// without brackets and zone.
[[nodiscard]] std::optional<std::string> canonical_literal(std::string_view host);

struct Target {
  std::string host;  // canonical name or literal
  uint16_t port = 0;
};
// The target of `CONNECT host:port HTTP/1.1`: `host:port` or `[v6]:port`.
[[nodiscard]] std::optional<Target> parse_target(std::string_view text);

// A rule of the configuration is well formed. Errors: sandbox.plan.
[[nodiscard]] Expected<void> check_rule(const NetworkRule& rule);

// The rule, not counting forwards, that names the target: host and port equal, or `*.x` and any
// name below x (not x itself). A literal only matches the same literal. Null: there is none.
[[nodiscard]] const NetworkRule* rule_for(const std::vector<NetworkRule>& rules,
                                          const Target& target);
[[nodiscard]] bool permits(const std::vector<NetworkRule>& rules, const Target& target);

// What kind of network a resolved address belongs to.
enum class Place { global, loopback, private_, link_local, metadata, multicast, reserved, invalid };
[[nodiscard]] std::string_view name_of(Place place);
// Of an IP literal; IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64, Teredo) is judged as the
// IPv4 address that it carries.
[[nodiscard]] Place place_of(std::string_view literal);

// The gateway may dial `address` for `rule`: any global one; a loopback or private one only where
// the rule names that very literal (or, for a forward, `localhost` for a loopback one). Link-local,
// metadata, multicast and reserved ones never.
[[nodiscard]] bool may_dial(const NetworkRule& rule, std::string_view address);

}  // namespace doorward::sandbox
