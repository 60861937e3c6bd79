// What the guards of areas 1 and 7 would do with a text, by `inspection` and `guards` of the
// configuration: the same words that the guards themselves use.
#pragma once

#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "detect/inspector.h"

namespace doorward::app {

struct Inspected {
  struct Item {
    std::string_view rule;
    detect::Kind kind;
    detect::Span span;
    bool observed;  // by a guard that does not enforce, or too weak to act on
  };
  std::string_view verdict;  // pass, rewrite, hold, deny
  double score = 0;
  std::vector<Item> findings;
};

// Whose text it is, where that is known: what is suppressed there is only observed.
struct Origin {
  std::string_view server, tool;
};
[[nodiscard]] Inspected inspected(const Config& config, const detect::Question& question,
                                  const Origin& origin = {});

// The guards that act on a rule's findings.
[[nodiscard]] std::vector<std::string_view> guards_of_rule(std::string_view rule);

}  // namespace doorward::app
