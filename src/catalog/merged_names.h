// The names of the merged endpoint: `server__tool`, both ways. A name that could mean two tools
// means none (R3.3).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::catalog {

inline constexpr size_t kMergedNameLimit = 64;  // bytes

// `[a-z0-9][a-z0-9_-]{0,23}` without `__`.
[[nodiscard]] bool is_server_name(std::string_view name);

// `server__tool`; over 64 bytes the first 55 of it at most, `_`, and 8 hex digits of its SHA-256.
// The same pair always gives the same name. A character is never cut.
[[nodiscard]] std::string merged_name(std::string_view server, std::string_view tool);

struct ToolAddress {
  std::string server;
  std::string tool;
  auto operator<=>(const ToolAddress&) const = default;
};

// An immutable table of one merged list.
class MergedNames {
 public:
  MergedNames() = default;
  explicit MergedNames(const std::vector<ToolAddress>& tools);

  // The tool of a merged name, or null: unknown, or one of `ambiguous`. No allocation.
  [[nodiscard]] const ToolAddress* find(std::string_view merged) const;
  // Tools without a name of their own, in order: the same pair twice, another pair of the same
  // merged name, or one that only looks different (case, homoglyphs, invisible characters). All
  // sides are left out of the table.
  [[nodiscard]] const std::vector<ToolAddress>& ambiguous() const { return ambiguous_; }
  [[nodiscard]] const std::map<std::string, ToolAddress, std::less<>>& all() const {
    return tools_;
  }

 private:
  std::map<std::string, ToolAddress, std::less<>> tools_;
  std::vector<ToolAddress> ambiguous_;
};

}  // namespace doorward::catalog
