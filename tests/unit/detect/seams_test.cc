#include "detect/seams.h"

#include <gtest/gtest.h>

#include <vector>

#include "detect/known_secrets.h"
#include "detect/views.h"

namespace doorward::detect {
namespace {

TEST(Seams, KeepWhatIsNearThem) {
  Seams seams(4);
  seams.add("abcdefghijklmnop");
  EXPECT_FALSE(seams.any());
  seams.add("short");
  seams.add("0123456789");
  EXPECT_TRUE(seams.any());
  EXPECT_EQ(seams.text(), "abcd\nmnopshort0123\n6789");
  EXPECT_TRUE(seams.crossed_by(8, 10));  // "ps"
  EXPECT_TRUE(seams.crossed_by(5, 23));
  EXPECT_FALSE(seams.crossed_by(2, 9));    // over the break alone
  EXPECT_FALSE(seams.crossed_by(9, 14));   // one text
  EXPECT_FALSE(seams.crossed_by(14, 20));  // the last one
}

// Wherever a secret is cut, and however each half is written, the seams of long texts show what the
// whole texts would.
TEST(Seams, ShowWhatTheWholeTextsShow) {
  const std::string secret = "hG7x-Qp2Lw9_zT4vKd81";
  const HeldSecrets held(std::vector<Secret<std::string>>{Secret<std::string>(secret)});
  const std::string prose =
      "The quick brown fox jumps over the lazy dog and then it rests for a while in the sun. ";
  std::string filler;
  while (filler.size() < 3000) filler += prose;
  const auto percent = [](std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      out += '%';
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[static_cast<uint8_t>(c) & 15];
    }
    return out;
  };
  for (const std::string& written : {secret, percent(secret)})
    for (size_t cut = 1; cut < written.size(); ++cut) {
      const std::string first = filler + written.substr(0, cut);
      const std::string second = written.substr(cut) + " " + filler;
      const bool disguised = views_of(first).size() > 1 || views_of(second).size() > 1;
      Seams seams(disguised ? 100'000 : held.reach());
      seams.add(first);
      seams.add(second);
      std::vector<Finding> near, whole;
      held.find(seams.text(), near);
      held.find(first + second, whole);
      EXPECT_EQ(near.empty(), whole.empty()) << written << " cut at " << cut;
      EXPECT_FALSE(whole.empty());
    }
}

}  // namespace
}  // namespace doorward::detect
