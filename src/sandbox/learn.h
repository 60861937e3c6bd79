// `sandbox learn`: what a server used and what it was denied, and the narrowest profile that would
// have served it. The walls stand while it is watched; nothing that was learned is granted before a
// person writes it down.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/plan.h"

namespace doorward::sandbox {

struct Proposal {
  std::vector<Mount> read;
  std::vector<Mount> write;
  std::vector<NetworkRule> network;
  std::vector<std::string> added;    // powers that it lacked, one sentence each
  std::vector<std::string> dropped;  // powers that it did not use
  std::vector<std::string> refused;  // what it tried and no profile should give
  std::vector<std::string> asked;    // paths of this host that it only asked about
};

class Lessons {
 public:
  // One observation. `r PATH` opened, `w PATH` opened to write, made or removed, `x PATH` executed,
  // `s PATH` asked about, `c ADDRESS PORT` connected to, `n NAME` looked up. Paths as the server
  // names them. Anything else is ignored, and so is what comes after a bound.
  void add(std::string_view seen);
  [[nodiscard]] size_t size() const { return size_; }
  // What `plan` would be if it gave what was used, and nothing else.
  [[nodiscard]] Proposal propose(const LaunchPlan& plan) const;

 private:
  std::map<char, std::set<std::string>> seen_;
  size_t size_ = 0;
};

// The lists of a `sandbox:` block, as configuration text indented by `indent`.
[[nodiscard]] std::string proposal_yaml(const Proposal& proposal, std::string_view indent);

}  // namespace doorward::sandbox
