// Fuzzes module: wire
// Input: a schema, a NUL byte, an instance. What compiles decides the same with and without a text,
// the same again, and says no more than its bound in one line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/schema.h"

namespace {

using namespace doorward::wire;

void demand(bool holds) {
  if (!holds) std::abort();
}

// Small, so that a fuzzer reaches the bounds.
SchemaOptions options_of(size_t seed) {
  SchemaOptions options;
  options.draft = seed % 2 == 0 ? SchemaDraft::draft_2020_12 : SchemaDraft::draft_07;
  options.undeclared = seed % 3 == 0 ? Undeclared::refuse : Undeclared::allow;
  options.limits.steps = 2000;
  options.limits.subschemas = 500;
  options.limits.patterns = 8;
  options.limits.pattern_bytes = 64;
  options.formats.emplace("path", [](std::string_view text) { return !text.starts_with('/'); });
  return options;
}

void check(const Schema& schema, JsonValue instance) {
  const SchemaMatch match = schema.match(instance);
  demand(schema.match(instance) == match);
  const auto validated = schema.validate(instance);
  demand(validated.has_value() == (match == SchemaMatch::yes));
  if (!validated) {
    const auto& error = validated.error();
    demand((error.code == "schema.mismatch") == (match == SchemaMatch::no));
    demand(error.what.size() <= 1024 && error.what.find('\n') == error.what.npos);
    if (match == SchemaMatch::no) demand(error.what.find(" (1) ") != error.what.npos);
    demand(JsonDocument::parse(json_quote(error.what)).has_value());
  }
  const auto named = schema.check_names(instance);
  if (!named)
    demand(named.error().code == "schema.look_alike" || named.error().code == "schema.budget");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  const auto schema = Schema::compile(input.substr(0, cut), options_of(size));
  if (!schema) {
    const std::string& code = schema.error().code;
    demand(code.starts_with("schema.") || code.starts_with("json."));
    return 0;
  }
  if (cut == input.size()) return 0;
  const auto instance = JsonDocument::parse(std::string(input.substr(cut + 1)));
  if (!instance) return 0;
  check(*schema, instance->root());
  return 0;
}
