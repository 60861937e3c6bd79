#include "detect/signs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "detect/characters.h"
#include "detect/telling.h"

namespace doorward::detect {

namespace {

// Bits of kClass.
constexpr uint8_t kRun = 1;     // letters, digits and what base64 has besides
constexpr uint8_t kHex = 2;     // hex digits and what stands between pairs
constexpr uint8_t kMember = 4;  // of a word in leet
constexpr uint8_t kFigure = 8;  // a digit or sign that may stand for a letter

constexpr auto kClass = [] {
  std::array<uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    const bool figure = is_digit(c) || is_leet_sign(c);
    uint8_t bits = 0;
    if (i < 0x80 && (is_word(c) || c == '+' || c == '/' || c == '-')) bits |= kRun;
    if (hex_digit(c) >= 0 || c == ' ' || c == ',' || c == ':' || c == 'x') bits |= kHex;
    if (is_word(c) || figure) bits |= kMember;
    if (figure) bits |= kFigure;
    table[static_cast<size_t>(i)] = bits;
  }
  return table;
}();

bool is(char c, uint8_t bits) {
  return (kClass[static_cast<unsigned char>(c)] & bits) != 0;
}

// `least` bytes of a class in a row: looks back from where such a run would end, and jumps.
bool has_run(std::string_view text, uint8_t bits, size_t least) {
  for (size_t end = least; end <= text.size();) {
    size_t at = end;
    while (at > end - least && is(text[at - 1], bits)) --at;
    if (at == end - least) return true;
    end = at + least;
  }
  return false;
}

// letter, separator, letter, the same separator, letter; the first of them begins a word.
bool may_be_spaced(std::string_view text) {
  const auto is_separator = [](char c) {
    return c == ' ' || c == '.' || c == '-' || c == '_' || c == '*' || c == '|' || c == '/' ||
           c == ',' || c == '+' || c == '~';
  };
  constexpr size_t kBlock = 64;
  if (text.size() < 5) return false;
  const auto at = [&](size_t i) {
    const char s = text[i];
    return s == text[i + 2] && is_separator(s) && (i < 2 || !is_word(text[i - 2]));
  };
  size_t i = 1;
  for (; i < 2 && i + 3 < text.size(); ++i)
    if (at(i)) return true;
  // In blocks, so that it becomes code for many bytes at a time.
  for (; i + kBlock + 2 < text.size(); i += kBlock) {
    const char* const here = text.data() + i;
    uint8_t any = 0;
    for (size_t k = 0; k < kBlock; ++k) {
      const auto s = static_cast<uint8_t>(here[k]);
      const auto next = static_cast<uint8_t>(here[k + 2]);
      const auto before = static_cast<uint8_t>(here[static_cast<std::ptrdiff_t>(k) - 2]);
      const auto low = static_cast<uint8_t>(before | 0x20U);
      const bool word = static_cast<uint8_t>(low - 'a') < 26 ||
                        static_cast<uint8_t>(before - '0') < 10 || before == '_';
      const bool separator = s == ' ' || static_cast<uint8_t>(s - '*') < 6 || s == '_' ||
                             s == '|' || s == '~';  // * + , - . /
      any |= static_cast<uint8_t>(static_cast<uint8_t>(s == next) &
                                  static_cast<uint8_t>(separator) & static_cast<uint8_t>(!word));
    }
    if (any != 0) return true;
  }
  for (; i + 3 < text.size(); ++i)
    if (at(i)) return true;
  return false;
}

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
bool may_be_leet(std::string_view text) {
  constexpr size_t kMost = 8192;  // where a word begins
  size_t most = std::min(text.size(), kMost);
  while (most > 0 && most < text.size() && is(text[most - 1], kMember) && is(text[most], kMember))
    ++most;
  size_t figures = 0;
  for (size_t i = 0; i < most; ++i) figures += static_cast<size_t>(is(text[i], kFigure));
  if (figures < 2) return false;
  size_t words = 0;
  size_t mixed = 0;
  bool inside = false;
  for (size_t at = 0; at < most; ++at) {
    const uint8_t bits = kClass[static_cast<unsigned char>(text[at])];
    const bool member = (bits & kMember) != 0;
    words += static_cast<size_t>(member && !inside);
    inside = member;
    if ((bits & kFigure) == 0) continue;
    size_t from = at;
    while (from > 0 && is(text[from - 1], kMember)) --from;
    size_t letters = 0;
    size_t digits = 0;
    for (at = from; at < text.size() && is(text[at], kMember); ++at) {
      letters += is_letter(text[at]) ? 1U : 0U;
      digits += is(text[at], kFigure) ? 1U : 0U;
    }
    if (letters > 0 && digits > 0 && letters + digits < 20) ++mixed;
    --at;
  }
  return mixed >= 2 && mixed * 5 >= words;
}

// Where the telling words may stand in a disguise, found by three letters at every fourth byte: a
// word of six has such a place among its first four, wherever it begins.
class Traces {
 public:
  enum class Way : uint8_t { rotated, reversed };
  constexpr explicit Traces(Way way) {
    for (size_t word = 0; word < kTelling.size(); ++word) {
      for (size_t i = 0; i < kTelling[word].size(); ++i) {
        const char c = kTelling[word][i];
        if (way == Way::rotated)
          disguised_[word][i] = rotated(c);
        else
          disguised_[word][kTelling[word].size() - 1 - i] = c;
      }
      for (size_t offset = 0; offset < 4; ++offset) {
        Place& place = places_[count_++];
        const auto& letters = disguised_[word];
        uint8_t& first = first_[key(letters[offset], letters[offset + 1], letters[offset + 2])];
        place = {static_cast<uint8_t>(word), static_cast<uint8_t>(offset), first};
        first = static_cast<uint8_t>(count_);
      }
    }
  }

