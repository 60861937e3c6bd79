// Look-alike names and the names of the merged endpoint (R3.3, R11.4).
#include "catalog/names.h"

#include <gmock/gmock.h>

#include "catalog/merged_names.h"

namespace doorward::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = NameFinding::Kind;

std::vector<std::string> kinds(const std::vector<NameFinding>& findings) {
  std::vector<std::string> out;
  for (const auto& finding : findings) out.emplace_back(finding_name(finding.kind));
  return out;
}

std::vector<std::string> server(std::string_view name, std::vector<std::string> known = {}) {
  return kinds(check_server_name(name, known));
}

TEST(Skeleton, IsOneForNamesThatLookOne) {
  EXPECT_EQ(skeleton("paypal"), skeleton("p\u0430yp\u0430l"));
  EXPECT_EQ(skeleton("read_file"), skeleton("Read_File"));
  EXPECT_EQ(skeleton("read_file"), skeleton("read\u200b_file"));
  EXPECT_EQ(skeleton("read_file"), skeleton("\uff52ead_file"));
  EXPECT_EQ(skeleton("tool1"), skeleton("tooll"));
  EXPECT_NE(skeleton("read_file"), skeleton("read_files"));
  EXPECT_NE(skeleton("read_file"), skeleton("write_file"));
}

TEST(EditDistance, CountsSlips) {
  EXPECT_EQ(edit_distance("filesystem", "filesytem", 2), 1u);
  EXPECT_EQ(edit_distance("github", "gihtub", 2), 1u);
  EXPECT_EQ(edit_distance("", "abc", 5), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting", 1), 2u);
  EXPECT_EQ(edit_distance("a\u00e9", "a\u00ea", 2), 1u);
}

TEST(ServerName, IsComparedWithPopularAndKnownOnes) {
  EXPECT_THAT(server("filesytem"), ElementsAre("near_miss"));
  EXPECT_THAT(server("gihtub"), ElementsAre("near_miss"));
  EXPECT_THAT(server("g1thub"), testing::Contains("near_miss"));
  EXPECT_THAT(server("sl\u0430ck"), ElementsAre("mixed_script", "look_alike"));
  EXPECT_THAT(server("github-mcp-server"), testing::Contains("near_miss"));
  EXPECT_THAT(server("s1ack"), ElementsAre("look_alike"));
  EXPECT_THAT(server("paypa1"), ElementsAre("look_alike"));
  EXPECT_THAT(server("tickets", {"ticket5"}), ElementsAre("near_miss"));
  EXPECT_THAT(server("gith\u200bub"), testing::Contains("invisible"));
}

TEST(ServerName, HonestNamesPass) {
  for (const std::string_view name : popular_servers())
    EXPECT_THAT(server(name), IsEmpty()) << name;
  for (const std::string_view name : {"files", "tickets", "warehouse", "notes", "gitea", "mail"})
    EXPECT_THAT(server(name), IsEmpty()) << name;
  EXPECT_THAT(server("tickets", {"tickets", "billing"}), IsEmpty());
}

TEST(ToolNames, AreComparedAcrossServers) {
  const std::vector<ToolAddress> tools = {{"a", "read_file"},      {"b", "read_file"},
                                          {"b", "re\u0430d_note"}, {"a", "read_note"},
                                          {"b", "write_not"},      {"a", "write_note"}};
  const auto found = check_tool_names(tools);
  EXPECT_THAT(kinds(found), testing::UnorderedElementsAre("mixed_script", "duplicate", "look_alike",
                                                          "near_miss"));
  for (const auto& finding : found)
    EXPECT_EQ(finding.is_high(),
              finding.kind == Kind::mixed_script || finding.kind == Kind::look_alike);
}

TEST(ToolNames, OfOneServerMayBeAlike) {
  const std::vector<ToolAddress> tools = {
      {"a", "read_file"}, {"a", "read_files"}, {"a", "get"}, {"b", "set"}};
  EXPECT_THAT(check_tool_names(tools), IsEmpty());
}

TEST(ToolNames, ReportIsSafeToPrint) {
  const std::vector<ToolAddress> tools = {{"a", "x\u202e\x1b[31m"}};
  const auto found = check_tool_names(tools);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].why, "`a.x<U+202E><U+001B>[31m` holds characters that can't be seen");
}

TEST(ServerNameSyntax, IsTheInterfaces) {
  for (const std::string_view name : {"a", "files", "my-db_2", "0"})
    EXPECT_TRUE(is_server_name(name)) << name;
  for (const std::string_view name :
       {"", "A", "-a", "_a", "a__b", "a.b", "a b", "aaaaaaaaaaaaaaaaaaaaaaaaa", "\u0430"})
    EXPECT_FALSE(is_server_name(name)) << name;
}

TEST(MergedName, IsCutWithAStableHash) {
  EXPECT_EQ(merged_name("files", "read_file"), "files__read_file");
  const std::string exact(64 - 7, 'x');
  EXPECT_EQ(merged_name("files", exact), "files__" + exact);
  const std::string one = merged_name("files", exact + "a");
  EXPECT_EQ(one.size(), 64u);
  EXPECT_EQ(one, merged_name("files", exact + "a"));
  EXPECT_NE(one, merged_name("files", exact + "b"));
  // Computed once by hand with sha256sum; it must never change.
  EXPECT_EQ(merged_name("files", std::string(60, 'x')),
            "files__" + std::string(48, 'x') + "_4cf3e6da");
  const std::string wide = merged_name("f", std::string(51, 'x') + std::string(20, '\xc3'));
  EXPECT_LE(wide.size(), 64u);
  std::string letters;
  for (int i = 0; i < 40; ++i) letters += "\u00e9";
  const std::string cut = merged_name("fi", letters);
  EXPECT_EQ(cut.size(), 63u);  // 4 + 25 letters of 2 bytes + 9
}

TEST(MergedNames, GoBothWays) {
  std::vector<ToolAddress> tools = {{"a", "read_file"}, {"b", "read_file"}};
  tools.push_back({"a", std::string(80, 'x')});
  const MergedNames names(tools);
  EXPECT_THAT(names.ambiguous(), IsEmpty());
  for (const auto& tool : tools) {
    const ToolAddress* found = names.find(merged_name(tool.server, tool.tool));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(*found, tool);
  }
  EXPECT_EQ(names.find("read_file"), nullptr);
  EXPECT_EQ(names.find("A__read_file"), nullptr);
}

TEST(MergedNames, AmbiguousOnesHaveNone) {
  // `a_` and `x`, `a` and `_x` give one name.
  const MergedNames split({{"a_", "x"}, {"a", "_x"}, {"a", "y"}});
  EXPECT_THAT(split.ambiguous(), SizeIs(2));
  EXPECT_EQ(split.find("a___x"), nullptr);
  EXPECT_NE(split.find("a__y"), nullptr);
  const MergedNames alike({{"a", "read"}, {"a", "re\u0430d"}, {"a", "Write"}, {"a", "write"}});
  EXPECT_THAT(alike.ambiguous(), SizeIs(4));
  EXPECT_THAT(alike.all(), IsEmpty());
  // A name made to be another's cut name.
  const std::string longer(80, 'x');
  const std::string cut = merged_name("a", longer);
  const MergedNames forged({{"a", longer}, {"a", cut.substr(3)}});
  EXPECT_EQ(forged.find(cut), nullptr);
  const MergedNames twice({{"a", "x"}, {"a", "x"}});
  EXPECT_THAT(twice.ambiguous(), SizeIs(1));
}

}  // namespace
}  // namespace doorward::catalog
