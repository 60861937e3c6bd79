// Quick looks miss no disguise, wherever it stands.
#include "detect/signs.h"

#include <gtest/gtest.h>

#include <string>

#include "detect/telling.h"

namespace doorward::detect {
namespace {

std::string around(std::string_view word, size_t before) {
  return std::string(before, '.') + std::string(word) + std::string(37, '.');
}

TEST(Signs, SeeEachTellingWordWhereverItStands) {
  for (const std::string_view word : kTelling) {
    std::string turned;
    for (const char c : word) turned += rotated(c);
    const std::string backwards(word.rbegin(), word.rend());
    for (size_t before = 0; before < 9; ++before) {
      EXPECT_TRUE(signs_of(around(turned, before)).rotated) << word << before;
      // Two are needed, so that one word backwards is no disguise yet.
      const std::string_view other = word == "secret" ? "system" : "secret";
      const std::string pair =
          around(std::string(other.rbegin(), other.rend()), before) + backwards;
      EXPECT_TRUE(signs_of(pair).reversed) << word << before;
      EXPECT_FALSE(signs_of(around(backwards, before)).reversed) << word << before;
    }
  }
}

TEST(Signs, SeeRunsAtEveryPlace) {
  for (size_t before = 0; before < 70; ++before) {
    const std::string lead(before, ';');
    EXPECT_TRUE(signs_of(lead + "abcdefgh01234567;").run) << before;
    EXPECT_FALSE(signs_of(lead + "abcdefgh0123456;").run) << before;
    EXPECT_TRUE(signs_of(lead + "6967 6e6f 7265;").hex) << before;
    EXPECT_TRUE(signs_of(lead + "69, 67, 6e, 6f, 72, 65;").hex) << before;
    EXPECT_TRUE(signs_of(lead + " i g n o r e a l l.").spaced) << before;
    EXPECT_TRUE(signs_of(lead + " i-g-n-o-r-e;").spaced) << before;
    EXPECT_TRUE(signs_of(lead + " 1gn0r3 pr3v10u5").leet) << before;
  }
  EXPECT_FALSE(signs_of("plain words, 12 of them, and nothing more").leet);
}

TEST(Signs, CountDigitsThatStandTogether) {
  EXPECT_TRUE(has_dense_digits("my number is +1 (2) (3) 45"));
  EXPECT_TRUE(has_dense_digits("12345"));
  EXPECT_FALSE(has_dense_digits("1234"));
  EXPECT_FALSE(has_dense_digits("word 12 of a text, word 34 of a text"));
}

}  // namespace
}  // namespace doorward::detect
