#include "app/config/constraint.h"

#include <algorithm>
#include <string>
#include <vector>

#include "app/policy_rules.h"

namespace doorward::app {

namespace {

using Names = std::vector<std::string>;

const Names& maps_of_schemas() {
  static const Names names = {"properties", "patternProperties", "$defs", "definitions",
                              "dependentSchemas"};
  return names;
}

const Names& lists_of_schemas() {
  static const Names names = {"allOf", "anyOf", "oneOf", "prefixItems"};
  return names;
}

const Names& schemas() {
  static const Names names = {"items",
                              "additionalProperties",
                              "not",
                              "if",
                              "then",
                              "else",
                              "contains",
                              "propertyNames",
                              "unevaluatedItems",
                              "additionalItems",
                              "unevaluatedProperties"};
  return names;
}

const Names& plain_keywords() {
  static const Names names = {"type",
                              "enum",
                              "const",
                              "multipleOf",
                              "maximum",
                              "minimum",
                              "maxLength",
                              "minLength",
                              "exclusiveMaximum",
                              "exclusiveMinimum",
                              "pattern",
                              "maxItems",
                              "minItems",
                              "uniqueItems",
                              "maxContains",
                              "minContains",
                              "maxProperties",
                              "minProperties",
                              "required",
                              "dependentRequired",
                              "dependencies",
                              "format",
                              "x-root",
                              "$ref",
                              "$id",
                              "$schema",
                              "$anchor",
                              "$comment",
                              "title",
                              "description",
                              "default",
                              "examples",
                              "deprecated",
                              "readOnly",
                              "writeOnly",
                              "$dynamicRef",
                              "$dynamicAnchor"};
  return names;
}

const Names& formats() {
  static const Names names = {"path",    "url",      "host",      "identifier",
                              "command", "sql-read", "sql-write", "sql-single"};
  return names;
}

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names all_keywords() {
  Names all = plain_keywords();
  for (const Names* more : {&maps_of_schemas(), &lists_of_schemas(), &schemas()})
    all.insert(all.end(), more->begin(), more->end());
  return all;
}

void look_at(Reader& reader, const Node& schema);

void look_at_each(Reader& reader, const Node& list) {
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Reader::Step step(reader, i);
    look_at(reader, list.items[i]);
  }
}

void look_at(Reader& reader, const Node& schema) {
  for (const Member& member : schema.members) {
    const Reader::Step step(reader, member.name);
    if (has(maps_of_schemas(), member.name)) {
      for (const Member& part : member.value.members) {
        const Reader::Step inner(reader, part.name);
        look_at(reader, part.value);
      }
    } else if (has(lists_of_schemas(), member.name)) {
      look_at_each(reader, member.value);
    } else if (has(schemas(), member.name)) {
      look_at(reader, member.value);
      look_at_each(reader, member.value);
    } else if (!has(plain_keywords(), member.name)) {
      reader.problem(member.line, "no keyword of JSON Schema, so nothing would check it" +
                                      suggestion(member.name, all_keywords()));
    } else if (member.name == "format" && !has(formats(), member.value.text)) {
      reader.problem(member.line, "`" + member.value.text + "` is no format that is checked here" +
                                      suggestion(member.value.text, formats()) +
                                      "; `pattern` can say more");
    }
  }
}

}  // namespace

void check_constraint(Reader& reader, const Node& schema, std::string_view json,
                      policy::Effect effect) {
  const size_t before = reader.problems().size();
  look_at(reader, schema);
  if (reader.problems().size() > before) return;
  if (auto fine = check_arguments(json, effect); !fine)
    reader.problem(schema.line, fine.error().what);
}

}  // namespace doorward::app
