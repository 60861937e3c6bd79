// The metaschemas that a `$ref` may name without leaving the house: draft-07 and draft 2020-12, as
// far as they constrain. Written for Doorward from the specifications; titles, defaults and
// comments are left out, since nothing is decided by them.
#include <array>

#include "wire/schema_sources.h"

namespace doorward::wire {
namespace {

constexpr std::string_view kDraft07 = R"({
"$schema":"http://json-schema.org/draft-07/schema#","$id":"http://json-schema.org/draft-07/schema#",
"type":["object","boolean"],
"definitions":{
"list":{"type":"array","minItems":1,"items":{"$ref":"#"}},
"map":{"type":"object","additionalProperties":{"$ref":"#"}},
"count":{"type":"integer","minimum":0},
"types":{"enum":["array","boolean","integer","null","number","object","string"]},
"names":{"type":"array","items":{"type":"string"},"uniqueItems":true}},
"properties":{
"$id":{"type":"string"},"$schema":{"type":"string"},"$ref":{"type":"string"},
"$comment":{"type":"string"},"title":{"type":"string"},"description":{"type":"string"},
"readOnly":{"type":"boolean"},"writeOnly":{"type":"boolean"},"examples":{"type":"array"},
"multipleOf":{"type":"number","exclusiveMinimum":0},
"maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},
"minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
"maxLength":{"$ref":"#/definitions/count"},"minLength":{"$ref":"#/definitions/count"},
"pattern":{"type":"string"},"format":{"type":"string"},
"additionalItems":{"$ref":"#"},"items":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/list"}]},
"maxItems":{"$ref":"#/definitions/count"},"minItems":{"$ref":"#/definitions/count"},
"uniqueItems":{"type":"boolean"},"contains":{"$ref":"#"},
"maxProperties":{"$ref":"#/definitions/count"},"minProperties":{"$ref":"#/definitions/count"},
"required":{"$ref":"#/definitions/names"},"additionalProperties":{"$ref":"#"},
"definitions":{"$ref":"#/definitions/map"},"properties":{"$ref":"#/definitions/map"},
"patternProperties":{"$ref":"#/definitions/map"},"propertyNames":{"$ref":"#"},
"dependencies":{"type":"object",
"additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#/definitions/names"}]}},
"enum":{"type":"array"},
"type":{"anyOf":[{"$ref":"#/definitions/types"},
{"type":"array","items":{"$ref":"#/definitions/types"},"minItems":1,"uniqueItems":true}]},
"contentMediaType":{"type":"string"},"contentEncoding":{"type":"string"},
"if":{"$ref":"#"},"then":{"$ref":"#"},"else":{"$ref":"#"},
"allOf":{"$ref":"#/definitions/list"},"anyOf":{"$ref":"#/definitions/list"},
"oneOf":{"$ref":"#/definitions/list"},"not":{"$ref":"#"}}})";

constexpr std::string_view kSchema = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/schema","$dynamicAnchor":"meta",
"allOf":[{"$ref":"meta/core"},{"$ref":"meta/applicator"},{"$ref":"meta/unevaluated"},
{"$ref":"meta/validation"},{"$ref":"meta/meta-data"},{"$ref":"meta/format-annotation"},
{"$ref":"meta/content"}],
"type":["object","boolean"],
"properties":{
"definitions":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}},
"dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$dynamicRef":"#meta"},
{"$ref":"meta/validation#/$defs/names"}]}}}})";

constexpr std::string_view kCore = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/core","$dynamicAnchor":"meta",
"type":["object","boolean"],
"$defs":{"anchor":{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"}},
"properties":{
"$id":{"type":"string","pattern":"^[^#]*#?$"},"$schema":{"type":"string"},
"$ref":{"type":"string"},"$dynamicRef":{"type":"string"},
"$anchor":{"$ref":"#/$defs/anchor"},"$dynamicAnchor":{"$ref":"#/$defs/anchor"},
"$vocabulary":{"type":"object","additionalProperties":{"type":"boolean"}},
"$comment":{"type":"string"},
"$defs":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}}}})";

