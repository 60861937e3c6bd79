#include <gmock/gmock.h>

#include "fakes.h"

namespace doorward::core {
namespace {

constexpr std::string_view kText = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";

// What comes out of the pipeline with a guard's `edits` and the caller's `splices`.
std::string edited(std::vector<wire::Edit> edits, std::vector<wire::Edit> splices) {
  Corridor corridor;
  const Pipeline pipeline = corridor.says("a", rewrite(std::move(edits))).permits("b").build();
  Asked asked{std::string(kText)};
  auto made = pipeline.clear(asked.exchange, asked.notes, asked.permits, std::move(splices));
  if (made) return std::string(made->body());
  EXPECT_TRUE(asked.permits.empty());
  return std::string(made.error().verdict.reason);
}

TEST(PipelineEdits, SplicesTheCallersEditsAlone) {
  EXPECT_EQ(edited({}, {{22, 23, "901"}}), R"({"jsonrpc":"2.0","id":901,"method":"ping"})");
}

TEST(PipelineEdits, MergesGuardsEditsWithSplicesInAnyOrder) {
  EXPECT_EQ(edited({{33, 39, "\"pong\""}}, {{22, 23, "901"}}),
            R"({"jsonrpc":"2.0","id":901,"method":"pong"})");
  EXPECT_EQ(edited({{22, 23, "901"}}, {{33, 39, "\"pong\""}}),
            R"({"jsonrpc":"2.0","id":901,"method":"pong"})");
}

TEST(PipelineEdits, EditsSideBySideAreBothMade) {
  EXPECT_EQ(edited({{22, 23, "90"}}, {{23, 24, "1,"}}),
            R"({"jsonrpc":"2.0","id":901,"method":"ping"})");
}

TEST(PipelineEdits, TwoEditsOfTheSamePlaceAreRefused) {
  EXPECT_EQ(edited({{23, 23, "0"}}, {{23, 23, "1"}}), "privilege.guard_failed");
  EXPECT_EQ(edited({{22, 23, "8"}}, {{22, 23, "9"}}), "privilege.guard_failed");
}

// A wider edit that quotes the original must not bring back what a narrower one took out.
TEST(PipelineEdits, AnEditInsideAnotherIsRefused) {
  EXPECT_EQ(edited({{17, 23, "\"id\":7"}}, {{22, 23, "901"}}), "privilege.guard_failed");
  EXPECT_EQ(edited({{22, 23, "901"}, {17, 23, "\"id\":7"}}, {}), "privilege.guard_failed");
}

// What is taken out whole brings nothing back: an edit inside of it has nothing left to change.
TEST(PipelineEdits, WhatIsTakenOutWholeTakesEditsInsideOfItAlong) {
  EXPECT_EQ(edited({{24, 39, ""}, {33, 39, "x"}}, {{22, 23, "901"}}),
            R"({"jsonrpc":"2.0","id":901,})");
  EXPECT_EQ(edited({{33, 39, "x"}, {24, 39, ""}}, {}), R"({"jsonrpc":"2.0","id":7,})");
  EXPECT_EQ(edited({{30, 39, "x"}, {24, 35, ""}}, {}), "privilege.guard_failed");
  EXPECT_EQ(edited({{24, 39, ""}, {24, 24, "a"}}, {}), R"({"jsonrpc":"2.0","id":7,a})");
}

// Two guards that find the same text wanting: one empties it, the other one cleans it.
TEST(PipelineEdits, AStringThatIsEmptiedTakesEditsOfItAlong) {
  const std::string empty = R"({"jsonrpc":"2.0","id":7,"method":""})";
  EXPECT_EQ(edited({{33, 39, "\"\""}, {33, 39, "\"p\""}}, {}), empty);
  EXPECT_EQ(edited({{34, 36, ""}, {33, 39, "\"\""}}, {}), empty);
  EXPECT_EQ(edited({{33, 39, "\"\""}, {33, 39, "\"\""}}, {}), empty);
  // Neither takes the other out.
  EXPECT_EQ(edited({{33, 39, "\"q\""}, {33, 39, "\"p\""}}, {}), "privilege.guard_failed");
}

TEST(PipelineEdits, EditsThatOverlapInPartAreRefusedAndReserveNothing) {
  EXPECT_EQ(edited({{20, 23, "x"}}, {{22, 30, "y"}}), "privilege.guard_failed");
  EXPECT_EQ(edited({{20, 23, "x"}, {22, 30, "y"}}, {}), "privilege.guard_failed");
  EXPECT_EQ(edited({{10, 20, "x"}, {12, 14, "in"}, {19, 21, "y"}}, {}), "privilege.guard_failed");
}

// Two guards that put the same words around the same text mean one pair of them.
TEST(PipelineEdits, TwoThatAreAlikeAreOne) {
  EXPECT_EQ(edited({{33, 33, "<"}, {39, 39, ">"}, {33, 33, "<"}, {39, 39, ">"}}, {}),
            R"({"jsonrpc":"2.0","id":7,"method":<"ping">})");
  EXPECT_EQ(edited({{22, 23, "8"}, {22, 23, "8"}}, {}),
            R"({"jsonrpc":"2.0","id":8,"method":"ping"})");
  EXPECT_EQ(edited({{33, 33, "<"}, {33, 33, "("}}, {}), "privilege.guard_failed");
}

}  // namespace
}  // namespace doorward::core
