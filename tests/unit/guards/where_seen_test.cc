// What a refusal quotes of an argument.
#include "guards/injection/where_seen.h"

#include <gtest/gtest.h>

namespace doorward::guards {
namespace {

using detect::Certainty;
using detect::Finding;
using detect::Kind;

Finding found(Kind kind, size_t from, size_t to, std::string_view view = "plain",
              std::string_view rule = "command.chained") {
  return {rule, kind, Certainty::certain, 0.9, {from, to}, view};
}

TEST(WhereSeen, NamesKindAndPlace) {
  EXPECT_EQ(where_seen(found(Kind::command, 6, 15), "report; rm -rf build"),
            "a shell command at \"; rm -rf \"");
  EXPECT_EQ(where_seen(found(Kind::sql, 0, 8, "base64"), "T1IgMT0x"),
            "SQL that would change the meaning of a query at \"T1IgMT0x\", once read as base64");
  EXPECT_EQ(where_seen(found(Kind::code, 0, 0, "plain", "model.tool_arguments"), "x"),
            "text that reads like an attack on a program");
}

TEST(WhereSeen, CutsNoCharacterAndKeepsNoControls) {
  const std::string text = "a\x1b[2J\n" + std::string(44, 'b') + "\xC3\xA5" + "c";
  const std::string said = where_seen(found(Kind::command, 0, text.size()), text);
  EXPECT_EQ(said, "a shell command at \"a [2J " + std::string(42, 'b') + "…\"");
  const std::string norse = "\xC3\xA5\xC3\xA5\xC3\xA5";
  EXPECT_EQ(where_seen(found(Kind::command, 1, 3), norse),
            "a shell command at \"\xC3\xA5\xC3\xA5\"");
}

TEST(WhereSeen, TakesPlacesThatLieElsewhere) {
  EXPECT_EQ(where_seen(found(Kind::command, 90, 99), "short"), "a shell command");
  EXPECT_EQ(where_seen(found(Kind::command, 3, 1), "short"), "a shell command");
}

}  // namespace
}  // namespace doorward::guards