constexpr std::string_view kApplicator = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/applicator","$dynamicAnchor":"meta",
"type":["object","boolean"],
"$defs":{"list":{"type":"array","minItems":1,"items":{"$dynamicRef":"#meta"}},
"map":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}}},
"properties":{
"prefixItems":{"$ref":"#/$defs/list"},"items":{"$dynamicRef":"#meta"},
"contains":{"$dynamicRef":"#meta"},"additionalProperties":{"$dynamicRef":"#meta"},
"properties":{"$ref":"#/$defs/map"},"patternProperties":{"$ref":"#/$defs/map"},
"dependentSchemas":{"$ref":"#/$defs/map"},"propertyNames":{"$dynamicRef":"#meta"},
"if":{"$dynamicRef":"#meta"},"then":{"$dynamicRef":"#meta"},"else":{"$dynamicRef":"#meta"},
"allOf":{"$ref":"#/$defs/list"},"anyOf":{"$ref":"#/$defs/list"},"oneOf":{"$ref":"#/$defs/list"},
"not":{"$dynamicRef":"#meta"}}})";

constexpr std::string_view kUnevaluated = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/unevaluated","$dynamicAnchor":"meta",
"type":["object","boolean"],
"properties":{"unevaluatedItems":{"$dynamicRef":"#meta"},
"unevaluatedProperties":{"$dynamicRef":"#meta"}}})";

constexpr std::string_view kValidation = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/validation","$dynamicAnchor":"meta",
"type":["object","boolean"],
"$defs":{"count":{"type":"integer","minimum":0},
"types":{"enum":["array","boolean","integer","null","number","object","string"]},
"names":{"type":"array","items":{"type":"string"},"uniqueItems":true}},
"properties":{
"type":{"anyOf":[{"$ref":"#/$defs/types"},
{"type":"array","items":{"$ref":"#/$defs/types"},"minItems":1,"uniqueItems":true}]},
"const":true,"enum":{"type":"array"},
"multipleOf":{"type":"number","exclusiveMinimum":0},
"maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},
"minimum":{"type":"number"},"exclusiveMinimum":{"type":"number"},
"maxLength":{"$ref":"#/$defs/count"},"minLength":{"$ref":"#/$defs/count"},
"pattern":{"type":"string"},
"maxItems":{"$ref":"#/$defs/count"},"minItems":{"$ref":"#/$defs/count"},
"uniqueItems":{"type":"boolean"},
"maxContains":{"$ref":"#/$defs/count"},"minContains":{"$ref":"#/$defs/count"},
"maxProperties":{"$ref":"#/$defs/count"},"minProperties":{"$ref":"#/$defs/count"},
"required":{"$ref":"#/$defs/names"},
"dependentRequired":{"type":"object","additionalProperties":{"$ref":"#/$defs/names"}}}})";

constexpr std::string_view kMetaData = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/meta-data","$dynamicAnchor":"meta",
"type":["object","boolean"],
"properties":{"title":{"type":"string"},"description":{"type":"string"},
"deprecated":{"type":"boolean"},"readOnly":{"type":"boolean"},"writeOnly":{"type":"boolean"},
"examples":{"type":"array"}}})";

constexpr std::string_view kFormat = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/format-annotation","$dynamicAnchor":"meta",
"type":["object","boolean"],"properties":{"format":{"type":"string"}}})";

constexpr std::string_view kContent = R"({
"$schema":"https://json-schema.org/draft/2020-12/schema",
"$id":"https://json-schema.org/draft/2020-12/meta/content","$dynamicAnchor":"meta",
"type":["object","boolean"],
"properties":{"contentEncoding":{"type":"string"},"contentMediaType":{"type":"string"},
"contentSchema":{"$dynamicRef":"#meta"}}})";

struct Bundled {
  std::string_view uri;
  std::string_view text;
};
constexpr std::array<Bundled, 9> kBundled = {{
    {"http://json-schema.org/draft-07/schema", kDraft07},
    {"https://json-schema.org/draft/2020-12/schema", kSchema},
    {"https://json-schema.org/draft/2020-12/meta/core", kCore},
    {"https://json-schema.org/draft/2020-12/meta/applicator", kApplicator},
    {"https://json-schema.org/draft/2020-12/meta/unevaluated", kUnevaluated},
    {"https://json-schema.org/draft/2020-12/meta/validation", kValidation},
    {"https://json-schema.org/draft/2020-12/meta/meta-data", kMetaData},
    {"https://json-schema.org/draft/2020-12/meta/format-annotation", kFormat},
    {"https://json-schema.org/draft/2020-12/meta/content", kContent},
}};

}  // namespace

std::string_view bundled_metaschema(std::string_view uri) {
  for (const Bundled& bundled : kBundled)
    if (bundled.uri == uri) return bundled.text;
  return {};
}

}  // namespace doorward::wire
