// Patterns of JSON Schema (ECMA-262 with the `u` flag) run by RE2, in time linear in the text.
// Internal to wire's schemas.
//
// What the two dialects read differently is rewritten: `.`, `\s`, `\cX`, `\uXXXX`, `(?<name>`,
// `[^]`,
// `$`; what only RE2 knows is refused. Look-aheads right behind a leading `^` are patterns of their
// own that must match too, or must not. All other look-arounds and backreferences are refused.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::wire {

class SchemaPattern {
 public:
  // Errors: schema.pattern, which names the pattern.
  [[nodiscard]] static Expected<SchemaPattern> compile(std::string_view pattern);
  // Anywhere in `text`, as JSON Schema wants it.
  [[nodiscard]] bool matches(std::string_view text) const;
  // What matching `text` may cost at worst, when no state of the automaton is known: text times
  // size.
  [[nodiscard]] uint64_t steps(std::string_view text) const {
    constexpr uint64_t kWorkOfStep = 1024;
    return 1 + text.size() * (16 + instructions_) / kWorkOfStep;
  }
  [[nodiscard]] uint32_t instructions() const { return instructions_; }
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  struct Part {
    std::unique_ptr<re2::RE2> expression;
    bool negated;
  };
  std::string source_;
  uint32_t instructions_ = 0;  // of all parts
  std::vector<Part> parts_;    // all must hold
};

// `pattern` in RE2's syntax; the error is a phrase such as "a look-behind". For tests and
// SchemaPattern.
[[nodiscard]] std::expected<std::string, std::string> re2_syntax(std::string_view pattern);

}  // namespace doorward::wire
