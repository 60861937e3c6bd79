// Who is calling, as proven by a credential and nothing else.
#pragma once

#include <string>
#include <vector>

namespace doorward::core {

struct Principal {
  std::string user;
  std::string agent;  // the acting party where a credential names one (RFC 8693 act)
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
  std::string credential;  // which credential proved it: "local", "token:ci"; for the log

  // Sessions, limits and approvals belong to this key. The length keeps user and agent apart.
  [[nodiscard]] std::string key() const { return std::to_string(user.size()) + ":" + user + agent; }
  bool operator==(const Principal&) const = default;
};

}  // namespace doorward::core
