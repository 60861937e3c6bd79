// The life of a server: submitted, scanned, signed off, on probation, active; stopped by quarantine
// or revocation (R11.5). Skipping a state is refused.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace doorward::catalog {

enum class ServerState : uint8_t {
  submitted,   // named in the configuration, not looked at
  scanned,     // its definitions were scanned without high findings
  signed_off,  // as many people as asked for signed its definitions
  probation,   // may be called, with tighter limits and more approvals
  active,
  quarantined,  // stopped; comes back by a new scan
  revoked,      // stopped; comes back by a new submission
};

inline constexpr std::array<std::string_view, 7> kServerStateNames = {
    "submitted", "scanned", "signed_off", "probation", "active", "quarantined", "revoked"};
[[nodiscard]] constexpr std::string_view state_name(ServerState state) {
  return kServerStateNames[static_cast<size_t>(state)];
}
[[nodiscard]] std::optional<ServerState> server_state_from(std::string_view name);

// Only probation and active servers are called.
[[nodiscard]] constexpr bool is_callable(ServerState state) {
  return state == ServerState::probation || state == ServerState::active;
}

// submitted > scanned > signed_off > probation > active; probation and active > quarantined, and
// > scanned (validated again); quarantined > scanned; all > revoked; revoked > submitted.
[[nodiscard]] bool may_follow(ServerState from, ServerState to);
// `to`, or catalog.state_skipped that names both.
[[nodiscard]] Expected<ServerState> advance(ServerState from, ServerState to);

// A server that was last validated `age` ago or longer is due again. An unknown time is due.
[[nodiscard]] bool is_revalidation_due(std::string_view validated_at, WallTime now,
                                       std::chrono::seconds age);

}  // namespace doorward::catalog
