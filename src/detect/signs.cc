#include "detect/signs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "detect/characters.h"
#include "detect/masks.h"
#include "detect/telling.h"

namespace doorward::detect {

namespace {

// Bits of kClass.
constexpr uint8_t kRun = 1;     // letters, digits and what base64 has besides
constexpr uint8_t kMember = 2;  // of a word in leet
constexpr uint8_t kFigure = 4;  // a digit or sign that may stand for a letter

constexpr auto kClass = [] {
  std::array<uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    const bool figure = is_digit(c) || is_leet_sign(c);
    uint8_t bits = 0;
    if (i < 0x80 && (is_word(c) || c == '+' || c == '/' || c == '-')) bits |= kRun;
    if (is_word(c) || figure) bits |= kMember;
    if (figure) bits |= kFigure;
    table[static_cast<size_t>(i)] = bits;
  }
  return table;
}();

Bytes16 are_figures(Bytes16 bytes) {
  return are_digits(bytes) | are(bytes, '@') | are(bytes, '$') | are(bytes, '!') | are(bytes, '|') |
         are(bytes, '+');
}

// Hex digits and what stands between pairs.
Bytes16 are_hex(Bytes16 bytes) {
  return are_letters(bytes, 'a', 6) | are_digits(bytes) | are(bytes, ' ') | are(bytes, ',') |
         are(bytes, ':') | are(bytes, 'x');
}

// What stands between spaced letters: `*` to `/` are * + , - . /
Bytes16 are_separators(Bytes16 bytes) {
  return are(bytes, ' ') | are_from(bytes, '*', 6) | are(bytes, '_') | are(bytes, '|') |
         are(bytes, '~');
}

bool is(char c, uint8_t bits) {
  return (kClass[static_cast<unsigned char>(c)] & bits) != 0;
}

// letter, separator, letter, the same separator, letter; the first of them begins a word.
class Spaced {
 public:
  // True when such a place ends in this block, which begins at `from`.
  bool sees(uint64_t separators, uint64_t words, std::string_view text, size_t from) {
    // The second separator of a place: two behind the first, no word's byte two before that.
    uint64_t places =
        separators & (separators << 2 | separators_ >> 62) & ~(words << 4 | words_ >> 60);
    separators_ = separators;
    words_ = words;
    for (; places != 0; places &= places - 1) {
      const size_t at = from + static_cast<size_t>(__builtin_ctzll(places));
      if (at >= 3 && at + 1 < text.size() && text[at] == text[at - 2]) return true;
    }
    return false;
  }

 private:
  uint64_t separators_ = 0, words_ = 0;  // of the block before
};

// Four single letters with separators between.
bool has_lone_letters(std::string_view text) {
  size_t run = 0;
  size_t lone = 0;
  for (const char c : text) {
    if (is(c, kRun)) {
      ++run;
      continue;
    }
    if (run == 1 && static_cast<unsigned char>(c) < 0x80) {
      if (++lone >= 4) return true;
    } else if (run > 1) {
      lone = 0;
    }
    run = 0;
  }
  return false;
}

// Two words with letters and figures, and one in five of all.
class Leet {
 public:
  explicit Leet(std::string_view text) : text_(text), most_(std::min(text.size(), kMost)) {
    while (most_ > 0 && most_ < text.size() && is(text[most_ - 1], kMember) &&
           is(text[most_], kMember))
      ++most_;
  }
  void see(uint64_t words, uint64_t figures, size_t from) {
    if (from >= most_) return;
    const uint64_t within = most_ - from < Block::kBytes ? (1ULL << (most_ - from)) - 1 : ~0ULL;
    figures &= within;
    const uint64_t members = (words & within) | figures;
    words_ += static_cast<size_t>(__builtin_popcountll(members & ~(members << 1 | member_before_)));
    member_before_ = members >> 63;
    for (; figures != 0; figures &= figures - 1) {
      const size_t at = from + static_cast<size_t>(__builtin_ctzll(figures));
      if (at >= read_) read_word(at);
    }
  }
  [[nodiscard]] bool is_likely() const { return mixed_ >= 2 && mixed_ * 5 >= words_; }

 private:
  static constexpr size_t kMost = 8192;  // where a word begins

  void read_word(size_t at) {
    while (at > read_ && is(text_[at - 1], kMember)) --at;
    size_t letters = 0;
    size_t figures = 0;
    for (; at < text_.size() && is(text_[at], kMember); ++at) {
      letters += is_letter(text_[at]) ? 1U : 0U;
      figures += is(text_[at], kFigure) ? 1U : 0U;
    }
    read_ = at;
    if (letters > 0 && letters + figures < 20) ++mixed_;
  }

  const std::string_view text_;
  size_t most_;
  size_t read_ = 0;  // the end of the last word with figures
  size_t words_ = 0, mixed_ = 0;
  uint64_t member_before_ = 0;
};

// Where the telling words may stand in a disguise, found by three letters at every fourth byte: a
// word of six has such a place among its first four, wherever it begins.
class Traces {
 public:
  static constexpr uint8_t kRotated = 1, kReversed = 2;  // ways to disguise

  constexpr Traces() {
    for (const uint8_t way : {kRotated, kReversed})
      for (size_t word = 0; word < kTelling.size(); ++word) add(way, word);
  }

