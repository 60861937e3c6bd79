// Bytes 64 at a time say the same as bytes one by one.
#include "detect/masks.h"

#include <gtest/gtest.h>

#include <string>

#include "detect/characters.h"
#include "detect/runs.h"

namespace doorward::detect {
namespace {

std::string all_bytes() {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  return all;
}

TEST(Masks, ClassesAreThoseOfCharacters) {
  const std::string all = all_bytes();
  for (size_t from = 0; from < all.size(); from += Block::kBytes) {
    const Block block(all, from);
    const uint64_t words = block.where(are_words);
    const uint64_t digits = block.where(are_digits);
    const uint64_t letters = block.where([](Bytes16 bytes) { return are_letters(bytes); });
    for (size_t i = 0; i < Block::kBytes; ++i) {
      const char c = all[from + i];
      EXPECT_EQ((words >> i & 1U) != 0, is_word(c)) << from + i;
      EXPECT_EQ((digits >> i & 1U) != 0, is_digit(c)) << from + i;
      EXPECT_EQ((letters >> i & 1U) != 0, is_letter(c)) << from + i;
    }
  }
}

TEST(Masks, NothingStandsBehindTheEnd) {
  const std::string text(70, 'a');
  EXPECT_EQ(Block(text, 0).where(are_words), ~0ULL);
  EXPECT_EQ(Block(text, 64).where(are_words), 0x3FU);
}

TEST(Masks, RunsAreSeenOverTheBorder) {
  for (const unsigned least : {2U, 12U, 16U, 64U}) {
    for (size_t from = 0; from < 130; ++from) {
      for (const size_t size : {size_t{least} - 1, size_t{least}}) {
        const std::string text = std::string(from, '.') + std::string(size, 'a') + "....";
        RunOfBits run(least);
        bool seen = false;
        for (size_t at = 0; at < text.size(); at += Block::kBytes)
          seen = seen || run.sees(Block(text, at).where(are_words));
        EXPECT_EQ(seen, size == least) << least << " at " << from;
      }
    }
  }
}

TEST(Runs, TheFirstLongEnoughIsFoundFromItsBeginning) {
  const auto letter = [](char c) { return is_letter(c); };
  for (size_t before = 0; before < 20; ++before) {
    const std::string text = std::string(before, '.') + "ab.abcdef.abcdefgh";
    EXPECT_EQ(find_run(text, 0, 6, letter), before + 3);
    EXPECT_EQ(find_run(text, before + 4, 6, letter), before + 10);
    EXPECT_EQ(find_run(text, 0, 8, letter), before + 10);
    EXPECT_EQ(find_run(text, 0, 9, letter), std::string_view::npos);
  }
  EXPECT_EQ(find_run("", 0, 1, letter), std::string_view::npos);
  EXPECT_EQ(find_run("abc", 4, 1, letter), std::string_view::npos);
}

}  // namespace
}  // namespace doorward::detect
