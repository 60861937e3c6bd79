// The compiled form of a schema: a flat list of nodes that refer to each other by number. Internal
// to wire's schemas; made by schema_compile, run by schema_evaluate, never changed after.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"
#include "wire/schema.h"
#include "wire/schema_hash.h"
#include "wire/schema_number.h"
#include "wire/schema_pattern.h"

namespace doorward::wire {

using SchemaNodeId = uint32_t;
constexpr uint32_t kNoNode = UINT32_MAX;

// Types as bits: one for each JsonType, and one for whole numbers.
constexpr uint8_t type_bit(JsonType type) {
  return static_cast<uint8_t>(1U << unsigned(type));
}
constexpr uint8_t kIntegerBit = 1U << 6;
constexpr uint8_t kAnyType = 0x3F;

// The names that a node knows, by hash.
class NameTable {
 public:
  struct Entry {
    std::string name;
    SchemaNodeId node = kNoNode;  // of `properties`; kNoNode when only `required` names it
    bool required = false;
  };
  // The entry of `name`, made where there is none.
  Entry& at(std::string_view name);
  [[nodiscard]] const Entry* find(std::string_view name) const {
    if (slots_.empty()) return nullptr;
    const uint64_t hash = hash_bytes(name, seed_);
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.entry == kNoNode) return nullptr;
      if (slot.hash == static_cast<uint32_t>(hash >> 32) &&
          same_bytes(entries_[slot.entry].name, name))
        return &entries_[slot.entry];
    }
  }
  // The same; members mostly come in the order of the schema, so the one at `hint` is tried first.
  // Moves the hint behind what it found.
  [[nodiscard]] const Entry* find(std::string_view name, size_t& hint) const {
    const Entry* found = hint < entries_.size() ? &entries_[hint] : nullptr;
    if (found == nullptr || !same_bytes(found->name, name)) found = find(name);
    if (found != nullptr) hint = static_cast<size_t>(found - entries_.data()) + 1;
    return found;
  }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t entry = kNoNode;
  };
  void insert(uint32_t entry);
  uint64_t seed_ = schema_hash_seed();
  std::vector<Entry> entries_;  // in the order of the schema
  std::vector<Slot> slots_;     // a power of two, at most half full
};

struct NumberRules {
  std::optional<ExactNumber> minimum, maximum, above, below, multiple_of;
};

struct StringRules {
  uint32_t min = 0;
  uint32_t max = UINT32_MAX;
  uint32_t pattern = kNoNode;  // index into SchemaProgram::patterns
  uint32_t format = kNoNode;   // index into SchemaProgram::formats
};

struct ArrayRules {
  std::vector<SchemaNodeId> prefix;
  SchemaNodeId items = kNoNode;  // of all items behind the prefix
  SchemaNodeId contains = kNoNode;
  uint32_t min_contains = 1;
  uint32_t max_contains = UINT32_MAX;
  uint32_t min = 0;
  uint32_t max = UINT32_MAX;
  bool unique = false;
  bool contains_evaluates = false;  // 2020-12: what `contains` matches counts as evaluated
};

struct ObjectRules {
  NameTable names;
  uint32_t required = 0;  // how many names are
  struct ByPattern {
    uint32_t pattern;
    SchemaNodeId node;
  };
  std::vector<ByPattern> patterns;
  SchemaNodeId additional = kNoNode;
  SchemaNodeId property_names = kNoNode;
  struct Dependency {
    std::string name;                // when this one is present
    std::vector<std::string> names;  // these must be
    SchemaNodeId node = kNoNode;     // and the object must match this
  };
  std::vector<Dependency> dependencies;
  uint32_t min = 0;
  uint32_t max = UINT32_MAX;
};

struct ValueRules {
  std::vector<JsonValue> values;  // of the schema's own document
  NameTable strings;              // its strings
  bool only_strings = true;
};

struct DynamicRef {
  SchemaNodeId initial = kNoNode;
  uint32_t anchor = kNoNode;  // number of the name; kNoNode: behaves like `$ref`
};

struct LogicRules {
  std::vector<SchemaNodeId> all, any, one;
  SchemaNodeId negated = kNoNode;
  SchemaNodeId condition = kNoNode, then = kNoNode, otherwise = kNoNode;
  SchemaNodeId ref = kNoNode;
  DynamicRef dynamic;
};

struct SchemaNode {
  uint8_t types = kAnyType;
  bool never = false;              // the schema `false`
  bool refuse_undeclared = false;  // R2.1, where the node has the object to itself
  // Where R2.1 reaches: who else describes the same members?
  bool forwards = false;  // nothing but a `$ref`: the target has the value to itself
  bool chooses = false;   // nothing but one anyOf or oneOf: each branch describes the members alone
  bool shares = false;    // schemas applied beside it describe members too
  bool looks_back = false;  // has an `unevaluated...` keyword
  bool only_types = false;  // nothing but `types` is asked
  uint32_t resource = 0;
  SchemaNodeId unevaluated_items = kNoNode;
  SchemaNodeId unevaluated_properties = kNoNode;
  JsonValue constant;  // empty where there is none
  std::unique_ptr<ValueRules> values;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<LogicRules> logic;
};

struct SchemaFormat {
  std::string name;
  std::function<bool(std::string_view)> check;
};

class SchemaProgram {
 public:
  std::vector<SchemaNode> nodes;  // the schema itself is node 0
  std::vector<SchemaPattern> patterns;
  std::vector<SchemaFormat> formats;
  struct DynamicAnchor {
    uint32_t resource;
    uint32_t anchor;
    SchemaNodeId node;
  };
  std::vector<DynamicAnchor> dynamic_anchors;
  bool is_dynamic = false;  // some `$dynamicRef` depends on how it was reached
  std::vector<std::unique_ptr<JsonDocument>> documents;  // keeps `ValueRules::values` alive
  SchemaLimits limits;
  std::string subject;
  Fault fault = Fault::client;
};

}  // namespace doorward::wire
