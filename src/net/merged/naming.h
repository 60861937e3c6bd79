// The names of the merged endpoint, both ways. `net` knows no rule for them: `app` hands one in.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::net {

// A tool or prompt where it is at home.
struct Address {
  std::string server;
  std::string name;
  auto operator<=>(const Address&) const = default;
};

// An immutable table of one merged list.
class NameTable {
 public:
  virtual ~NameTable() = default;
  // Null: not in the table. A name that could mean two is not in it (R3.3).
  [[nodiscard]] virtual const Address* find(std::string_view merged) const = 0;
  // A name that is not in the table, but looks like one that is or that could mean two.
  [[nodiscard]] virtual bool is_look_alike(std::string_view merged) const = 0;
};

struct Naming {
  // `server__name`, cut where it is too long.
  std::function<std::string(std::string_view server, std::string_view name)> merge;
  std::function<std::shared_ptr<const NameTable>(const std::vector<Address>& known)> table;
};

}  // namespace doorward::net
