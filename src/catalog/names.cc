#include "catalog/names.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/error.h"
#include "catalog/visible.h"

namespace doorward::catalog {

namespace {

constexpr size_t kNameLimit = 512;  // bytes; longer names are compared by their beginning

std::u32string characters(std::string_view name) {
  name = name.substr(0, kNameLimit);
  const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
  const auto size = static_cast<int32_t>(name.size());
  std::u32string out;
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    out += c < 0 ? U'\uFFFD' : static_cast<char32_t>(c);
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  uint8_t bytes[4];
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, static_cast<UChar32>(c));
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

struct CloseSpoof {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

// The checker is read-only after it is made, and ICU allows that from many threads.
const USpoofChecker* checker() {
  static const std::unique_ptr<USpoofChecker, CloseSpoof> made = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, CloseSpoof> out(uspoof_open(&status));
    if (U_FAILURE(status)) panic("ICU has no confusables data");
    return out;
  }();
  return made.get();
}

// Compatibility forms (full-width letters, ligatures) and case folded (NFKC_Casefold), and without
// what can't be seen.
std::string without_case(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) panic("ICU has no normalization data");
  std::string plain;
  for (const char32_t c : characters(name))
    if (is_visible(c)) append_utf8(plain, c);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  folding->normalizeUTF8(0, icu::StringPiece(plain.data(), static_cast<int32_t>(plain.size())),
                         sink, nullptr, status);
  return U_FAILURE(status) ? plain : out;
}

}  // namespace

std::string skeleton(std::string_view name) {
  const std::string plain = without_case(name);
  std::string out(plain.size() * 4 + 16, '\0');
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size =
      uspoof_getSkeletonUTF8(checker(), 0, plain.data(), static_cast<int32_t>(plain.size()),
                             out.data(), static_cast<int32_t>(out.size()), &status);
  // A character may become many; what did not fit is asked for again at its size.
  if (status == U_BUFFER_OVERFLOW_ERROR) {
    out.resize(static_cast<size_t>(size));
    status = U_ZERO_ERROR;
    uspoof_getSkeletonUTF8(checker(), 0, plain.data(), static_cast<int32_t>(plain.size()),
                           out.data(), size, &status);
  }
  if (U_FAILURE(status)) return plain;
  out.resize(static_cast<size_t>(size));
  // Skeletons bring capitals back: that of `0` is `O`.
  return without_case(out);
}

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  const std::u32string left = characters(a);
  const std::u32string right = characters(b);
  const size_t gap =
      left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
  if (gap > limit) return limit + 1;
  // Optimal string alignment in three rows.
  std::vector<size_t> before(right.size() + 1);
  std::vector<size_t> row(right.size() + 1);
  std::vector<size_t> next(right.size() + 1);
  for (size_t k = 0; k <= right.size(); ++k) row[k] = k;
  for (size_t i = 1; i <= left.size(); ++i) {
    next[0] = i;
    size_t least = next[0];
    for (size_t k = 1; k <= right.size(); ++k) {
      const size_t replaced = row[k - 1] + (left[i - 1] == right[k - 1] ? 0 : 1);
      next[k] = std::min({replaced, row[k] + 1, next[k - 1] + 1});
      if (i > 1 && k > 1 && left[i - 1] == right[k - 2] && left[i - 2] == right[k - 1])
        next[k] = std::min(next[k], before[k - 2] + 1);
      least = std::min(least, next[k]);
    }
    if (least > limit) return limit + 1;
    before.swap(row);
    row.swap(next);
  }
  return std::min(row[right.size()], limit + 1);
}

bool mixes_scripts(std::string_view name) {
  std::set<UScriptCode> scripts;
  for (const char32_t c : characters(name)) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    if (U_FAILURE(status) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED) continue;
    scripts.insert(script);
  }
  // Latin stands beside Han or Kana in honest names; their letters don't look alike.
  static constexpr UScriptCode kEastern[] = {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                             USCRIPT_HANGUL, USCRIPT_BOPOMOFO};
  for (const UScriptCode script : kEastern) scripts.erase(script);
  return scripts.size() > 1;
}

std::string_view finding_name(NameFinding::Kind kind) {
  using enum NameFinding::Kind;
  switch (kind) {
    case look_alike:
      return "look_alike";
    case near_miss:
      return "near_miss";
    case duplicate:
      return "duplicate";
    case mixed_script:
      return "mixed_script";
    case invisible:
      return "invisible";
  }
  return "";
}

}  // namespace doorward::catalog
