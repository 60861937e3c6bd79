// Many rules in one pass: Vectorscan says near which places each of them may occur, RE2 says where,
// and reads those surroundings only. Both take time linear in the text, whatever the text is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/rule.h"

namespace doorward::detect {

struct Hit {
  const Rule* rule;
  size_t from, to;  // in the text that was searched
};

class PatternSet {
 public:
  // Compiles; panics at a pattern that does not compile: the tables are part of the program.
  // Only rules for one of `roles` are in it.
  explicit PatternSet(std::vector<std::span<const Rule>> tables, unsigned roles = kAllRoles);
  ~PatternSet();
  PatternSet(const PatternSet&) = delete;
  PatternSet& operator=(const PatternSet&) = delete;

  // Appends the hits of rules that `wanted` accepts, in the order of the tables.
  template <class Wanted>
  void find(std::string_view text, const Wanted& wanted, std::vector<Hit>& hits) const {
    const std::vector<Stretch> found = triggered(text);
    for (auto first = found.begin(); first != found.end();) {
      auto last = first;
      while (last != found.end() && last->rule == first->rule) ++last;
      if (wanted(*rules_[first->rule])) locate(text, {first, last}, hits);
      first = last;
    }
  }
  [[nodiscard]] const std::vector<const Rule*>& rules() const { return rules_; }
  // For `use_compiled`: what it was made of, and its tables.
  [[nodiscard]] std::string compiled() const;

 private:
  struct Engine;
  // Where a rule's trigger was seen: all places from the first to the last that lie so near to each
  // other that their surroundings touch.
  struct Stretch {
    uint32_t rule, first, last;
  };
  // Of each rule together, in the order of the tables and then of the text.
  [[nodiscard]] std::vector<Stretch> triggered(std::string_view text) const;
  void locate(std::string_view text, std::span<const Stretch> stretches,
              std::vector<Hit>& hits) const;
  std::vector<const Rule*> rules_;
  std::unique_ptr<Engine> engine_;
};

// Tables that were compiled when the program was built, as `compiled()` of all sets one behind the
// other; `bytes` lives as long as the program. Call before the first set is made. A set that is not
// among them, or was made for another processor, is compiled here: the same rules, a second later.
void use_compiled(std::string_view bytes);

}  // namespace doorward::detect