  // How many of the words stand in `text`; no more than `enough` are counted.
  [[nodiscard]] size_t count(std::string_view text, size_t enough) const {
    uint32_t seen = 0;
    size_t found = 0;
    for (size_t at = 0; at + 3 <= text.size(); at += 4) {
      for (uint8_t next = first_[key(text[at], text[at + 1], text[at + 2])]; next != 0;) {
        const Place& place = places_[next - 1];
        next = place.next;
        if ((seen & 1U << place.word) != 0 || place.offset > at ||
            !stands(text, at - place.offset, place.word))
          continue;
        seen |= 1U << place.word;
        if (++found >= enough) return found;
      }
    }
    return found;
  }

 private:
  struct Place {
    uint8_t word = 0, offset = 0, next = 0;
  };
  static constexpr size_t kLongest = 12;
  static constexpr size_t key(char a, char b, char c) {
    // Upper and lower case alike.
    const auto bits = [](char letter) { return static_cast<size_t>(letter) & 31U; };
    return bits(a) ^ bits(b) << 4 ^ bits(c) << 7;
  }
  [[nodiscard]] bool stands(std::string_view text, size_t at, size_t word) const {
    const size_t size = kTelling[word].size();
    if (text.size() - at < size) return false;
    for (size_t i = 0; i < size; ++i)
      if (lower(text[at + i]) != disguised_[word][i]) return false;
    return true;
  }
  std::array<std::array<char, kLongest>, kTelling.size()> disguised_{};
  std::array<Place, kTelling.size() * 4> places_{};
  std::array<uint8_t, 4096> first_{};
  uint8_t count_ = 0;
};
constexpr Traces kRotated(Traces::Way::rotated);
constexpr Traces kReversed(Traces::Way::reversed);
static_assert(std::ranges::all_of(kTelling, [](auto word) { return word.size() >= 6; }));

}  // namespace

bool has_dense_digits(std::string_view text) {
  constexpr size_t kWindow = 16;
  constexpr unsigned kLeast = 5;
  unsigned within = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    within += is_digit(text[at]) ? 1U : 0U;
    if (at >= kWindow) within -= is_digit(text[at - kWindow]) ? 1U : 0U;
    if (within >= kLeast) return true;
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
  signs.run = has_run(text, kRun, 16);
  signs.hex = has_run(text, kHex, 12);
  signs.spaced = may_be_spaced(text) &&
                 ((text.size() < 4096 && text.find_first_of("-._") != std::string_view::npos) ||
                  has_lone_letters(text));
  signs.leet = may_be_leet(text);
  signs.rotated = kRotated.count(text.substr(0, kTellingBytes), 1) >= 1;
  const size_t behind = text.size() > kTellingBytes ? text.size() - kTellingBytes : 0;
  signs.reversed = kReversed.count(text.substr(behind), 2) >= 2;
  return signs;
}

}  // namespace doorward::detect
