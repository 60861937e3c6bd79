#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "wire/json.h"
#include "wire/json_scan.h"

namespace doorward::wire {
namespace {

JsonDocument parsed(std::string text) {
  auto document = JsonDocument::parse(std::move(text));
  EXPECT_TRUE(document);
  return std::move(*document);
}

TEST(JsonValue, ReadsMembersAndItems) {
  const auto document =
      parsed(R"( {"a": [1, {"b": true}, null], "c\n": "d\u0041", "": {}, "e": "plain"} )");
  const JsonValue root = document.root();
  EXPECT_TRUE(root.is_object());
  EXPECT_EQ(root.size(), 4U);
  EXPECT_EQ(root["a"].size(), 3U);
  EXPECT_EQ(root["a"].raw(), R"([1, {"b": true}, null])");
  EXPECT_EQ(root["c\n"].text(), "dA");
  EXPECT_EQ(root["c\n"].raw(), R"("d\u0041")");
  EXPECT_EQ(root["e"].text(), "plain");
  EXPECT_TRUE(root[""].is_object());
  std::vector<std::string> names;
  for (const auto [name, value, name_value] : root.members()) {
    names.emplace_back(name);
    EXPECT_EQ(name_value.text(), name);
    EXPECT_LT(name_value.end(), value.begin());
  }
  EXPECT_THAT(names, testing::ElementsAre("a", "c\n", "", "e"));
  std::vector<std::string> items;
  for (const JsonValue item : root["a"].items()) items.emplace_back(item.raw());
  EXPECT_THAT(items, testing::ElementsAre("1", R"({"b": true})", "null"));
}

TEST(JsonValue, AbsenceChains) {
  const auto document = parsed(R"({"a":{"b":null},"s":"x","l":[1]})");
  const JsonValue root = document.root();
  EXPECT_FALSE(root["no"]);
  EXPECT_FALSE(root["no"]["a"]["b"]);
  EXPECT_FALSE(root["s"]["x"]);
  EXPECT_FALSE(root["l"]["1"]);
  EXPECT_TRUE(root["a"]["b"]);
  EXPECT_TRUE(root["a"]["b"].is_null());
  const JsonValue none;
  EXPECT_FALSE(none.is_null()) << "absent is not null";
  EXPECT_EQ(none.raw(), "");
  EXPECT_EQ(none.text(), "");
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(none.integer(), std::nullopt);
  EXPECT_EQ(none.boolean(), std::nullopt);
  EXPECT_EQ(canonical_json(none), "");
  for (const auto& member : none.members()) FAIL() << member.name;
  for (const JsonValue item : root["s"].items()) FAIL() << item.raw();
  EXPECT_EQ(root["l"].text(), "");
}

TEST(JsonValue, SpansAreThoseOfTheBuffer) {
  const auto document = parsed(R"(  {"k" : [ 1.50 , "v" ] }  )");
  const JsonValue root = document.root();
  EXPECT_EQ(document.buffer().substr(root.begin(), root.end() - root.begin()),
            R"({"k" : [ 1.50 , "v" ] })");
  EXPECT_EQ(root["k"].raw(), R"([ 1.50 , "v" ])");
  for (const JsonNode& node : document.nodes()) EXPECT_LT(node.begin, node.end);
}

struct Number {
  const char* text;
  std::optional<int64_t> integer;
};
TEST(JsonValue, WholeNumbersAreExact) {
  const Number kNumbers[] = {
      {"0", 0},
      {"-0", 0},
      {"7", 7},
      {"1.0", 1},
      {"1e2", 100},
      {"1.5", std::nullopt},
      {"1.50e1", 15},
      {"120e-1", 12},
      {"125e-1", std::nullopt},
      {"0.001e3", 1},
      {"0e999999999999999999999", 0},
      {"0.0e-5", 0},
      {"1e18", 1'000'000'000'000'000'000},
      {"1e19", std::nullopt},
      {"1e999999999999999999999", std::nullopt},
      {"1e-999999999999999999999", std::nullopt},
      {"9007199254740993", 9'007'199'254'740'993},
      {"9223372036854775807", std::numeric_limits<int64_t>::max()},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775808", std::numeric_limits<int64_t>::min()},
      {"-9223372036854775809", std::nullopt},
      {"-12.00", -12},
      {"1e0000000000000000000001", 10},
  };
  for (const auto& [text, integer] : kNumbers) {
    const auto document = parsed(text);
    EXPECT_EQ(document.root().integer(), integer) << text;
    EXPECT_EQ(document.root().raw(), text);
  }
}

TEST(JsonValue, NumbersAsDoubles) {
  EXPECT_EQ(parsed("0.1").root().number(), 0.1);
  EXPECT_EQ(parsed("5e-324").root().number(), 5e-324);
  EXPECT_EQ(parsed("1.7976931348623157e308").root().number(), 1.7976931348623157e308);
  EXPECT_EQ(parsed("1e309").root().number(), std::nullopt);
  EXPECT_EQ(parsed("-1e309").root().number(), std::nullopt);
  EXPECT_EQ(parsed("1e-400").root().number(), 0.0);
  EXPECT_TRUE(std::signbit(*parsed("-1e-400").root().number()));
  EXPECT_EQ(parsed("\"1\"").root().number(), std::nullopt);
}

TEST(JsonValue, BooleansAndTypes) {
  EXPECT_EQ(parsed("true").root().boolean(), true);
  EXPECT_EQ(parsed("false").root().boolean(), false);
  EXPECT_EQ(parsed("null").root().boolean(), std::nullopt);
  EXPECT_EQ(parsed("\"true\"").root().boolean(), std::nullopt);
  EXPECT_TRUE(parsed("null").root().is_null());
  EXPECT_TRUE(parsed("[]").root().is_array());
  EXPECT_TRUE(parsed("1").root().is_number());
  EXPECT_TRUE(parsed("\"\"").root().is_string());
}

// Escapes in each mix with plain text, so that the copy by blocks meets all its edges.
TEST(JsonValue, UnescapesAtEachPlace) {
  for (size_t before = 0; before < 40; ++before) {
    for (size_t behind = 0; behind < 40; ++behind) {
      const std::string a(before, 'a');
      const std::string b(behind, 'b');
      const auto document = parsed("[\"" + a + "\\n" + b + "\\ud83d\\ude00é" + a + "\",\"\\t\"]");
      auto item = document.root().items().begin();
      EXPECT_EQ((*item).text(), a + "\n" + b + "😀é" + a);
      ++item;
      EXPECT_EQ((*item).text(), "\t");
    }
  }
}

// The portable scan and the one by sixteen bytes agree on each byte at each place.
TEST(JsonScan, PortableFormAgrees) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t at = 0; at < 40; ++at) {
      std::string text(48, 'x');
      text[at] = static_cast<char>(byte);
      text[at + 3] = '"';
      const char* const end = text.data() + text.size();
      const bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
      const char* const expected = text.data() + at + (plain ? 3 : 0);
      EXPECT_EQ(scan::skip_plain_portable(text.data(), end), expected) << byte << " " << at;
      EXPECT_EQ(scan::skip_plain(text.data(), end), expected) << byte << " " << at;
    }
  }
}

}  // namespace
}  // namespace doorward::wire
