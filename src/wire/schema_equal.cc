#include "wire/schema_equal.h"

#include "wire/schema_hash.h"
#include "wire/schema_number.h"

namespace doorward::wire {

std::optional<bool> SchemaEqual::same(JsonValue a, JsonValue b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case JsonType::null:
      return true;
    case JsonType::boolean:
      return a.boolean() == b.boolean();
    case JsonType::number:
      return equal_numbers(a.raw(), b.raw());
    case JsonType::string:
      return a.text() == b.text();
    case JsonType::array:
      return same_items(a, b);
    case JsonType::object:
      return same_members(a, b);
  }
  return false;
}

std::optional<bool> SchemaEqual::same_items(JsonValue a, JsonValue b) {
  if (a.size() != b.size()) return false;
  auto other = b.items().begin();
  for (const JsonValue item : a.items()) {
    if (!budget_.spend(1)) return false;
    const auto equal = same(item, *other);
    if (!equal || !*equal) return equal;
    ++other;
  }
  return true;
}

// Most often members come in the same order; a name out of order is looked for, and paid for.
std::optional<bool> SchemaEqual::same_members(JsonValue a, JsonValue b) {
  if (a.size() != b.size()) return false;
  auto other = b.members().begin();
  for (const auto& [name, value, _] : a.members()) {
    if (!budget_.spend(1)) return false;
    const auto next = *other;
    JsonValue match = next.value;
    if (next.name != name) {
      if (!budget_.spend(b.size() / 4)) return false;
      match = b[name];
    }
    if (!match) return false;
    const auto equal = same(value, match);
    if (!equal || !*equal) return equal;
    ++other;
  }
  return true;
}

std::optional<uint64_t> SchemaEqual::hash(JsonValue value) {
  const uint64_t seed = schema_hash_seed() + static_cast<uint64_t>(value.type());
  if (!budget_.spend(1)) return 0;
  switch (value.type()) {
    case JsonType::null:
      return seed;
    case JsonType::boolean:
      return mix_hash(seed, *value.boolean() ? 1 : 2);
    case JsonType::number:
      return hash_number(value.raw(), seed);
    case JsonType::string:
      return hash_bytes(value.text(), seed);
    case JsonType::array: {
      uint64_t sum = mix_hash(seed, value.size());
      for (const JsonValue item : value.items()) {
        const auto part = hash(item);
        if (!part) return part;
        sum = mix_hash(sum, *part);
      }
      return sum;
    }
    case JsonType::object: {
      uint64_t sum = mix_hash(seed, value.size());
      for (const auto& [name, member, _] : value.members()) {
        const auto part = hash(member);
        if (!part) return part;
        sum += mix_hash(hash_bytes(name, seed), *part);  // in any order
      }
      return sum;
    }
  }
  return seed;
}

}  // namespace doorward::wire
