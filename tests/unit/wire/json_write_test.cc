#include <gmock/gmock.h>

#include "wire/json.h"

namespace doorward::wire {
namespace {

std::string canonical(std::string text) {
  const auto document = JsonDocument::parse(std::move(text));
  return document ? canonical_json(document->root()) : document.error().code;
}

// RFC 8785 section 3.2.2 and 3.2.4.
TEST(JsonCanonical, ExampleOfTheRfc) {
  EXPECT_EQ(canonical(R"({
       "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
       "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
       "literals": [null, true, false]
     })"),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785 section 3.2.3: names sort by UTF-16 code units.
TEST(JsonCanonical, SortsByUtf16) {
  EXPECT_EQ(canonical(R"({
       "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
       "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
       "\u00f6": "Latin Small Letter O With Diaeresis" })"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
            "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
            "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  EXPECT_EQ(canonical(R"({"ab":1,"a":2,"":3,"b":4})"), R"({"":3,"a":2,"ab":1,"b":4})");
}

// RFC 8785 appendix B, where the shortest form is given for a double.
TEST(JsonCanonical, NumbersOfTheRfc) {
  const std::pair<const char*, const char*> kNumbers[] = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"5e-324", "5e-324"},
      {"-5e-324", "-5e-324"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"-1.7976931348623157e308", "-1.7976931348623157e+308"},
      {"9007199254740992", "9007199254740992"},
      {"-9007199254740992", "-9007199254740992"},
      {"295147905179352830000", "295147905179352830000"},
      {"9.999999999999997e22", "9.999999999999997e+22"},
      {"1e23", "1e+23"},
      {"1.0000000000000001e23", "1.0000000000000001e+23"},
      {"999999999999999700000", "999999999999999700000"},
      {"999999999999999900000", "999999999999999900000"},
      {"1e21", "1e+21"},
      {"9.999999999999997e-7", "9.999999999999997e-7"},
      {"0.000001", "0.000001"},
      {"333333333.3333332", "333333333.3333332"},
      {"333333333.33333325", "333333333.33333325"},
      {"333333333.3333334", "333333333.3333334"},
      {"333333333.3333343", "333333333.3333343"},
      {"-0.0000033333333333333333", "-0.0000033333333333333333"},
      {"1424953923781206.2", "1424953923781206.2"},
      {"1.0", "1"},
      {"100e-2", "1"},
      {"1e20", "100000000000000000000"},
      {"0.1e-6", "1e-7"},
      {"12.5e1", "125"},
  };
  for (const auto& [text, expected] : kNumbers) EXPECT_EQ(canonical(text), expected) << text;
}

// Where a double would make two different whole numbers one, the digits stay.
TEST(JsonCanonical, DifferentWholeNumbersStayDifferent) {
  EXPECT_EQ(canonical("9007199254740993"), "9007199254740993");
  EXPECT_EQ(canonical("9007199254740993.0"), "9007199254740993");
  EXPECT_EQ(canonical("12345678901234567890123"), "1.2345678901234567890123e+22");
  EXPECT_EQ(canonical("1e400"), "1e+400");
  EXPECT_EQ(canonical("10e399"), "1e+400");
  EXPECT_EQ(canonical("-1.25e400"), "-1.25e+400");
  EXPECT_EQ(canonical("1e-400"), "0");
  EXPECT_NE(canonical("1e99999999999999999999"), canonical("1e99999999999999999998"));
}

TEST(JsonCanonical, EqualValuesGetOneForm) {
  const std::string form = canonical(R"({"b":[1,2,{"d":"é","c":null}],"a":{}})");
  EXPECT_EQ(form, R"({"a":{},"b":[1,2,{"c":null,"d":"é"}]})");
  EXPECT_EQ(canonical(R"({ "a" : { } , "b" : [ 1.0 , 2e0 , {"c":null,"d":"\u00e9"} ] })"), form);
  EXPECT_EQ(canonical(form), form);
  EXPECT_NE(canonical(R"({"a":{},"b":[2,1,{"c":null,"d":"é"}]})"), form) << "arrays keep order";
  EXPECT_EQ(canonical("\"\\u007f\\u2028\""), "\"\x7F\u2028\"") << "no escape but the needed";
}

TEST(JsonQuote, StaysOnOneLineAndParsesBack) {
  EXPECT_EQ(json_quote("plain"), "\"plain\"");
  EXPECT_EQ(json_quote(""), "\"\"");
  EXPECT_EQ(json_quote("a\"b\\c/"), R"("a\"b\\c/")");
  EXPECT_EQ(json_quote("\n\r\t\b\x1B"), R"("\n\r\t\u0008\u001b")");
  EXPECT_EQ(json_quote(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(json_quote("a\x7F"
                       "b"),
            R"("a\u007fb")");
  EXPECT_EQ(json_quote("\u0085\u009b"), R"("\u0085\u009b")");
  EXPECT_EQ(json_quote("\u2028\u2029"), R"("\u2028\u2029")");
  EXPECT_EQ(json_quote("\u202e\u2066\u2069\u200e\u200f\u061c"),
            R"("\u202e\u2066\u2069\u200e\u200f\u061c")");
  EXPECT_EQ(json_quote("é日😀"), "\"é日😀\"");
  EXPECT_EQ(json_quote("a\xFF\xC3"), "\"a\uFFFD\uFFFD\"");
  EXPECT_EQ(json_quote("\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");
  const std::string text = "x\ny\u202ez\"\\\x01 0123456789abcdef\x7F\u00e9";
  const auto document = JsonDocument::parse(json_quote(text));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text(), text);
}

TEST(Splice, EditsInAnyOrder) {
  EXPECT_EQ(splice("abcdef", {}), "abcdef");
  EXPECT_EQ(splice("abcdef", {{4, 5, "E"}, {0, 1, "AAA"}}), "AAAbcdEf");
  EXPECT_EQ(splice("abcdef", {{6, 6, "!"}, {0, 0, "<"}}), "<abcdef!");
  EXPECT_EQ(splice("abcdef", {{2, 4, ""}}), "abef");
  EXPECT_EQ(splice("abcdef", {{2, 2, "1"}, {2, 2, "2"}}), "ab12cdef") << "in the order given";
  EXPECT_EQ(splice("abcdef", {{2, 4, "X"}, {4, 6, "Y"}}), "abXY") << "edits may touch";
  EXPECT_EQ(splice("abcdef", {{2, 4, "X"}, {2, 2, "<"}, {4, 4, ">"}}), "ab<X>ef");
  EXPECT_EQ(splice("", {{0, 0, "x"}}), "x");
}

TEST(SpliceDeathTest, OverlapsPanic) {
  EXPECT_DEATH((void)splice("abcdef", {{0, 3, ""}, {2, 4, ""}}), "overlap");
  EXPECT_DEATH((void)splice("abcdef", {{0, 3, ""}, {1, 1, ""}}), "overlap");
  EXPECT_DEATH((void)splice("abc", {{2, 4, ""}}), "outside");
  EXPECT_DEATH((void)splice("abc", {{2, 1, ""}}), "overlap");
}

}  // namespace
}  // namespace doorward::wire
