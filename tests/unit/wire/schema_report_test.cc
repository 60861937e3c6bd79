#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "wire/schema.h"

namespace {

using namespace doorward::wire;
using testing::HasSubstr;
using testing::Not;

std::string told(std::string_view schema, std::string instance, const SchemaOptions& options = {}) {
  const auto compiled = Schema::compile(schema, options);
  EXPECT_TRUE(compiled) << schema;
  const auto document = JsonDocument::parse(std::move(instance));
  const auto validated = compiled->validate(document->root());
  if (validated) return "";
  EXPECT_EQ(validated.error().code, "schema.mismatch");
  EXPECT_LE(validated.error().what.size(), 1024U);
  EXPECT_EQ(validated.error().what.find('\n'), std::string::npos);
  return validated.error().what;
}

TEST(SchemaReport, SaysWhereWhatAndHow) {
  const std::string_view schema =
      R"({"type":"object","properties":{"path":{"type":"string"},"count":{"type":"integer"},)"
      R"("mode":{"enum":["read","write"]},"rows":{"items":{"properties":{"id":{"minimum":5}}}}},)"
      R"("required":["path"],"additionalProperties":false})";
  const std::string text =
      told(schema, R"({"count":"7","mode":"secret","rows":[{"id":9},{"id":1}],"pat":1})");
  EXPECT_THAT(text, HasSubstr("the arguments do not match the schema: (1) at `/count`: expected a "
                              "whole number, got a string: send it without quotes"));
  EXPECT_THAT(text, HasSubstr("at `/mode`: expected one of `\"read\"`, `\"write\"`"));
  EXPECT_THAT(text,
              HasSubstr("at `/rows/1/id`: expected a number at least `5`, got a smaller one"));
  EXPECT_THAT(text, HasSubstr("at the top: member `pat` (a number) is not declared: remove it, or "
                              "name it `path`"));
  EXPECT_THAT(text, HasSubstr("(5) at the top: member `path` is missing: add it, a string"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(SchemaReport, NeverRepeatsAValue) {
  for (const std::string_view schema :
       {R"({"properties":{"a":{"type":"number"}}})", R"({"properties":{"a":{"const":1}}})",
        R"({"properties":{"a":{"maxLength":3}}})", R"({"properties":{"a":{"pattern":"^x"}}})",
        R"({"properties":{"a":{"not":{}}}})", R"({"properties":{"a":false}})",
        R"({"properties":{"a":{"anyOf":[{"maxLength":2},{"type":"null"}]}}})"})
    EXPECT_THAT(told(schema, R"({"a":"hunter2-the-secret"})"), Not(HasSubstr("hunter2"))) << schema;
}

TEST(SchemaReport, IsBounded) {
  std::string instance = "{";
  for (int i = 0; i < 300; ++i)
    instance += "\"" + std::to_string(i) + std::string(200, 'x') + "\":1,";
  const std::string text =
      told(R"({"properties":{"a":{}}})", instance + "\"y\":1}", {.undeclared = Undeclared::refuse});
  EXPECT_THAT(text, HasSubstr("(1) "));
  EXPECT_THAT(text, HasSubstr("(there may be more)"));
  EXPECT_THAT(text, Not(HasSubstr("(6)")));
}

// Explaining may cost more than deciding did: then less is said, but the answer stands.
TEST(SchemaReport, WhatCannotBeExplainedIsStillRefused) {
  std::string schema = R"({"items":{"anyOf":[)";
  for (int i = 0; i < 200; ++i) schema += R"({"properties":{"a":{}},"required":["b"]},)";
  const std::string item = R"({"aa":1},)";
  std::string instance = "[";
  for (int i = 0; i < 50; ++i) instance += R"({"b":1},)";
  for (int i = 0; i < 50; ++i) instance += item;
  EXPECT_THAT(
      told(schema + "false]}}", instance + "1]", {.limits = {.steps = 8000, .steps_per_value = 4}}),
      HasSubstr(" (1) at "));
}

TEST(SchemaReport, OneLineWhateverTheNames) {
  EXPECT_THAT(told(R"({"additionalProperties":{"type":"null"}})", R"({"a\nb~/\u202e":1})"),
              HasSubstr("`/a\\nb~0~1\\u202e`"));
}

TEST(SchemaReport, ChoosesTheLikeliestAlternative) {
  const std::string_view schema =
      R"({"oneOf":[{"properties":{"kind":{"const":"click"},"x":{"type":"integer"}},"required":["x"]},)"
      R"({"properties":{"kind":{"const":"type"},"text":{"type":"string"}},"required":["text"]}]})";
  EXPECT_THAT(told(schema, R"({"kind":"type"})"),
              HasSubstr("none of 2 alternatives: repair it for the likeliest as follows (2) at the "
                        "top: member `text` is missing: add it, a string"));
  EXPECT_THAT(told(R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "7"),
              HasSubstr("expected null or a string, got a number"));
  EXPECT_THAT(told(R"({"anyOf":[{"type":"object","required":["a"]},{"type":"null"}]})", "{}"),
              HasSubstr("member `a` is missing"));
  EXPECT_THAT(told(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "7"), HasSubstr("several"));
}

TEST(SchemaReport, SpeaksOfItsSubject) {
  const auto schema = Schema::compile(R"({"type":"object"})", {.subject = "the structured results",
                                                               .fault = doorward::Fault::server});
  const auto document = JsonDocument::parse("[]");
  const auto validated = schema->validate(document->root());
  ASSERT_FALSE(validated);
  EXPECT_EQ(validated.error().fault, doorward::Fault::server);
  EXPECT_THAT(validated.error().what, HasSubstr("the structured results do not match"));
  EXPECT_FALSE(schema->validate({}));
}

// A value inside a larger document: pointers begin at the value.
TEST(SchemaReport, PointersBeginAtTheValue) {
  const auto schema = Schema::compile(R"({"properties":{"a":{"type":"string"}}})");
  const auto document = JsonDocument::parse(R"({"params":{"arguments":{"a":1}}})");
  const auto validated = schema->validate(document->root()["params"]["arguments"]);
  ASSERT_FALSE(validated);
  EXPECT_THAT(validated.error().what, HasSubstr("at `/a`:"));
}

}  // namespace
