#include "wire/param_headers.h"

#include <gmock/gmock.h>

#include "wire/http.h"

namespace doorward::wire {
namespace {

JsonDocument json(std::string_view text) {
  auto parsed = JsonDocument::parse(std::string(text));
  EXPECT_TRUE(parsed) << text;
  return std::move(*parsed);
}

std::string declared(std::string_view schema) {
  const JsonDocument document = json(schema);
  const auto found = param_headers(document.root());
  if (!found) return "invalid";
  std::string out;
  for (const ParamHeader& header : *found) {
    for (const std::string& name : header.path) out += "/" + name;
    out += "=" + header.name + " ";
  }
  return out;
}

TEST(ParamHeaders, AreFoundOnPropertiesAtAnyDepth) {
  EXPECT_EQ(
      declared(
          R"({"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},)"
          R"("b":{"type":"object","properties":{"c":{"type":"integer","x-mcp-header":"C"}}}}})"),
      "/a=A /b/c=C ");
  EXPECT_EQ(declared(R"({"properties":{"x-mcp-header":{"type":"string"}}})"), "");
  EXPECT_EQ(declared(R"({"properties":{"a":{"default":{"x-mcp-header":"A"}}}})"), "");
}

TEST(ParamHeaders, OneThatBreaksARuleMakesTheToolInvalid) {
  const auto of = [](std::string_view property) {
    return declared(R"({"properties":{"a":)" + std::string(property) + "}}");
  };
  EXPECT_EQ(of(R"({"type":"string","x-mcp-header":""})"), "invalid");
  EXPECT_EQ(of(R"({"type":"string","x-mcp-header":"a b"})"), "invalid");
  EXPECT_EQ(of(R"({"type":"string","x-mcp-header":"a\r\nb"})"), "invalid");
  EXPECT_EQ(of(R"({"type":"string","x-mcp-header":7})"), "invalid");
  EXPECT_EQ(of(R"({"type":"number","x-mcp-header":"a"})"), "invalid");
  EXPECT_EQ(of(R"({"type":"object","x-mcp-header":"a"})"), "invalid");
  EXPECT_EQ(of(R"({"x-mcp-header":"a"})"), "invalid");
  EXPECT_EQ(of(R"({"items":{"type":"string","x-mcp-header":"a"}})"), "invalid");
  EXPECT_EQ(of(R"({"anyOf":[{"type":"string","x-mcp-header":"a"}]})"), "invalid");
  EXPECT_EQ(declared(R"({"x-mcp-header":"a"})"), "invalid");
  EXPECT_EQ(declared(R"({"$defs":{"d":{"type":"string","x-mcp-header":"a"}}})"), "invalid");
  EXPECT_EQ(declared(R"({"properties":{"a":{"type":"string","x-mcp-header":"Q"},)"
                     R"("b":{"type":"string","x-mcp-header":"q"}}})"),
            "invalid");
}

TEST(HeaderValue, IsBase64WhereAFieldCantHoldIt) {
  for (const std::string text :
       {"plain", "two words", "", " edge", "edge\t", "é", "a\nb", "=?base64?YQ==?="})
    EXPECT_EQ(header_text(header_value(text)), text);
  EXPECT_EQ(header_value("two words"), "two words");
  EXPECT_EQ(header_value("é"), "=?base64?w6k=?=");
  EXPECT_EQ(header_text("=?base64?***?="), std::nullopt);
}

std::string_view unlike(std::string_view fields, std::string_view arguments) {
  static std::vector<ParamHeader> headers;
  const JsonDocument schema = json(
      R"({"properties":{"s":{"type":"string","x-mcp-header":"S"},"n":{"type":"integer","x-mcp-header":"N"},)"
      R"("b":{"type":"boolean","x-mcp-header":"B"}}})");
  headers = *param_headers(schema.root());
  static HttpRequestHead kept;
  static std::string text;
  text = "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
  kept = HttpRequestHead();
  EXPECT_TRUE(parse_request_head(text, kept)) << fields;
  const JsonDocument document = json(arguments);
  return unlike_argument(headers, kept, document.root());
}

TEST(UnlikeArgument, AgreesWithEverySpellingOfTheSame) {
  EXPECT_EQ(unlike("Mcp-Param-S: x\r\nMcp-Param-N: 42\r\nMcp-Param-B: true\r\n",
                   R"({"s":"x","n":42,"b":true})"),
            "");
  EXPECT_EQ(unlike("mcp-param-s: =?base64?eA==?=\r\nMcp-Param-N: 42.0\r\n", R"({"s":"x","n":42})"),
            "");
  EXPECT_EQ(unlike("", "{}"), "");
  EXPECT_EQ(unlike("", R"({"s":null})"), "");
  EXPECT_EQ(unlike("Mcp-Param-Other: x\r\n", "{}"), "");
}

TEST(UnlikeArgument, NamesTheHeaderThatSaysSomethingElse) {
  EXPECT_EQ(unlike("Mcp-Param-S: y\r\n", R"({"s":"x"})"), "S");
  EXPECT_EQ(unlike("", R"({"s":"x"})"), "S");
  EXPECT_EQ(unlike("Mcp-Param-S: x\r\n", "{}"), "S");
  EXPECT_EQ(unlike("Mcp-Param-S: x\r\nMcp-Param-S: x\r\n", R"({"s":"x"})"), "S");
  EXPECT_EQ(unlike("Mcp-Param-S: X\r\n", R"({"s":"x"})"), "S");
  EXPECT_EQ(unlike("Mcp-Param-N: 43\r\n", R"({"n":42})"), "N");
  EXPECT_EQ(unlike("Mcp-Param-B: 1\r\n", R"({"b":true})"), "B");
  EXPECT_EQ(unlike("Mcp-Param-S: =?base64?eQ?=\r\n", R"({"s":"y"})"), "S");
}

}  // namespace
}  // namespace doorward::wire
