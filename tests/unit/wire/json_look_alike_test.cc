#include <gtest/gtest.h>

#include "wire/json.h"

namespace doorward::wire {
namespace {

TEST(LookAlike, SeesWhatAReaderMayTakeForTheName) {
  EXPECT_TRUE(is_look_alike_name("Method", "method"));
  EXPECT_TRUE(is_look_alike_name("METHOD", "method"));
  EXPECT_TRUE(is_look_alike_name("paramſ", "params")) << "U+017F, long s";
  EXPECT_TRUE(is_look_alike_name("progressTo\u212Aen", "progressToken")) << "U+212A, Kelvin";
  EXPECT_TRUE(is_look_alike_name("ｎａｍｅ", "name")) << "full width";
  EXPECT_TRUE(is_look_alike_name("ＮＡＭＥ", "name"));
  EXPECT_TRUE(is_look_alike_name("na\u200Dme", "name")) << "zero-width joiner";
  EXPECT_TRUE(is_look_alike_name("\uFEFFname", "name"));
  EXPECT_TRUE(is_look_alike_name("name\u200B", "name"));
  EXPECT_TRUE(is_look_alike_name("na\u00ADme", "name")) << "soft hyphen";
  EXPECT_TRUE(is_look_alike_name("name\U000E0041", "name")) << "tag characters";
  EXPECT_TRUE(is_look_alike_name("name\uFE0F", "name")) << "variation selector";
  EXPECT_TRUE(is_look_alike_name("𝐧ame", "name")) << "mathematical letters";
  EXPECT_TRUE(is_look_alike_name("ur\u0131", "uri")) << "dotless i";
  EXPECT_TRUE(is_look_alike_name("UR\u0130", "uri")) << "dotted I";
  EXPECT_TRUE(is_look_alike_name("Größe", "größe")) << "names beyond ASCII";
  EXPECT_TRUE(is_look_alike_name("ИМЯ", "имя"));
  EXPECT_TRUE(is_look_alike_name("ΛΌΓΟΣ", "λόγος"));
  EXPECT_TRUE(is_look_alike_name("_META", "_meta"));
  EXPECT_TRUE(is_look_alike_name("\u200B", "")) << "nothing left of it";
}

TEST(LookAlike, LeavesOtherNamesAlone) {
  EXPECT_FALSE(is_look_alike_name("name", "name")) << "the name itself";
  EXPECT_FALSE(is_look_alike_name("names", "name"));
  EXPECT_FALSE(is_look_alike_name("nam", "name"));
  EXPECT_FALSE(is_look_alike_name("", "name"));
  EXPECT_FALSE(is_look_alike_name("", ""));
  EXPECT_FALSE(is_look_alike_name("na_me", "name"));
  EXPECT_FALSE(is_look_alike_name("na-me", "name"));
  EXPECT_FALSE(is_look_alike_name("ñame", "name"));
  EXPECT_FALSE(is_look_alike_name("日本", "name"));
  EXPECT_FALSE(is_look_alike_name("na\xFFme", "name")) << "a bad byte is like nothing";
  EXPECT_FALSE(is_look_alike_name("@ame", "`ame")) << "only letters have case";
  EXPECT_FALSE(is_look_alike_name("[a", "{a"));
}

// Each character of the folding table ends where it says: no gap folds.
TEST(LookAlike, RunsHaveTheirEdges) {
  EXPECT_TRUE(is_look_alike_name("\u0410", "\u0430")) << "first of a run";
  EXPECT_TRUE(is_look_alike_name("\u042F", "\u044F")) << "last of a run";
  EXPECT_FALSE(is_look_alike_name("\u0101", "\u0102")) << "between steps of two";
  EXPECT_TRUE(is_look_alike_name("\u0102", "\u0103"));
  EXPECT_FALSE(is_look_alike_name("\u00D7", "\u00F7")) << "signs between letters";
}

}  // namespace
}  // namespace doorward::wire
