#include "wire/json.h"
#include "wire/json_decimal.h"

namespace doorward::wire {

std::optional<bool> JsonValue::boolean() const {
  if (!is_boolean()) return std::nullopt;
  return raw().front() == 't';
}

std::optional<int64_t> JsonValue::integer() const {
  if (!is_number()) return std::nullopt;
  const auto decimal = Decimal::from(raw());
  return decimal ? decimal->integer() : std::nullopt;
}

std::optional<double> JsonValue::number() const {
  if (!is_number()) return std::nullopt;
  return to_double(raw());
}

JsonValue JsonValue::operator[](std::string_view name) const {
  for (const auto& member : members())
    if (member.name == name) return member.value;
  return {};
}

}  // namespace doorward::wire
