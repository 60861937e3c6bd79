// What is wrong with a value, in words for a model that is to repair it. Internal to wire's
// schemas.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/schema_program.h"

namespace doorward::wire {

struct SchemaProblem {
  // How little it says about what was meant: a branch of another type, or for another kind of
  // object, is hardly the one to repair.
  enum class Rank : uint8_t { repairable, other_kind, other_type };
  uint32_t at = 0;   // the value's index
  std::string text;  // "expected ..., got ...: do ..."
  Rank rank = Rank::repairable;
  uint8_t types = 0;  // with other_type: what was expected
};

class SchemaReport {
 public:
  explicit SchemaReport(JsonValue instance) : instance_(instance) {}
  static constexpr size_t kMaxProblems = 5;
  static constexpr size_t kMaxBytes = 1024;

  // Each notes one problem, while there is room.
  void wrong_type(uint32_t at, uint8_t expected);
  void wrong_value(uint32_t at, std::span<const JsonValue> allowed);
  void out_of_range(uint32_t at, std::string_view limit, const ExactNumber& number);
  void not_multiple(uint32_t at, const ExactNumber& divisor);
  // "characters", "items" or "members": `got` of them where `limit` is "at least" or "at most".
  void wrong_size(uint32_t at, std::string_view what, uint32_t got, bool too_few, uint32_t limit);
  void no_match(uint32_t at, const SchemaPattern& pattern);
  void bad_format(uint32_t at, std::string_view format);
  void missing(uint32_t object, std::string_view name, uint8_t types);
  void missing_beside(uint32_t object, std::string_view name, std::string_view because);
  void undeclared(uint32_t object, std::string_view name, const NameTable& known, uint32_t value);
  void forbidden(uint32_t at);
  void repeated(uint32_t first, uint32_t second);
  void wrong_contains(uint32_t at, uint32_t got, bool too_few, uint32_t limit);
  void negated(uint32_t at);
  void several(uint32_t at);
  // None of the alternatives: says what the likeliest one lacks.
  void no_alternative(uint32_t at, std::vector<SchemaReport> branches);

  [[nodiscard]] bool full() const { return problems_.size() >= kMaxProblems; }
  [[nodiscard]] const std::vector<SchemaProblem>& problems() const { return problems_; }
  [[nodiscard]] SchemaReport empty() const { return SchemaReport(instance_); }
  // All of it, at most kMaxBytes.
  [[nodiscard]] std::string text(std::string_view subject) const;

 private:
  void add(uint32_t at, std::string text, SchemaProblem::Rank rank = {}, uint8_t types = 0);
  [[nodiscard]] std::string type_at(uint32_t at) const;

  JsonValue instance_;
  std::vector<SchemaProblem> problems_;
};

}  // namespace doorward::wire
