// Many rules in one pass: Vectorscan says near which places each of them may occur, RE2 says where,
// and reads those surroundings only. Both take time linear in the text, whatever the text is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/features.h"
#include "detect/reach.h"
#include "detect/rule.h"
#include "detect/view.h"

namespace re2 {
class RE2;
}

namespace doorward::detect {

struct Hit {
  const Rule* rule;
  size_t from, to;  // in the text that was searched
};

class PatternSet {
 public:
  // Where a rule's trigger was seen: all places from the first to the last that lie so near to each
  // other that their surroundings touch.
  struct Stretch {
    uint32_t rule, first, last;
  };
  // What was seen in a text. Of each rule together, in the order of the tables and then of the
  // text.
  struct Seen {
    std::vector<Stretch> stretches;
    std::vector<Hit> hits;
    // Also those that a check did not take.
    struct Found {
      uint32_t from, to;
      uint32_t value, value_end;
    };
    std::vector<Found> matches;
    struct Searched {
      uint32_t rule;
      bool cut;            // there may be more
      size_t first, last;  // of the matches
    };
    std::vector<Searched> searched;
  };
  // A text that was searched before, and what of it stands in the one that is asked for.
  struct Base {
    Base(std::string_view asked, std::string_view text, const Seen& seen,
         const std::vector<View::Kept>& kept);
    std::string_view text;
    const Seen& seen;
    const std::vector<View::Kept>& kept;
    // The rest of the text that is asked for: one part before, between and behind two stretches,
    // though it be empty.
    std::vector<Window> fresh;
  };

  // Compiles; panics at a pattern that does not compile: the tables are part of the program.
  // Only rules for one of `roles` are in it.
  explicit PatternSet(std::vector<std::span<const Rule>> tables, unsigned roles = kAllRoles);
  ~PatternSet();
  PatternSet(const PatternSet&) = delete;
  PatternSet& operator=(const PatternSet&) = delete;

  // The hits of rules that `wanted` accepts, in the order of the tables. With a base only what is
  // new is read, and the same is found; `wanted` must not accept more than it did there.
  template <class Wanted>
  [[nodiscard]] Seen find(std::string_view text, const Base* base, const Wanted& wanted) const {
    Seen seen;
    seen.stretches = base == nullptr ? triggered(text) : triggered_beside(text, *base);
    if (seen.stretches.empty()) return seen;
    const LongRows rows(text);
    for (auto first = seen.stretches.begin(); first != seen.stretches.end();) {
      auto last = first;
      while (last != seen.stretches.end() && last->rule == first->rule) ++last;
      if (wanted(*rules_[first->rule])) locate(text, rows, base, {first, last}, seen);
      first = last;
    }
    return seen;
  }
  [[nodiscard]] const std::vector<const Rule*>& rules() const { return rules_; }
  // For `use_compiled`: what it was made of, and its tables.
  [[nodiscard]] std::string compiled() const;

 private:
  struct Engine;
  class Search;
  [[nodiscard]] std::vector<Stretch> triggered(std::string_view text) const;
  [[nodiscard]] std::vector<Stretch> triggered_beside(std::string_view text,
                                                      const Base& base) const;
  void scan(std::string_view text, size_t from, size_t to, std::vector<Stretch>& found) const;
  void end_scan(std::vector<Stretch>& found) const;
  [[nodiscard]] const re2::RE2& locator(uint32_t index) const;
  [[nodiscard]] size_t reach_of(uint32_t index) const;
  void locate(std::string_view text, const LongRows& rows, const Base* base,
              std::span<const Stretch> stretches, Seen& seen) const;
  std::vector<const Rule*> rules_;
  std::unique_ptr<Engine> engine_;
};

// Tables that were compiled when the program was built, as `compiled()` of all sets one behind the
// other; `bytes` lives as long as the program. Call before the first set is made. A set that is not
// among them, or was made for another processor, is compiled here: the same rules, a second later.
void use_compiled(std::string_view bytes);

}  // namespace doorward::detect
