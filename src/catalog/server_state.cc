#include "catalog/server_state.h"

#include <string>

namespace doorward::catalog {

std::optional<ServerState> server_state_from(std::string_view name) {
  for (size_t i = 0; i < kServerStateNames.size(); ++i)
    if (kServerStateNames[i] == name) return static_cast<ServerState>(i);
  return std::nullopt;
}

bool may_follow(ServerState from, ServerState to) {
  using enum ServerState;
  switch (to) {
    case submitted:
      return from == revoked;
    case scanned:
      return from == submitted || from == quarantined || is_callable(from);
    case signed_off:
      return from == scanned;
    case probation:
      return from == signed_off;
    case active:
      return from == probation;
    case quarantined:
      return is_callable(from);
    case revoked:
      return from != revoked;
  }
  return false;
}

Expected<ServerState> advance(ServerState from, ServerState to) {
  if (may_follow(from, to)) return to;
  return failure("catalog.state_skipped", Fault::client,
                 "a server that is `" + std::string(state_name(from)) + "` can't become `" +
                     std::string(state_name(to)) + "`");
}

bool is_revalidation_due(std::string_view validated_at, WallTime now, std::chrono::seconds age) {
  const auto at = parse_rfc3339(validated_at);
  // A time ahead of the clock is no validation that happened.
  return !at || *at > now || now - *at >= age;
}

}  // namespace doorward::catalog
