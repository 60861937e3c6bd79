// JSON Schema, compiled once and asked often: draft 2020-12 (the protocol's default) and draft-07
// over parsed JSON without copies.
//
// Nothing is ever fetched: a `$ref` names a place in the same document, a bundled metaschema or a
// document of `SchemaOptions::known`. Everything is bounded: the size of a schema, the steps of a
// validation, the memory of a pattern (RE2: linear time). Numbers are compared as exact decimals.
// What can't be decided within the bounds is an error, never a yes.
//
// Tested by tests/unit/wire/schema_*.cc, tests/conformance/json_schema, fuzz/fuzz_schema.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/json.h"

namespace doorward::wire {

enum class SchemaDraft : uint8_t { draft_2020_12, draft_07 };

// `refuse` (R2.1): where `properties` is not empty and `additionalProperties` is absent, a member
// that is not declared is a problem. Beside allOf, anyOf, oneOf, if, a `$ref` with company,
// patternProperties, dependentSchemas or unevaluatedProperties, those keywords decide.
enum class Undeclared : uint8_t { allow, refuse };

struct SchemaLimits {
  size_t bytes = 256 * 1024;   // of one schema document
  uint32_t depth = 64;         // of its nesting
  uint32_t subschemas = 8192;  // bundled ones that it refers to included
  uint32_t patterns = 512;
  size_t pattern_bytes = 4096;
  uint32_t pattern_instructions = 200'000;  // of all automatons together
  // A validation may take `steps` plus `steps_per_value` for each value of the instance.
  uint64_t steps = 100'000;
  uint32_t steps_per_value = 64;
};

// A document that a `$ref` or `$schema` may name by `uri`.
struct SchemaSource {
  std::string uri;
  std::string text;
};

// Formats that are asserted, by name; all others are annotations. A predicate is called from any
// thread and must be linear in its text.
using FormatChecks = std::map<std::string, std::function<bool(std::string_view)>, std::less<>>;

struct SchemaOptions {
  SchemaDraft draft = SchemaDraft::draft_2020_12;  // of a schema without `$schema`
  Undeclared undeclared = Undeclared::allow;
  SchemaLimits limits = {};
  FormatChecks formats = {};
  std::vector<SchemaSource> known = {};
  std::string subject = "the arguments";  // what is validated, for texts
  Fault fault = Fault::client;            // whose fault a mismatch is
};

enum class SchemaMatch : uint8_t { no, yes, undecided };

class SchemaProgram;

// Immutable; copies share the compiled form. Any number of threads may ask at once.
class Schema {
 public:
  // The schema is copied out of `value`. Fault of an error is the server's. Errors:
  //   json.*             the text is no strict JSON
  //   schema.size        over `SchemaLimits`
  //   schema.dialect     `$schema` names a dialect or a required vocabulary that is not spoken
  //   schema.keyword     a keyword has a value that it can't have
  //   schema.remote_ref  a `$ref` leaves the document
  //   schema.ref         a `$ref` points at nothing in its document
  //   schema.pattern     a pattern that RE2 can't run (look-behind, backreferences)
  //   schema.loop        references that lead back to themselves on the same value
  [[nodiscard]] static Expected<Schema> compile(JsonValue value, const SchemaOptions& = {});
  [[nodiscard]] static Expected<Schema> compile(std::string_view text, const SchemaOptions& = {});

  // Without a text; takes no memory once a thread is warm, but for numbers over 18 digits.
  [[nodiscard]] SchemaMatch match(JsonValue value) const;

  // Errors: schema.mismatch, schema.budget (too many steps), schema.number (an exponent that can't
  // be compared). The text is for a model to repair its call: at most five problems in at most
  // 1 KiB, each with its JSON pointer, what was expected, the type of what came and what to change.
  // It holds names of members and parts of the schema, never a value that came.
  [[nodiscard]] Expected<void> validate(JsonValue value) const;

  // Errors: schema.look_alike for a member that differs from a declared one only by case or
  // Unicode folding (`is_look_alike_name`), at any depth that the schema describes; schema.budget.
  [[nodiscard]] Expected<void> check_names(JsonValue value) const;

 private:
  explicit Schema(std::shared_ptr<const SchemaProgram> program) : program_(std::move(program)) {}
  std::shared_ptr<const SchemaProgram> program_;
};

}  // namespace doorward::wire
