#include <gtest/gtest.h>

#include <string>

#include "wire/schema.h"

namespace {

using namespace doorward::wire;

bool accepts(std::string_view schema, std::string instance, Undeclared undeclared) {
  const auto compiled = Schema::compile(schema, {.undeclared = undeclared});
  EXPECT_TRUE(compiled) << schema;
  const auto document = JsonDocument::parse(std::move(instance));
  return compiled && compiled->match(document->root()) == SchemaMatch::yes;
}
// Whether the mode changes the answer: such an instance matches by the letter.
bool refuses(std::string_view schema, std::string instance) {
  EXPECT_TRUE(accepts(schema, instance, Undeclared::allow)) << schema << " " << instance;
  return !accepts(schema, std::move(instance), Undeclared::refuse);
}
std::string names_error(std::string_view schema, std::string instance,
                        const SchemaOptions& options = {}) {
  const auto compiled = Schema::compile(schema, options);
  EXPECT_TRUE(compiled) << schema;
  const auto document = JsonDocument::parse(std::move(instance));
  const auto checked = compiled->check_names(document->root());
  return checked ? "" : checked.error().code + ": " + checked.error().what;
}

TEST(SchemaUndeclared, WhereNothingElseDecides) {
  EXPECT_TRUE(refuses(R"({"properties":{"a":{}}})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(refuses(R"({"properties":{"a":{}}})", R"({"a":1})"));
  EXPECT_FALSE(refuses(R"({"properties":{}})", R"({"b":2})"));
  EXPECT_FALSE(refuses(R"({"type":"object"})", R"({"b":2})"));
  EXPECT_FALSE(refuses(R"({"required":["b"]})", R"({"b":2,"c":1})"));
  EXPECT_FALSE(refuses(R"({"properties":{"a":{}},"additionalProperties":true})", R"({"b":2})"));
  EXPECT_FALSE(refuses(R"({"properties":{"a":{}},"additionalProperties":{}})", R"({"b":2})"));
  EXPECT_TRUE(refuses(R"({"properties":{"a":{}},"not":{"required":["c"]}})", R"({"b":2})"));
}

TEST(SchemaUndeclared, BesideKeywordsThatDecide) {
  for (const std::string_view beside :
       {R"("allOf":[{"properties":{"b":{}}}])", R"("anyOf":[{"required":["b"]}])",
        R"("oneOf":[{}])", R"("if":{},"then":{})", R"("$ref":"#/$defs/x","$defs":{"x":{}})",
        R"("patternProperties":{"^b":{}})", R"("unevaluatedProperties":true)",
        R"("dependentSchemas":{"a":{}})"})
    EXPECT_FALSE(refuses(R"({"properties":{"a":{}},)" + std::string(beside) + "}", R"({"b":2})"))
        << beside;
}

TEST(SchemaUndeclared, AtEveryDepth) {
  EXPECT_TRUE(refuses(R"({"properties":{"o":{"properties":{"a":{}}}}})", R"({"o":{"b":2}})"));
  EXPECT_TRUE(refuses(R"({"items":{"properties":{"a":{}}}})", R"([{"a":1},{"b":2}])"));
  EXPECT_TRUE(refuses(R"({"additionalProperties":{"properties":{"a":{}}}})", R"({"x":{"b":2}})"));
}

TEST(SchemaUndeclared, ALoneReferenceIsItsTarget) {
  const std::string defs = R"("$defs":{"row":{"properties":{"a":{}}}})";
  EXPECT_TRUE(refuses(R"({"$ref":"#/$defs/row",)" + defs + "}", R"({"b":2})"));
  EXPECT_TRUE(
      refuses(R"({"items":{"title":"x","$ref":"#/$defs/row"},)" + defs + "}", R"([{"b":2}])"));
  EXPECT_FALSE(refuses(R"({"allOf":[{"$ref":"#/$defs/row"},{"properties":{"b":{}}}],)" + defs + "}",
                       R"({"a":1,"b":2})"));
}

// Two schemas that apply together may share what lies below, alternatives may not.
TEST(SchemaUndeclared, BelowCombinations) {
  EXPECT_FALSE(refuses(R"({"allOf":[{"properties":{"o":{"properties":{"a":{}}}}},)"
                       R"({"properties":{"o":{"properties":{"b":{}}}}}]})",
                       R"({"o":{"a":1,"b":2}})"));
  EXPECT_FALSE(refuses(R"({"properties":{"o":{"properties":{"a":{}}}},)"
                       R"("allOf":[{"properties":{"o":{"properties":{"b":{}}}}}]})",
                       R"({"o":{"a":1,"b":2}})"));
  EXPECT_TRUE(refuses(R"({"anyOf":[{"properties":{"o":{"properties":{"a":{}}}}},{"type":"null"}]})",
                      R"({"o":{"b":2}})"));
  EXPECT_TRUE(
      refuses(R"({"properties":{"o":{"properties":{"a":{}}}},"anyOf":[{"required":["o"]}]})",
              R"({"o":{"b":2}})"));
}

TEST(SchemaNames, LookAlikesOfDeclaredNamesAreRefused) {
  const std::string_view schema = R"({"properties":{"path":{},"kind":{}}})";
  EXPECT_EQ(names_error(schema, R"({"path":1,"kind":2,"other":3})"), "");
  EXPECT_TRUE(names_error(schema, R"({"path":1,"Path":2})").starts_with("schema.look_alike"));
  EXPECT_TRUE(names_error(schema, R"({"PATH":2})").starts_with("schema.look_alike"));
  EXPECT_TRUE(names_error(schema, "{\"\u212Aind\":2}").starts_with("schema.look_alike"));
  EXPECT_TRUE(names_error(schema, "{\"pa\u200Bth\":2}").starts_with("schema.look_alike"));
  EXPECT_NE(names_error(schema, R"({"Path":2})").find("`/Path`"), std::string::npos);
  // Both declared: neither imitates the other.
  EXPECT_EQ(names_error(R"({"properties":{"id":{},"ID":{}}})", R"({"id":1,"ID":2})"), "");
}

TEST(SchemaNames, WhereverTheSchemaDescribes) {
  EXPECT_NE(names_error(R"({"properties":{"rows":{"items":{"$ref":"#/$defs/r"}}},)"
                        R"("$defs":{"r":{"properties":{"id":{}}}}})",
                        R"({"rows":[{"id":1},{"Id":2}]})")
                .find("`/rows/1/Id`"),
            std::string::npos);
  for (const std::string_view schema :
       {R"({"anyOf":[{"properties":{"a":{}}},{"properties":{"path":{}}}]})",
        R"({"if":{},"then":{"properties":{"path":{}}}})", R"({"required":["path"]})",
        R"({"additionalProperties":{},"properties":{"path":{}}})",
        R"({"dependentSchemas":{"x":{"properties":{"path":{}}}}})"})
    EXPECT_TRUE(names_error(schema, R"({"pAth":1})").starts_with("schema.look_alike")) << schema;
  EXPECT_EQ(names_error(R"({"anyOf":[{"properties":{"A":{}}},{"properties":{"a":{}}}]})",
                        R"({"a":1,"A":1})"),
            "");
}

TEST(SchemaNames, ThisIsBounded) {
  std::string schema = R"({"properties":{"last":{})";
  for (int i = 0; i < 2000; ++i) schema += ",\"p" + std::to_string(i) + "\":{}";
  std::string instance = R"({"last":1)";
  for (int i = 0; i < 2000; ++i) instance += ",\"q" + std::to_string(i) + "\":1";
  EXPECT_TRUE(names_error(schema + "}}", instance + "}").starts_with("schema.budget"));
}

}  // namespace
