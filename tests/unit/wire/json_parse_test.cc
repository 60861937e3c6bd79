#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <string>

#include "wire/json.h"

namespace doorward::wire {
namespace {

std::string repeat(std::string_view piece, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

std::string code_of(std::string text, const JsonLimits& limits = {}) {
  const auto document = JsonDocument::parse(std::move(text), limits);
  return document ? "accept" : document.error().code;
}

std::string unescape_bytes(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '%') {
      out += line[i];
      continue;
    }
    out += static_cast<char>(std::stoi(std::string(line.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

TEST(JsonParse, JudgesEachDocumentOfTheTable) {
  std::ifstream file(DOORWARD_SOURCE_DIR "/tests/unit/wire/json_cases.txt");
  ASSERT_TRUE(file);
  std::set<std::string> codes;
  size_t cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const size_t space = line.find(' ');
    ASSERT_NE(space, line.npos) << line;
    const std::string expected = line.substr(0, space);
    EXPECT_EQ(code_of(unescape_bytes(std::string_view(line).substr(space + 1))), expected) << line;
    codes.insert(expected);
    ++cases;
  }
  EXPECT_GT(cases, 350U);
  EXPECT_THAT(codes, testing::IsSupersetOf({"accept", "json.syntax", "json.trailing", "json.size",
                                            "json.depth", "json.nul", "json.utf8", "json.surrogate",
                                            "json.duplicate_name"}));
}

// A bad byte must be found at each place of a string, whatever the width of the steps.
TEST(JsonParse, FindsABadByteAtEachPlace) {
  for (size_t size = 1; size < 70; ++size) {
    for (size_t at = 0; at < size; ++at) {
      std::string text = "[\"" + std::string(size, 'a') + "\"]";
      text[2 + at] = '\x1F';
      EXPECT_EQ(code_of(text), "json.syntax") << size << " " << at;
      text[2 + at] = '\xFF';
      EXPECT_EQ(code_of(text), "json.utf8") << size << " " << at;
      text[2 + at] = '\0';
      EXPECT_EQ(code_of(text), "json.nul") << size << " " << at;
      text.insert(2, "\\n");
      EXPECT_EQ(code_of(text), "json.nul") << size << " " << at;
    }
  }
}

TEST(JsonParse, RefusesEachCutOfADocument) {
  const std::string whole =
      R"({"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\ude00é日😀"],"b":{"c":{}}})";
  ASSERT_EQ(code_of(whole), "accept");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(code_of(whole.substr(0, size)), "accept") << size;
}

TEST(JsonParse, EachLimitHoldsToTheUnit) {
  EXPECT_EQ(code_of("[1234]", {.bytes = 6}), "accept");
  EXPECT_EQ(code_of("[12345]", {.bytes = 6}), "json.size");
  EXPECT_EQ(code_of("[[[]]]", {.depth = 3}), "accept");
  EXPECT_EQ(code_of("[[[[]]]]", {.depth = 3}), "json.depth");
  EXPECT_EQ(code_of("[[],[],[[]]]", {.depth = 3}), "accept") << "depth, not count";
  EXPECT_EQ(code_of("[1,2]", {.nodes = 3}), "accept");
  EXPECT_EQ(code_of("[1,2,3]", {.nodes = 3}), "json.nodes");
  EXPECT_EQ(code_of(R"({"a":1})", {.nodes = 3}), "accept");
  EXPECT_EQ(code_of(R"({"a":[]})", {.nodes = 2}), "json.nodes");
  EXPECT_EQ(code_of(R"({"\n":"\n"})", {.nodes = 2}), "json.nodes");
  EXPECT_EQ(code_of("[1,2,3]", {.items = 3}), "accept");
  EXPECT_EQ(code_of("[1,2,3,4]", {.items = 3}), "json.items");
  EXPECT_EQ(code_of(R"({"a":1,"b":2})", {.items = 2}), "accept");
  EXPECT_EQ(code_of(R"({"a":1,"b":2,"c":3})", {.items = 2}), "json.items");
  EXPECT_EQ(code_of("[[1,2],[3,4]]", {.items = 2}), "accept") << "of one container";
  EXPECT_EQ(code_of("1234", {.number_bytes = 4}), "accept");
  EXPECT_EQ(code_of("-1234", {.number_bytes = 4}), "json.size");
  EXPECT_EQ(code_of("1", {.nodes = 0}), "json.nodes");
}

TEST(JsonParse, DepthCostsNoStack) {
  EXPECT_EQ(code_of(repeat("[", 10'000) + repeat("]", 10'000)), "json.depth");
  EXPECT_EQ(code_of(repeat("{\"a\":", 10'000)), "json.depth");
  const size_t deep = 450'000;
  const JsonLimits wide{.depth = UINT32_MAX};
  auto document = JsonDocument::parse(repeat("[", deep) + repeat("]", deep), wide);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->nodes().size(), deep);
  EXPECT_EQ(canonical_json(document->root()), document->buffer());
  document = JsonDocument::parse(repeat("{\"a\":", deep) + "1" + repeat("}", deep), wide);
  ASSERT_TRUE(document);
  EXPECT_EQ(canonical_json(document->root()), document->buffer());
}

// Work is counted in names, not in time: with pairs compared, this would be 5 * 10^9 comparisons
// and the test would not end.
TEST(JsonParse, ManyMembersStayLinear) {
  const size_t count = 100'000;
  std::string text = "{";
  for (size_t i = 1; i < count; ++i) text += "\"" + std::to_string(i) + "\":0,";
  const std::string distinct = text + "\"last\":0}";
  EXPECT_EQ(code_of(distinct), "accept");
  EXPECT_EQ(code_of(text + "\"777\":0}"), "json.duplicate_name");
  EXPECT_EQ(code_of(text + "\"\\u0037\\u00377\":0}"), "json.duplicate_name");
  EXPECT_EQ(code_of(text + "\"l\":0,\"m\":0}"), "json.items");
}

TEST(JsonParse, ErrorsSayTheByteAndWhoseFault) {
  const auto document = JsonDocument::parse(R"({"a": tru})");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().fault, Fault::client);
  EXPECT_THAT(document.error().what, testing::HasSubstr("byte `6`"));
  const auto secret = JsonDocument::parse(R"({"hunter2":1,"hunter2":2})");
  EXPECT_THAT(secret.error().what, testing::Not(testing::HasSubstr("hunter2")));
}

// A refusal leaves nothing behind in what the thread keeps for the next document.
TEST(JsonParse, DocumentsDoNotMeet) {
  ASSERT_EQ(code_of(R"({"a":"\n","b":["\t",{"c)"), "json.syntax");
  const auto first = JsonDocument::parse(R"({"x":"one\n","y":[1,2]})");
  const auto second = JsonDocument::parse(R"(["\ttwo"])");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->root()["x"].text(), "one\n");
  EXPECT_EQ(first->root()["y"].size(), 2U);
  EXPECT_EQ(second->root().size(), 1U);
  EXPECT_EQ((*second->root().items().begin()).text(), "\ttwo");
}

}  // namespace
}  // namespace doorward::wire
