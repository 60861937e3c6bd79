#include "detect/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <array>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "detect/characters.h"

namespace doorward::detect {

namespace {

// ICU is asked once for each character that is met; up to a bound, so that a hostile text can't
// grow the table.
class FoldTable {
 public:
  std::string_view find(char32_t point, bool look_alike) {
    auto& table = look_alike ? alike_ : plain_;
    const auto known = table.find(point);
    if (known != table.end()) return known->second;
    if (table.size() > 200'000) table.clear();
    return table.emplace(point, make(point, look_alike)).first->second;
  }

 private:
  static std::string make(char32_t point, bool look_alike) {
    UErrorCode status = U_ZERO_ERROR;
    static const icu::Normalizer2* const nfkd =
        icu::Normalizer2::getInstance(nullptr, "nfkc", UNORM2_DECOMPOSE, status);
    icu::UnicodeString text = icu::UnicodeString(static_cast<UChar32>(point));
    if (nfkd != nullptr && U_SUCCESS(status)) text = nfkd->normalize(text, status);
    icu::UnicodeString bare;
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      const UChar32 c = text.char32At(i);
      const bool mark = u_charType(c) == U_NON_SPACING_MARK;
      const bool on_latin =
          bare.isEmpty() ? c >= 0x300 && c <= 0x36F : bare.char32At(bare.length() - 1) < 0x250;
      if (mark && on_latin) continue;
      bare.append(c);
    }
    // Squared and circled letters in white on black, regional indicators: not part of NFKC.
    if (bare.length() > 0) {
      const UChar32 c = bare.char32At(0);
      for (const UChar32 first : {0x1F130, 0x1F150, 0x1F170, 0x1F1E6})
        if (c >= first && c < first + 26) bare = icu::UnicodeString(UChar32('A' + (c - first)));
    }
    if (look_alike) {
      UErrorCode spoof_status = U_ZERO_ERROR;
      static const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker(
          uspoof_open(&spoof_status), uspoof_close);
      if (checker) {
        icu::UnicodeString skeleton;
        UErrorCode got = U_ZERO_ERROR;
        uspoof_getSkeletonUnicodeString(checker.get(), 0, bare, skeleton, &got);
        bool plain = U_SUCCESS(got) && !skeleton.isEmpty();
        for (int32_t i = 0; i < skeleton.length() && plain; ++i) plain = skeleton[i] < 0x80;
        if (plain) bare = skeleton;
      }
    }
    std::string out;
    bare.toUTF8String(out);
    return out;
  }
  std::unordered_map<char32_t, std::string> plain_, alike_;
};

}  // namespace

size_t escape_size(std::string_view text, size_t at) {
  const size_t start = at;
  if (text[at] == '\x1b' && at + 1 < text.size()) {
    ++at;
  } else if (at + 1 < text.size() && text[at] == '\xC2' && text[at + 1] == '\x9B') {
    at += 1;  // C1 CSI in UTF-8
  } else {
    return 0;
  }
  const char kind = text[at] == '\x9B' ? '[' : text[at];
  ++at;
  if (kind == '[') {
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F) ++at;
    if (at < text.size()) ++at;
  } else if (kind == ']' || kind == 'P' || kind == '_' || kind == '^') {
    const size_t limit = std::min(text.size(), at + 2048);
    while (at < limit && text[at] != '\x07' && text[at] != '\x1b') ++at;
    if (at < limit && text[at] == '\x1b') ++at;
    if (at < limit) ++at;
  }
  return at - start;
}

namespace {

// A word that mixes Latin letters with characters of another script that look like them.
bool is_mixed_word(std::string_view text, size_t from, size_t to) {
  bool latin = false;
  bool other = false;
  for (size_t at = from; at < to;) {
    const Character c = character_at(text, at);
    at += c.size;
    if (c.point < 0x80) {
      latin = latin || is_letter(static_cast<char>(c.point));
      continue;
    }
    if (is_invisible(c.point)) continue;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c.point), &status);
    other = other || (U_SUCCESS(status) && script != USCRIPT_LATIN && script != USCRIPT_COMMON &&
                      script != USCRIPT_INHERITED);
  }
  return latin && other;
}

bool is_word_part(const Character& c) {
  if (c.point < 0x80) return is_word(static_cast<char>(c.point));
  return is_invisible(c.point) || u_isalpha(static_cast<UChar32>(c.point)) != 0 ||
         u_charType(static_cast<UChar32>(c.point)) == U_NON_SPACING_MARK;
}

}  // namespace

std::string_view folded(char32_t point, bool look_alike) {
  thread_local FoldTable table;
  return table.find(point, look_alike);
}

namespace {

// Where the word that holds the character at `at` begins, not before `least`. Of a word's bytes
// before its first character beyond ASCII, `at`, all are ASCII.
size_t begin_of_word(std::string_view text, size_t at, size_t least) {
  while (at > least && is_word(text[at - 1])) --at;
  return at;
}

size_t end_of_word(std::string_view text, size_t at) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (!is_word_part(next)) break;
    at += next.size;
  }
  return at;
}

// The next place that folding may change: no ASCII, or an escape of a terminal.
size_t next_foldable(std::string_view text, size_t at, size_t& escape) {
  if (escape < at) escape = std::min(text.find('\x1b', at), text.size());
  return std::min(next_beyond_ascii(text.substr(0, escape), at), escape);
}

}  // namespace

std::optional<View> fold(const View& parent) {
  const std::string_view text = parent.text();
  size_t escape = std::min(text.find('\x1b'), text.size());  // the next one
  if (escape == text.size() && is_ascii(text)) return std::nullopt;
  View view(parent, "folded");
  view.reserve(text.size());
  size_t kept = 0;      // all before is in the view
  size_t word_end = 0;  // of the word that was looked at last
  size_t least = 0;     // a word that is looked at begins here or behind
  bool mixed = false;
  for (size_t at = next_foldable(text, 0, escape); at < text.size();
       at = next_foldable(text, at, escape)) {
    if (const size_t size = escape_size(text, at); size != 0) {
      view.copy(text, kept, at);
      at += size;
      kept = least = at;
      continue;
    }
    const Character c = character_at(text, at);
    if (at >= word_end) {
      const size_t begin = is_word_part(c) ? begin_of_word(text, at, least) : at;
      mixed = is_word_part(c);
      if (mixed) {
        word_end = least = end_of_word(text, at);
        mixed = is_mixed_word(text, begin, word_end);
      }
    }
    const size_t end = at + c.size;
    if (is_invisible(c.point)) {
      view.copy(text, kept, at);
      kept = end;
    } else if (c.point >= 0x80 && c.point != 0xFFFD) {
      const std::string_view as = folded(c.point, mixed);
      if (as != text.substr(at, c.size)) {
        view.copy(text, kept, at);
        view.put(as, static_cast<uint32_t>(at));
        kept = end;
      }
    }
    at = end;
  }
  if (kept == 0) return std::nullopt;
  view.copy(text, kept, text.size());
  if (view.text() == text) return std::nullopt;
  view.close(parent, static_cast<uint32_t>(text.size()));
  return view;
}

}  // namespace doorward::detect