  // How many different words stand in a text, by their disguise.
  struct Seen {
    uint32_t rotated = 0, reversed = 0;  // a bit for each
  };
  void look(std::string_view text, uint8_t ways, Seen& seen) const {
    for (size_t at = 0; at + 3 <= text.size(); at += 4) {
      const size_t here = key(text[at], text[at + 1], text[at + 2]);
      if ((ways_[here] & ways) == 0) continue;
      for (uint8_t next = first_[here]; next != 0; next = places_[next - 1].next) {
        const Place& place = places_[next - 1];
        uint32_t& words = place.way == kRotated ? seen.rotated : seen.reversed;
        if ((place.way & ways) != 0 && (words & 1U << place.word) == 0 && place.offset <= at &&
            stands(text, at - place.offset, place))
          words |= 1U << place.word;
      }
    }
  }

 private:
  struct Place {
    uint8_t word = 0, offset = 0, way = 0, next = 0;
  };
  static constexpr size_t kLongest = 12;
  static constexpr size_t key(char a, char b, char c) {
    // Upper and lower case alike.
    const auto bits = [](char letter) { return static_cast<size_t>(letter) & 31U; };
    return bits(a) ^ bits(b) << 4 ^ bits(c) << 7;
  }
  constexpr void add(uint8_t way, size_t word) {
    auto& letters = disguised_[way - 1U][word];
    for (size_t i = 0; i < kTelling[word].size(); ++i) {
      const char c = kTelling[word][i];
      if (way == kRotated)
        letters[i] = rotated(c);
      else
        letters[kTelling[word].size() - 1 - i] = c;
    }
    for (size_t offset = 0; offset < 4; ++offset) {
      Place& place = places_[count_++];
      const size_t here = key(letters[offset], letters[offset + 1], letters[offset + 2]);
      place = {static_cast<uint8_t>(word), static_cast<uint8_t>(offset), way, first_[here]};
      first_[here] = static_cast<uint8_t>(count_);
      ways_[here] |= way;
    }
  }
  [[nodiscard]] bool stands(std::string_view text, size_t at, const Place& place) const {
    const auto& letters = disguised_[place.way - 1U][place.word];
    const size_t size = kTelling[place.word].size();
    if (text.size() - at < size) return false;
    for (size_t i = 0; i < size; ++i)
      if (lower(text[at + i]) != letters[i]) return false;
    return true;
  }
  std::array<std::array<std::array<char, kLongest>, kTelling.size()>, 2> disguised_{};
  std::array<Place, kTelling.size() * 8> places_{};
  std::array<uint8_t, 4096> first_{}, ways_{};
  uint8_t count_ = 0;
};
constexpr Traces kTraces;
static_assert(kTelling.size() * 8 < 256 && kTelling.size() <= 32);
static_assert(std::ranges::all_of(kTelling, [](auto word) { return word.size() >= 6; }));

}  // namespace

bool has_dense_digits(std::string_view text) {
  constexpr size_t kWindow = 16;
  constexpr size_t kBefore = 4;  // and one more
  std::array<size_t, kBefore> last{};
  size_t seen = 0;
  for (size_t from = 0; from < text.size(); from += Block::kBytes) {
    for (uint64_t digits = Block(text, from).where(are_digits); digits != 0; digits &= digits - 1) {
      const size_t at = from + static_cast<size_t>(__builtin_ctzll(digits));
      size_t& fifth = last[seen % kBefore];
      if (seen >= kBefore && at - fifth < kWindow) return true;
      fifth = at;
      ++seen;
    }
  }
  return false;
}

Signs signs_of(std::string_view text) {
  const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
  Signs signs;
  signs.percent = has('%');
  signs.backslash = has('\\');
  signs.ampersand = has('&');
  signs.equals = has('=');
  signs.less = has('<');
  RunOfBits run(16);
  RunOfBits hex(12);
  Spaced single;
  Leet leet(text);
  bool spaced = false;
  for (size_t from = 0; from < text.size(); from += Block::kBytes) {
    const Block block(text, from);
    const uint64_t words = block.where(are_words);
    const auto are_base64 = [](Bytes16 bytes) {
      return are(bytes, '+') | are(bytes, '/') | are(bytes, '-');
    };
    signs.run = signs.run || run.sees(words | block.where(are_base64));
    signs.hex = signs.hex || hex.sees(block.where(are_hex));
    spaced = spaced || single.sees(block.where(are_separators), words, text, from);
    leet.see(words, block.where(are_figures), from);
  }
  signs.spaced =
      spaced && ((text.size() < 4096 && text.find_first_of("-._") != std::string_view::npos) ||
                 has_lone_letters(text));
  signs.leet = leet.is_likely();
  Traces::Seen seen;
  if (text.size() <= kTellingBytes) {
    kTraces.look(text, Traces::kRotated | Traces::kReversed, seen);
  } else {
    kTraces.look(text.substr(0, kTellingBytes), Traces::kRotated, seen);
    kTraces.look(text.substr(text.size() - kTellingBytes), Traces::kReversed, seen);
  }
  signs.rotated = seen.rotated != 0;
  signs.reversed = std::popcount(seen.reversed) >= 2;
  return signs;
}

}  // namespace doorward::detect
