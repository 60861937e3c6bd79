// Equality of JSON values as JSON Schema has it: numbers by value, objects without order. Internal
// to wire's schemas.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "wire/json.h"

namespace doorward::wire {

class SchemaEqual {
 public:
  // `spend` pays for steps; once it says no, answers mean nothing.
  template <class Spend>
  explicit SchemaEqual(Spend spend) : spend_(spend) {}
  // Nothing: a number that can't be compared.
  [[nodiscard]] std::optional<bool> same(JsonValue a, JsonValue b);
  // The same for values that are the same.
  [[nodiscard]] std::optional<uint64_t> hash(JsonValue value);

 private:
  [[nodiscard]] std::optional<bool> same_items(JsonValue a, JsonValue b);
  [[nodiscard]] std::optional<bool> same_members(JsonValue a, JsonValue b);
  std::function<bool(uint64_t)> spend_;
};

}  // namespace doorward::wire
