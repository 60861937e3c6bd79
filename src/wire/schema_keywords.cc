// What each keyword of JSON Schema means, and which values it may have.
#include <algorithm>
#include <array>

#include "wire/schema_compiler.h"

namespace doorward::wire {

const SchemaCompiler::Keyword* SchemaCompiler::keyword(std::string_view name) {
  using C = SchemaCompiler;
  static const auto keywords = std::to_array<Keyword>({
      {"$dynamicRef", &C::read_dynamic_ref, false},
      {"$ref", &C::read_ref},
      {"additionalItems", &C::read_items, true, false},
      {"additionalProperties", &C::read_object_schema},
      {"allOf", &C::read_list},
      {"anyOf", &C::read_list},
      {"const", &C::read_const, true, true, true},
      {"contains", &C::read_contains},
      {"dependencies", &C::read_dependencies},
      {"dependentRequired", &C::read_dependencies, false, true, true},
      {"dependentSchemas", &C::read_dependencies, false},
      {"else", &C::read_condition},
      {"enum", &C::read_enum, true, true, true},
      {"exclusiveMaximum", &C::read_limit, true, true, true},
      {"exclusiveMinimum", &C::read_limit, true, true, true},
      {"format", &C::read_format},
      {"if", &C::read_condition},
      {"items", &C::read_items},
      {"maxContains", &C::read_item_count, false, true, true},
      {"maxItems", &C::read_item_count, true, true, true},
      {"maxLength", &C::read_length, true, true, true},
      {"maxProperties", &C::read_property_count, true, true, true},
      {"maximum", &C::read_limit, true, true, true},
      {"minContains", &C::read_item_count, false, true, true},
      {"minItems", &C::read_item_count, true, true, true},
      {"minLength", &C::read_length, true, true, true},
      {"minProperties", &C::read_property_count, true, true, true},
      {"minimum", &C::read_limit, true, true, true},
      {"multipleOf", &C::read_multiple, true, true, true},
      {"not", &C::read_condition},
      {"oneOf", &C::read_list},
      {"pattern", &C::read_pattern, true, true, true},
      {"patternProperties", &C::read_pattern_properties},
      {"prefixItems", &C::read_prefix, false},
      {"properties", &C::read_properties},
      {"propertyNames", &C::read_object_schema},
      {"required", &C::read_required, true, true, true},
      {"then", &C::read_condition},
      {"type", &C::read_type, true, true, true},
      {"unevaluatedItems", &C::read_unevaluated, false},
      {"unevaluatedProperties", &C::read_unevaluated, false},
      {"uniqueItems", &C::read_unique, true, true, true},
  });
  const auto* const found = std::ranges::lower_bound(keywords, name, {}, &Keyword::name);
  return found != keywords.end() && found->name == name ? found : nullptr;
}

std::vector<SchemaNodeId> SchemaCompiler::nodes_of(const Building& building, JsonValue list) {
  std::vector<SchemaNodeId> nodes;
  for (const JsonValue item : list.items()) nodes.push_back(node_of(building, item));
  return nodes;
}

// A size: whole and not negative. What is too large to be reached is as good as any such.
uint32_t SchemaCompiler::count_of(const Building& building, JsonValue value) {
  const auto number = value.is_number() ? ExactNumber::from(value.raw()) : std::nullopt;
  if (!demand(building, number && !number->decimal.negative && number->decimal.is_whole(),
              "must be a whole number, 0 or more"))
    return 0;
  const int64_t small = number->small.value_or(UINT32_MAX);
  return static_cast<uint32_t>(std::min<int64_t>(small, UINT32_MAX));
}

std::optional<ExactNumber> SchemaCompiler::number_of(const Building& building, JsonValue value) {
  auto number = value.is_number() ? ExactNumber::from(value.raw()) : std::nullopt;
  demand(building, number.has_value(), "must be a number");
  return number;
}

std::vector<std::string> SchemaCompiler::names_of(const Building& building, JsonValue value) {
  std::vector<std::string> names;
  if (!demand(building, value.is_array(), "must be a list of names")) return names;
  for (const JsonValue item : value.items()) {
    if (!demand(building, item.is_string(), "must be a list of names")) break;
    names.emplace_back(item.text());
  }
  return names;
}

uint32_t SchemaCompiler::pattern_of(const Building& building, std::string_view pattern) {
  if (const auto known = patterns_.find(pattern); known != patterns_.end()) return known->second;
  const SchemaLimits& limits = options_.limits;
  if (!demand(building, pattern.size() <= limits.pattern_bytes, "is too long") ||
      !demand(building, program_.patterns.size() < limits.patterns, "is one pattern too many"))
    return 0;
  auto compiled = SchemaPattern::compile(pattern);
  if (!compiled) {
    fail(std::move(compiled.error()));
    return 0;
  }
  instructions_ += compiled->instructions();
  if (!demand(building, instructions_ <= limits.pattern_instructions,
              "makes the patterns of the schema too large"))
    return 0;
  program_.patterns.push_back(std::move(*compiled));
  const auto index = static_cast<uint32_t>(program_.patterns.size() - 1);
  patterns_.emplace(pattern, index);
  return index;
}

void SchemaCompiler::read_type(Building& building, JsonValue value) {
  struct Name {
    std::string_view name;
    uint8_t bits;
  };
  static constexpr std::array<Name, 7> kTypes = {{{"null", type_bit(JsonType::null)},
                                                  {"boolean", type_bit(JsonType::boolean)},
                                                  {"number", type_bit(JsonType::number)},
                                                  {"string", type_bit(JsonType::string)},
                                                  {"array", type_bit(JsonType::array)},
                                                  {"object", type_bit(JsonType::object)},
                                                  {"integer", kIntegerBit}}};
  uint8_t bits = 0;
  const auto add = [&](JsonValue name) {
    const auto* const known = std::ranges::find(kTypes, name.text(), &Name::name);
    if (demand(building, name.is_string() && known != kTypes.end(),
               "must name types (null, boolean, number, integer, string, array, object)"))
      bits |= known->bits;
  };
  if (value.is_array()) {
    for (const JsonValue item : value.items()) add(item);
    demand(building, bits != 0, "must name a type");
  } else {
    add(value);
  }
  building.node.types = bits;
}

void SchemaCompiler::read_enum(Building& building, JsonValue value) {
  if (!demand(building, value.is_array(), "must be a list")) return;
  ValueRules& rules = building.values();
  for (const JsonValue item : value.items()) {
    rules.values.push_back(item);
    if (item.is_string()) {
      rules.strings.at(item.text());
    } else {
      rules.only_strings = false;
    }
  }
}

void SchemaCompiler::read_const(Building& building, JsonValue value) {
  building.node.constant = value;
}

void SchemaCompiler::read_limit(Building& building, JsonValue value) {
  NumberRules& rules = building.number();
  auto& limit = building.keyword == "minimum"            ? rules.minimum
                : building.keyword == "maximum"          ? rules.maximum
                : building.keyword == "exclusiveMinimum" ? rules.above
                                                         : rules.below;
  limit = number_of(building, value);
}

void SchemaCompiler::read_multiple(Building& building, JsonValue value) {
  auto number = number_of(building, value);
  if (!number || !demand(building, is_divisor(*number),
                         "must be above 0 and have at most 18 significant digits"))
    return;
  building.number().multiple_of = std::move(number);
}

void SchemaCompiler::read_length(Building& building, JsonValue value) {
  StringRules& rules = building.string();
  (building.keyword == "minLength" ? rules.min : rules.max) = count_of(building, value);
}

void SchemaCompiler::read_pattern(Building& building, JsonValue value) {
  if (demand(building, value.is_string(), "must be a string"))
    building.string().pattern = pattern_of(building, value.text());
}

void SchemaCompiler::read_format(Building& building, JsonValue value) {
  if (!demand(building, value.is_string(), "must be a string")) return;
  const auto asserted = options_.formats.find(value.text());
  if (asserted == options_.formats.end()) return;
  const auto [at, fresh] =
      formats_.try_emplace(asserted->first, static_cast<uint32_t>(program_.formats.size()));
  if (fresh) program_.formats.push_back({asserted->first, asserted->second});
  building.string().format = at->second;
}

void SchemaCompiler::read_items(Building& building, JsonValue value) {
  (building.keyword == "items" ? building.items : building.additional_items) = value;
}

void SchemaCompiler::read_prefix(Building& building, JsonValue value) {
  if (demand(building, value.is_array(), "must be a list of schemas"))
    building.array().prefix = nodes_of(building, value);
}

void SchemaCompiler::read_contains(Building& building, JsonValue value) {
  building.array().contains = node_of(building, value);
  building.array().contains_evaluates = building.draft != SchemaDraft::draft_07;
}

void SchemaCompiler::read_item_count(Building& building, JsonValue value) {
  ArrayRules& rules = building.array();
  const uint32_t count = count_of(building, value);
  (building.keyword == "minItems"      ? rules.min
   : building.keyword == "maxItems"    ? rules.max
   : building.keyword == "minContains" ? rules.min_contains
                                       : rules.max_contains) = count;
}

void SchemaCompiler::read_unique(Building& building, JsonValue value) {
  if (demand(building, value.is_boolean(), "must be `true` or `false`") && *value.boolean())
    building.array().unique = true;
}

void SchemaCompiler::read_properties(Building& building, JsonValue value) {
  if (!demand(building, value.is_object(), "must be an object of schemas")) return;
  for (const auto& [name, schema, _] : value.members())
    building.object().names.at(name).node = node_of(building, schema);
}

void SchemaCompiler::read_pattern_properties(Building& building, JsonValue value) {
  if (!demand(building, value.is_object(), "must be an object of schemas")) return;
  for (const auto& [pattern, schema, _] : value.members()) {
    const uint32_t index = pattern_of(building, pattern);
    building.object().patterns.push_back({index, node_of(building, schema)});
  }
}

void SchemaCompiler::read_object_schema(Building& building, JsonValue value) {
  ObjectRules& rules = building.object();
  (building.keyword == "propertyNames" ? rules.property_names : rules.additional) =
      node_of(building, value);
}

void SchemaCompiler::read_required(Building& building, JsonValue value) {
  for (const std::string& name : names_of(building, value)) {
    bool& required = building.object().names.at(name).required;
    if (!required) ++building.object().required;
    required = true;
  }
}

void SchemaCompiler::read_property_count(Building& building, JsonValue value) {
  ObjectRules& rules = building.object();
  (building.keyword == "minProperties" ? rules.min : rules.max) = count_of(building, value);
}

// `dependencies` of draft-07, and the two keywords that 2020-12 made of it.
void SchemaCompiler::read_dependencies(Building& building, JsonValue value) {
  if (!demand(building, value.is_object(), "must be an object")) return;
  for (const auto& [name, needed, _] : value.members()) {
    ObjectRules::Dependency dependency{std::string(name), {}, kNoNode};
    const bool names = building.keyword == "dependentRequired" ||
                       (building.keyword == "dependencies" && needed.is_array());
    if (names) {
      dependency.names = names_of(building, needed);
    } else {
      dependency.node = node_of(building, needed);
    }
    building.object().dependencies.push_back(std::move(dependency));
  }
}

void SchemaCompiler::read_list(Building& building, JsonValue value) {
  if (!demand(building, value.is_array() && value.size() > 0, "must be a list of schemas")) return;
  LogicRules& rules = building.logic();
  (building.keyword == "allOf"   ? rules.all
   : building.keyword == "anyOf" ? rules.any
                                 : rules.one) = nodes_of(building, value);
}

void SchemaCompiler::read_condition(Building& building, JsonValue value) {
  LogicRules& rules = building.logic();
  (building.keyword == "not"    ? rules.negated
   : building.keyword == "if"   ? rules.condition
   : building.keyword == "then" ? rules.then
                                : rules.otherwise) = node_of(building, value);
}

void SchemaCompiler::read_ref(Building& building, JsonValue value) {
  if (!demand(building, value.is_string(), "must be a string")) return;
  const auto target = sources_.resolve(building.resource, value.text());
  if (!target) return fail(target.error());
  building.logic().ref = node_of(target->place);
}

// Depends on how it was reached only when it leads to a `$dynamicAnchor` at first.
void SchemaCompiler::read_dynamic_ref(Building& building, JsonValue value) {
  if (!demand(building, value.is_string(), "must be a string")) return;
  const auto target = sources_.resolve(building.resource, value.text());
  if (!target) return fail(target.error());
  DynamicRef& dynamic = building.logic().dynamic;
  if (target->anchor != nullptr && target->anchor->dynamic) {
    const auto number = static_cast<uint32_t>(anchors_.size());
    dynamic.anchor = anchors_.try_emplace(target->anchor->name, number).first->second;
    program_.is_dynamic = true;
  }
  dynamic.initial = node_of(target->place);
}

void SchemaCompiler::read_unevaluated(Building& building, JsonValue value) {
  (building.keyword == "unevaluatedItems" ? building.node.unevaluated_items
                                          : building.node.unevaluated_properties) =
      node_of(building, value);
}

}  // namespace doorward::wire
