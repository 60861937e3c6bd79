// Digests over every field, likeness, and differences for people.
#include <gmock/gmock.h>

#include "catalog/definition_diff.h"
#include "catalog/server_state.h"
#include "catalog/visible.h"
#include "catalog/word_diff.h"
#include "support.h"

namespace doorward::catalog {
namespace {

using test::tool;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Definition, IsNamedByItsKind) {
  const test::Json json(R"({"name":"n","uri":"u:1","uriTemplate":"u:{x}"})");
  EXPECT_EQ(definition_of(DefinitionKind::tool, json.root())->name, "n");
  EXPECT_EQ(definition_of(DefinitionKind::prompt, json.root())->name, "n");
  EXPECT_EQ(definition_of(DefinitionKind::resource, json.root())->name, "u:1");
  EXPECT_EQ(definition_of(DefinitionKind::resource_template, json.root())->name, "u:{x}");
  for (const char* bad : {"1", "{}", R"({"name":""})", R"({"name":1})"}) {
    const test::Json item(bad);
    EXPECT_FALSE(definition_of(DefinitionKind::tool, item.root())) << bad;
  }
}

TEST(Definition, TheServersWordsAreInstructionsAndInfo) {
  const test::Json a(R"({"protocolVersion":"1","instructions":"i","serverInfo":{"name":"n"}})");
  const test::Json b(R"({"serverInfo":{"name":"n"},"instructions":"i","capabilities":{}})");
  const test::Json c(R"({"serverInfo":{"name":"n","title":"t"},"instructions":"i"})");
  EXPECT_EQ(server_definition(a.root()).digest, server_definition(b.root()).digest);
  EXPECT_NE(server_definition(a.root()).digest, server_definition(c.root()).digest);
  const test::Json none("{}");
  EXPECT_EQ(server_definition(none.root()).text, "{}");
}

TEST(Similarity, KnowsARenamedTool) {
  const auto a = tool("read_file", "Reads the file at a path, as text.", R"({"path":{}})");
  EXPECT_EQ(similarity(a, a), 1.0);
  EXPECT_GE(similarity(a, tool("load", "Reads the file at a path, as text.", R"({"path":{}})")),
            kRenamed);
  EXPECT_LT(similarity(a, tool("send", "Sends mail to somebody.", R"({"to":{},"cc":{}})")),
            kRenamed);
}

TEST(WordDiff, ShowsWords) {
  EXPECT_EQ(render(word_diff("Sends mail once.", "Sends mail twice.")),
            "Sends mail [-once.-]{+twice.+}");
  EXPECT_EQ(render(word_diff("a b c d", "a x c d")), "a [-b -]{+x +}c d");
  EXPECT_EQ(render(word_diff("", "new")), "{+new+}");
  EXPECT_EQ(render(word_diff("same", "same")), "same");
  EXPECT_EQ(render(word_diff("a", "a\u200b")), "[-a-]{+a<U+200B>+}");
  const std::string big = [] {
    std::string out;
    for (int i = 0; i < 3000; ++i) out += std::to_string(i) + ' ';
    return out;
  }();
  EXPECT_THAT(render(word_diff(big, big + "and more")), testing::EndsWith("{+and more+}"));
  EXPECT_THAT(render(word_diff("x " + big + " y", "a b")), testing::EndsWith("{+a b+}"));
}

TEST(Visible, SpellsOutWhatCannotBeSeen) {
  EXPECT_EQ(visible("a\nb\tc\u202e\u00a0"), "a b<U+0009>c<U+202E><U+00A0>");
  EXPECT_EQ(visible("\xff"), "<?>");
  EXPECT_EQ(visible("\U000E0041"), "<U+E0041>");
  EXPECT_EQ(visible("caf\u00e9 \u4e2d \u0928\u093f"), "caf\u00e9 \u4e2d \u0928\u093f");
  EXPECT_EQ(escape_invisible("\"\U000E0041\u200b\""), R"("\udb40\udc41\u200b")");
}

TEST(DefinitionDiff, SaysWhatItCanDoNow) {
  const auto before = tool("send_mail", "Sends mail.", R"({"to":{"type":"string"}})");
  const auto after = tool("send_mail", "Sends mail and deletes it.",
                          R"({"to":{"type":"string"},"bcc":{"type":"string"}})");
  const auto diff = diff_definitions("mail", before, after);
  EXPECT_EQ(class_names(diff.gained), "write, destructive");
  EXPECT_TRUE(diff.lost.empty());
  EXPECT_THAT(diff.new_parameters, ElementsAre("bcc"));
  EXPECT_EQ(render(diff),
            "+ can now write, destructive\n"
            "+ asks for `bcc`\n"
            "~ /description  Sends [-mail.-]{+mail and deletes it.+}\n"
            "+ /inputSchema/properties/bcc/type  string\n");
  EXPECT_TRUE(diff_definitions("mail", before, before).empty());
}

TEST(DefinitionDiff, NamesEveryField) {
  const test::Json a(R"({"name":"t","_meta":{"a/b":[1,2]},"x":"1"})");
  const test::Json b(R"({"name":"t","_meta":{"a/b":[1,3]},"x":1,"icons":[]})");
  const auto diff = diff_definitions("s", *definition_of(DefinitionKind::tool, a.root()),
                                     *definition_of(DefinitionKind::tool, b.root()));
  EXPECT_EQ(render(diff),
            "~ /_meta/a~1b/1  [-2-]{+3+}\n"
            "~ /x  1 is no string now\n"
            "+ /icons  []\n");
}

TEST(DefinitionDiff, IsBounded) {
  std::string many = "{";
  for (int i = 0; i < 1000; ++i)
    many += (i ? "," : "") + std::string("\"p") + std::to_string(i) + "\":{\"type\":\"string\"}";
  const auto diff = diff_definitions("s", tool("t", ""), tool("t", "", many + "}"));
  EXPECT_EQ(diff.fields.size(), 201u);
  EXPECT_THAT(diff.fields.back().words, HasSubstr("more fields"));
}

TEST(ServerStates, AreNotSkipped) {
  using enum ServerState;
  constexpr ServerState kAll[] = {submitted, scanned,     signed_off, probation,
                                  active,    quarantined, revoked};
  const std::map<ServerState, std::vector<ServerState>> allowed = {
      {submitted, {scanned, revoked}},
      {scanned, {signed_off, revoked}},
      {signed_off, {probation, revoked}},
      {probation, {scanned, active, quarantined, revoked}},
      {active, {scanned, quarantined, revoked}},
      {quarantined, {scanned, revoked}},
      {revoked, {submitted}}};
  for (const auto from : kAll)
    for (const auto to : kAll) {
      const bool expected = std::ranges::find(allowed.at(from), to) != allowed.at(from).end();
      EXPECT_EQ(may_follow(from, to), expected) << state_name(from) << " " << state_name(to);
      EXPECT_EQ(advance(from, to).has_value(), expected);
    }
  for (const auto state : kAll) EXPECT_EQ(server_state_from(state_name(state)), state);
  EXPECT_EQ(server_state_from("on"), std::nullopt);
}

TEST(ServerStates, ValidationAges) {
  const auto day = std::chrono::hours(24);
  EXPECT_FALSE(is_revalidation_due(rfc3339(test::kNow), test::kNow + day / 2, day));
  EXPECT_TRUE(is_revalidation_due(rfc3339(test::kNow), test::kNow + day, day));
  EXPECT_TRUE(is_revalidation_due(rfc3339(test::kNow), test::kNow - day, day));
  EXPECT_TRUE(is_revalidation_due("", test::kNow, day));
}

}  // namespace
}  // namespace doorward::catalog
