#include <gtest/gtest.h>

#include <string>

#include "wire/schema.h"

namespace {

using namespace doorward::wire;

SchemaMatch match(std::string_view schema, std::string instance,
                  const SchemaOptions& options = {}) {
  const auto compiled = Schema::compile(schema, options);
  EXPECT_TRUE(compiled) << schema << ": " << (compiled ? "" : compiled.error().what);
  const auto document = JsonDocument::parse(std::move(instance));
  EXPECT_TRUE(document);
  return compiled && document ? compiled->match(document->root()) : SchemaMatch::undecided;
}
bool accepts(std::string_view schema, std::string instance, const SchemaOptions& options = {}) {
  return match(schema, std::move(instance), options) == SchemaMatch::yes;
}
std::string compile_error(std::string_view schema, const SchemaOptions& options = {}) {
  const auto compiled = Schema::compile(schema, options);
  return compiled ? "" : compiled.error().code;
}

TEST(SchemaMatch, NumbersAreComparedExactly) {
  EXPECT_TRUE(accepts(R"({"maximum":9007199254740993})", "9007199254740993"));
  EXPECT_FALSE(accepts(R"({"maximum":9007199254740992})", "9007199254740993"));
  EXPECT_FALSE(accepts(R"({"const":9007199254740992})", "9007199254740993"));
  EXPECT_TRUE(accepts(R"({"const":100})", "1e2"));
  EXPECT_TRUE(accepts(R"({"enum":[1.50]})", "15e-1"));
  EXPECT_FALSE(accepts(R"({"exclusiveMinimum":0.1})", "0.1000"));
  EXPECT_TRUE(accepts(R"({"exclusiveMinimum":0.1})", "0.10000000000000000001"));
  EXPECT_FALSE(accepts(R"({"minimum":-1})", "-1.0000000000000000000001"));
  EXPECT_TRUE(accepts(R"({"minimum":-1})", "-0"));
}

TEST(SchemaMatch, MultiplesAreExact) {
  EXPECT_TRUE(accepts(R"({"multipleOf":0.01})", "19.99"));
  EXPECT_FALSE(accepts(R"({"multipleOf":0.01})", "19.995"));
  EXPECT_TRUE(accepts(R"({"multipleOf":0.0001})", "0.0075"));
  EXPECT_TRUE(accepts(R"({"multipleOf":3})", "123456789012345678901234567890"));
  EXPECT_FALSE(accepts(R"({"multipleOf":7})", "1e300"));
  EXPECT_TRUE(accepts(R"({"multipleOf":8})", "1e300"));
  EXPECT_TRUE(accepts(R"({"multipleOf":7})", "0"));
  EXPECT_EQ(compile_error(R"({"multipleOf":0})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"multipleOf":1.234567890123456789})"), "schema.keyword");
}

TEST(SchemaMatch, AnUncomparableNumberDecidesNothing) {
  EXPECT_EQ(match(R"({"maximum":5})", "1e9999999999999999"), SchemaMatch::undecided);
  EXPECT_EQ(match(R"({"not":{"maximum":5}})", "1e9999999999999999"), SchemaMatch::undecided);
  EXPECT_EQ(match(R"({"type":"integer"})", "1e9999999999999999"), SchemaMatch::undecided);
  EXPECT_EQ(match(R"({"type":"number"})", "1e9999999999999999"), SchemaMatch::yes);
  EXPECT_EQ(match(R"({"uniqueItems":true})", "[1,1e9999999999999999]"), SchemaMatch::undecided);
}

TEST(SchemaMatch, EqualityIsByValue) {
  EXPECT_TRUE(accepts(R"({"const":{"a":[1,2],"b":null}})", R"({"b":null,"a":[1.0,2e0]})"));
  EXPECT_FALSE(accepts(R"({"const":{"a":1,"b":2}})", R"({"a":1,"c":2})"));
  EXPECT_FALSE(accepts(R"({"enum":[[1],"1",true]})", "1"));
  EXPECT_FALSE(accepts(R"({"const":1,"enum":[2]})", "1"));
}

TEST(SchemaMatch, UniqueItems) {
  EXPECT_FALSE(accepts(R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1.0}])"));
  EXPECT_TRUE(accepts(R"({"uniqueItems":true})", R"([1,"1",true,[1],{"1":1},null])"));
  EXPECT_FALSE(accepts(R"({"uniqueItems":true})", "[1,2,3,10e-1]"));
  std::string many = "[";
  for (int i = 0; i < 50'000; ++i) many += std::to_string(i) + ",";
  EXPECT_TRUE(accepts(R"({"uniqueItems":true})", many + "-1]"));
  EXPECT_FALSE(accepts(R"({"uniqueItems":true})", many + "49999]"));
}

TEST(SchemaMatch, LengthCountsCharacters) {
  EXPECT_TRUE(accepts(R"({"maxLength":2,"minLength":2})", R"("💩é")"));
  EXPECT_FALSE(accepts(R"({"maxLength":1})", R"("💩é")"));
  EXPECT_FALSE(accepts(R"({"minLength":3})", R"("💩é")"));
}

TEST(SchemaMatch, FormatsOfTheHostAreAssertedAndOthersAreNot) {
  SchemaOptions options;
  options.formats.emplace("path",
                          [](std::string_view text) { return text.find("..") == text.npos; });
  EXPECT_TRUE(accepts(R"({"format":"path"})", R"("a/b")", options));
  EXPECT_FALSE(accepts(R"({"format":"path"})", R"("../b")", options));
  EXPECT_TRUE(accepts(R"({"format":"path"})", "7", options));
  EXPECT_TRUE(accepts(R"({"format":"date-time"})", R"("never")", options));
  EXPECT_TRUE(accepts(R"({"format":"path"})", R"("../b")"));
}

TEST(SchemaCompile, RefusesWhatItCannotKeep) {
  EXPECT_EQ(compile_error(R"({"$ref":"https://evil.example/schema.json"})"), "schema.remote_ref");
  EXPECT_EQ(compile_error(R"({"$ref":"file:///etc/passwd"})"), "schema.remote_ref");
  EXPECT_EQ(compile_error(R"({"$ref":"other.json#/a"})"), "schema.remote_ref");
  EXPECT_EQ(compile_error(R"({"$defs":{"unused":{"$ref":"//evil.example/x"}}})"),
            "schema.remote_ref");
  EXPECT_EQ(compile_error(R"({"$dynamicRef":"https://evil.example/#a"})"), "schema.remote_ref");
  EXPECT_EQ(compile_error(R"({"$ref":"#/$defs/none"})"), "schema.ref");
  EXPECT_EQ(compile_error(R"({"$ref":"#none"})"), "schema.ref");
  EXPECT_EQ(compile_error(R"({"$ref":"#/title","title":"x"})"), "schema.ref");
  EXPECT_EQ(compile_error(R"({"$schema":"http://json-schema.org/draft-04/schema#"})"),
            "schema.dialect");
  EXPECT_EQ(compile_error(R"({"type":"any"})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"minLength":-1})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"required":true})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"properties":{"a":7}})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"items":[{}]})"), "schema.keyword");
  EXPECT_EQ(compile_error(R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})"),
            "schema.keyword");
  EXPECT_EQ(compile_error(R"({"a":1,"a":2})"), "json.duplicate_name");
  EXPECT_EQ(compile_error("7"), "schema.keyword");
}

TEST(SchemaCompile, RefusesLoopsOnTheSameValue) {
  EXPECT_EQ(compile_error(R"({"$ref":"#"})"), "schema.loop");
  EXPECT_EQ(compile_error(R"({"anyOf":[{"type":"string"},{"not":{"$ref":"#"}}]})"), "schema.loop");
  EXPECT_EQ(compile_error(R"({"properties":{"a":{"$ref":"#"}}})"), "");
}

TEST(SchemaCompile, IsBounded) {
  SchemaOptions options;
  options.limits.subschemas = 10;
  EXPECT_EQ(compile_error(R"({"anyOf":[{},{},{},{},{},{},{},{}]})", options), "");
  EXPECT_EQ(compile_error(R"({"anyOf":[{},{},{},{},{},{},{},{},{},{}]})", options), "schema.size");
  options.limits.bytes = 20;
  EXPECT_EQ(compile_error(R"({"description":"long enough"})", options), "schema.size");
  const std::string deep = R"({"not":)";
  std::string text;
  for (int i = 0; i < 70; ++i) text += deep;
  EXPECT_EQ(compile_error(text + "{}" + std::string(70, '}')), "json.depth");
}

TEST(SchemaMatch, ABombRunsOutOfSteps) {
  // Every level asks the next one twice: 2^60 paths for a value nested 60 deep.
  const std::string bomb =
      R"({"$defs":{"n":{"anyOf":[{"items":{"$ref":"#/$defs/n"},"minItems":1},)"
      R"({"items":{"$ref":"#/$defs/n"},"maxItems":9},{"type":"object"}],"not":{"type":"null"}}},)"
      R"("$ref":"#/$defs/n"})";
  const std::string nested = std::string(60, '[') + "null" + std::string(60, ']');
  EXPECT_EQ(match(bomb, nested), SchemaMatch::undecided);
  const auto schema = Schema::compile(bomb);
  const auto document = JsonDocument::parse(nested);
  const auto validated = schema->validate(document->root());
  ASSERT_FALSE(validated);
  EXPECT_EQ(validated.error().code, "schema.budget");
}

TEST(SchemaMatch, ACatastrophicPatternIsLinear) {
  EXPECT_FALSE(accepts(R"({"pattern":"^(a+)+$"})", "\"" + std::string(100'000, 'a') + "b\""));
}

// Large automatons are slow where their states are not known: their steps count more.
TEST(SchemaMatch, ALargePatternOverALongTextRunsOutOfSteps) {
  const std::string text = "\"" + std::string(200'000, 'a') + "\"";
  EXPECT_EQ(match(R"({"pattern":"^(a|b){900}c"})", text), SchemaMatch::undecided);
  EXPECT_EQ(match(R"({"pattern":"^a+c"})", text), SchemaMatch::no);
  EXPECT_EQ(match(R"({"pattern":"^(a|b){900}c"})", R"("aaa")"), SchemaMatch::no);
}

TEST(SchemaCompile, PatternsAreBoundedTogether) {
  std::string schema = R"({"patternProperties":{)";
  for (int i = 0; i < 300; ++i) schema += "\"^[ab]{900}" + std::to_string(i) + "\":{},";
  EXPECT_EQ(compile_error(schema + R"("c":{}}})"), "schema.keyword");
}

}  // namespace
