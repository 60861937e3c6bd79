// What a validation may still cost. Internal to wire's schemas.
#pragma once

#include <cstdint>

#include "wire/schema_program.h"

namespace doorward::wire {

enum class SchemaStop : uint8_t {
  none,
  budget,  // too many steps, or too deep
  number,  // a number that can't be compared
};

class SchemaBudget {
 public:
  SchemaBudget(const SchemaProgram& program, JsonValue instance) {
    const auto& nodes = instance.document()->nodes();
    const uint64_t values = nodes[instance.index()].next - instance.index();
    steps_ = program.limits.steps + values * program.limits.steps_per_value;
  }
  [[nodiscard]] bool spend(uint64_t steps) {
    if (steps_ < steps) return give_up(SchemaStop::budget);
    steps_ -= steps;
    return true;
  }
  // From here on nothing can be paid for. False, always.
  bool give_up(SchemaStop why) {
    if (stop_ == SchemaStop::none) stop_ = why;
    steps_ = 0;
    return false;
  }
  [[nodiscard]] SchemaStop stop() const { return stop_; }
  [[nodiscard]] bool stopped() const { return stop_ != SchemaStop::none; }

 private:
  uint64_t steps_ = 0;
  SchemaStop stop_ = SchemaStop::none;
};

}  // namespace doorward::wire
