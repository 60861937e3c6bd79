// Equality of JSON values as JSON Schema has it: numbers by value, objects without order. Internal
// to wire's schemas.
#pragma once

#include <cstdint>
#include <optional>

#include "wire/json.h"
#include "wire/schema_budget.h"

namespace doorward::wire {

class SchemaEqual {
 public:
  // Once the budget is spent, answers mean nothing.
  explicit SchemaEqual(SchemaBudget& budget) : budget_(budget) {}
  // Nothing: a number that can't be compared.
  [[nodiscard]] std::optional<bool> same(JsonValue a, JsonValue b);
  // The same for values that are the same.
  [[nodiscard]] std::optional<uint64_t> hash(JsonValue value);

 private:
  [[nodiscard]] std::optional<bool> same_items(JsonValue a, JsonValue b);
  [[nodiscard]] std::optional<bool> same_members(JsonValue a, JsonValue b);
  SchemaBudget& budget_;
};

}  // namespace doorward::wire
