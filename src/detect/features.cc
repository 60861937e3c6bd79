#include "detect/features.h"

#include <algorithm>
#include <array>
#include <memory>

#include "detect/characters.h"
#include "detect/word_kinds.h"

namespace doorward::detect {

namespace {

constexpr uint64_t kPrime = 0x9E3779B97F4A7C15ULL;

constexpr uint64_t kFactor = 0xD6E8FEB86659FD93ULL;

constexpr uint64_t mix(uint64_t hash) {
  hash ^= hash >> 32;
  hash *= kFactor;
  hash ^= hash >> 32;
  return hash;
}

// The highest bits of mix(): its last step changes none of them.
constexpr uint32_t slot(uint64_t hash, uint64_t kind) {
  static_assert(kFeatureBits <= 32);
  hash += kind * kPrime;
  hash ^= hash >> 32;
  hash *= kFactor;
  return static_cast<uint32_t>(hash >> (64 - kFeatureBits));
}

// What a byte is in a plain form, but where it begins an address.
using Forms = std::array<char, 256>;
constexpr Forms forms_of(FeatureSet set) {
  Forms forms{};
  for (unsigned byte = 0; byte < forms.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    forms[byte] = is_digit(c) ? '0' : lower(c);
    if (is_space(c))
      forms[byte] = set == FeatureSet::symbols && (c == '\n' || c == '\r') ? '\n' : ' ';
  }
  return forms;
}
constexpr Forms kProseForms = forms_of(FeatureSet::prose);
constexpr Forms kSymbolForms = forms_of(FeatureSet::symbols);

// Bytes beyond ASCII belong to words.
constexpr std::array<bool, 256> kIsPart = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c)
    table[c] = c >= 0x80 || c == 1 || is_word(static_cast<char>(c));
  return table;
}();

bool starts(std::string_view text, size_t at, std::string_view what) {
  if (text.size() - at < what.size()) return false;
  for (size_t i = 0; i < what.size(); ++i)
    if (lower(text[at + i]) != what[i]) return false;
  return true;
}

}  // namespace

std::string plain_form(std::string_view text, FeatureSet set) {
  // A mark for an address is longer than the shortest address: `a@`.
  std::string out(text.size() * 3 + 8, '\0');
  char* const first = out.data();
  char* to = first;
  const auto put = [&to](std::string_view bytes) {
    to = std::copy(bytes.begin(), bytes.end(), to);
  };
  const bool prose = set != FeatureSet::symbols;
  const Forms& forms = prose ? kProseForms : kSymbolForms;
  char before = '\n';
  size_t repeats = 0;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (prose && (c == 'h' || c == 'H') &&
        (starts(text, at, "http://") || starts(text, at, "https://"))) {
      while (at < text.size() && !is_space(text[at]) && text[at] != ')' && text[at] != '"' &&
             text[at] != '>' && text[at] != '\'')
        ++at;
      put("\x01url ");
      before = ' ';
      continue;
    }
    if (prose && c == '@' && to != first && is_word(to[-1])) {
      while (to != first && (is_word(to[-1]) || to[-1] == '.' || to[-1] == '-' || to[-1] == '+'))
        --to;
      while (at < text.size() &&
             (is_word(text[at]) || text[at] == '@' || text[at] == '.' || text[at] == '-'))
        ++at;
      put("\x01mail ");
      before = ' ';
      continue;
    }
    c = forms[static_cast<uint8_t>(c)];
    repeats = c == before ? repeats + 1 : 0;
    before = c;
    ++at;
    if (repeats >= (c == ' ' || c == '0' ? 1U : 3U)) continue;
    *to++ = c;
  }
  out.resize(static_cast<size_t>(to - first));
  return out;
}

namespace {

// Takes each feature once, in the order of first sight: a bit for each slot, wiped by the list.
// Handed on by value: in registers it is half as dear as through a pointer.
class Once {
 public:
  explicit Once(uint32_t* list) : first_(list), next_(list), seen_(bits()) {}
  void push_back(uint32_t feature) {
    uint64_t& word = seen_[feature / 64];
    const uint64_t bit = 1ULL << (feature % 64);
    *next_ = feature;
    next_ += (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  [[nodiscard]] std::span<const uint32_t> all() const { return {first_, next_}; }
  void wipe() {
    for (const uint32_t feature : all()) seen_[feature / 64] = 0;
  }

 private:
  static uint64_t* bits() {
    thread_local std::vector<uint64_t> all(kFeatures / 64, 0);
    return all.data();
  }
  uint32_t* first_;
  uint32_t* next_;
  uint64_t* seen_;
};

// Runs of characters, of `shortest` to five in a row, by the places where they begin.
template <unsigned shortest>
Once list_runs(std::string_view plain, Once features) {
  constexpr size_t kLongest = 5;
  constexpr uint64_t kBytes = (1ULL << 8 * kLongest) - 1;
  const auto byte = [&](size_t i) { return static_cast<uint64_t>(static_cast<uint8_t>(plain[i])); };
  size_t at = 0;
  if (plain.size() >= kLongest) {
    uint64_t five = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    for (; at + kLongest <= plain.size(); ++at) {
      five = (five << 8 | byte(at + 4)) & kBytes;
      if constexpr (shortest <= 2) features.push_back(slot(five >> 24, 2));
      if constexpr (shortest <= 3) features.push_back(slot(five >> 16, 3));
      features.push_back(slot(five >> 8, 4));
      features.push_back(slot(five, 5));
    }
  }
  for (; at < plain.size(); ++at) {
    uint64_t hash = 0;
    for (size_t i = at; i < plain.size(); ++i) {
      hash = hash << 8 | byte(i);
      if (i - at + 1 >= shortest) features.push_back(slot(hash, i - at + 1));
    }
  }
  return features;
}

// The most of them: two runs for a byte and four for a word, or four and three; a word with a kind
// has two bytes.
constexpr size_t kMostForByte = 10;

// What kinds of words follow each other, whatever other words stand between.
class Kinds {
 public:
  Once tell(uint64_t word, unsigned place, Once features) {
    ++words_;
    const uint64_t kind = kind_of_word(word);
    if (kind == 0) return features;
    // Each told in two places: few of many features must weigh something.
    for (const uint64_t told : {31U, 41U}) {
      features.push_back(slot(kind, told));
      if (last_ != 0) features.push_back(slot(last_ << 8 | kind, told + 1));
    }
    if (before_ != 0) features.push_back(slot(before_ << 16 | last_ << 8 | kind, 33));
    if (last_ != 0 && words_ - at_ == 1) features.push_back(slot(last_ << 8 | kind, 34));
    if (place < 2) features.push_back(slot(kind, 35 + place));
    before_ = last_;
    last_ = kind;
    at_ = words_;
    return features;
  }

 private:
  uint64_t last_ = 0, before_ = 0;
  unsigned words_ = 0, at_ = 0;
};

Once list_features(std::string_view plain, FeatureSet set, Once features) {
  const bool prose = set != FeatureSet::symbols;
  // Characters: prose takes 4 and 5 in a row only, words carry the rest.
  features = prose ? list_runs<4>(plain, features) : list_runs<2>(plain, features);
  // Words: 1 to 3 in a row.
  std::array<uint64_t, 2> last{};
  size_t at = 0;
  unsigned place = 0;  // of a word from the start: how a sentence begins tells who is spoken to
  const auto is_part = [](char c) { return kIsPart[static_cast<uint8_t>(c)]; };
  Kinds kinds;
  while (at < plain.size()) {
    uint64_t word = 0;
    if (is_part(plain[at])) {
      while (at < plain.size() && is_part(plain[at])) word = with_byte(word, plain[at++]);
    } else {
      const char c = plain[at++];
      if (c == ' ' ||
          (prose && c != '.' && c != '!' && c != '?' && c != ':' && c != '<' && c != '['))
        continue;
      word = static_cast<unsigned char>(c) + 1;
    }
    features.push_back(slot(word, 11));
    if (set == FeatureSet::data) features = kinds.tell(word, place, features);
    if (prose && place < 3 && is_part(plain[at - 1])) {
      features.push_back(slot(word, 15 + place));
      if (place == 1) features.push_back(slot(mix(last[0] + 3) + word, 18));
      ++place;
    }
    if (last[0] != 0) features.push_back(slot(mix(last[0]) + word, 12));
    if (last[0] != 0 && last[1] != 0)
      features.push_back(slot(mix(mix(last[1]) + last[0]) + word, 13));
    // One word left out: "send _ to".
    if (prose && last[0] != 0 && last[1] != 0)
      features.push_back(slot(mix(last[1] + 7) + word, 14));
    last[1] = last[0];
    last[0] = word;
  }
  return features;
}

// Calls with(features): each of them once.
template <class With>
void with_features(std::string_view plain, FeatureSet set, const With& with) {
  // One more: what was seen before is written behind the last, and not kept.
  const size_t most = plain.size() * kMostForByte + 1;
  // Kept between calls and never wiped: most of it is not used.
  thread_local std::unique_ptr<uint32_t[]> list;
  thread_local size_t room = 0;
  if (room < most) {
    list = std::make_unique_for_overwrite<uint32_t[]>(most);
    room = most;
  }
  Once once = list_features(plain, set, Once(list.get()));
  once.wipe();
  with(once.all());
  constexpr size_t kKept = 64 * 1024;
  if (room > kKept) {
    list.reset();
    room = 0;
  }
}

}  // namespace

void features_of(std::string_view plain, FeatureSet set, std::vector<uint32_t>& features) {
  with_features(plain, set,
                [&](std::span<const uint32_t> all) { features.assign(all.begin(), all.end()); });
}

FeatureSum sum_of(std::string_view plain, FeatureSet set, const int8_t* weights) {
  FeatureSum total;
  with_features(plain, set, [&](std::span<const uint32_t> all) {
    for (const uint32_t feature : all) total.sum += weights[feature];
    total.count = all.size();
  });
  return total;
}

namespace {

constexpr size_t kLongestPiece = 320;

bool opens_tag(std::string_view text, size_t at) {
  if (text[at] != '<' || at + 1 >= text.size()) return false;
  const char next = text[at + 1];
  return next == '/' || next == '!' || (is_word(next) && !is_digit(next));
}

// A quote that ends or begins a field: `": "`, `", "`, `'}`.
bool ends_field(std::string_view text, size_t at) {
  if (text[at] != '"' && text[at] != '\'') return false;
  if (at + 1 >= text.size()) return false;
  const char next = text[at + 1];
  return next == ',' || next == ':' || next == '}' || next == ']';
}

// The end of a sentence or line: how many bytes belong to it from `at`, or 0.
size_t ends_here(std::string_view text, size_t from, size_t at) {
  const char c = text[at];
  const auto upper_or_other = [&](size_t i) {
    return i >= text.size() || !(text[i] >= 'a' && text[i] <= 'z');
  };
  if (c == '\n') {
    // A line that was wrapped goes on in the next.
    const bool wrapped = at - from > 40 && !upper_or_other(at + 1) && text[at - 1] != '.' &&
                         text[at - 1] != ':' && text[at - 1] != '|';
    return wrapped ? 0 : 1;
  }
  if (c == '\\' && at + 1 < text.size() && text[at + 1] == 'n') return 2;
  if (c == '.' || c == '!' || c == '?') {
    size_t end = at + 1;
    while (end < text.size() && (text[end] == '"' || text[end] == '\'' || text[end] == ')' ||
                                 text[end] == '*' || text[end] == '!' || text[end] == '?'))
      ++end;
    if (end < text.size() && is_space(text[end]) && upper_or_other(end + 1)) return end - at;
    return 0;
  }
  if (c == '|') return 1;
  if (ends_field(text, at)) return 2;
  if (c == '\xE3' && text.substr(at, 3) == "\xE3\x80\x82") return 3;
  if (c == '\xEF' && (text.substr(at, 3) == "\xEF\xBC\x81" || text.substr(at, 3) == "\xEF\xBC\x9F"))
    return 3;
  return 0;
}

}  // namespace

std::vector<Window> pieces_of(std::string_view text) {
  std::vector<Window> pieces;
  size_t from = 0;
  size_t words = 0;  // letters and digits so far: less than three say nothing alone
  const auto cut = [&](size_t to) {
    if (words < 3) return;
    pieces.push_back({from, to});
    from = to;
    words = 0;
  };
  for (size_t at = 0; at < text.size();) {
    // Nothing ends within a word.
    while (at < text.size() && is_word(text[at]) && at - from < kLongestPiece) {
      ++words;
      ++at;
    }
    if (at == text.size()) break;
    if (opens_tag(text, at)) cut(at);
    if (words == 0 && from == at && is_space(text[at])) {
      from = ++at;
      continue;
    }
    size_t end = ends_here(text, from, at);
    if (end == 0 && at - from >= kLongestPiece && is_space(text[at])) end = 1;
    if (end == 0 && at - from >= 2 * kLongestPiece &&
        (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80)
      cut(at);
    if (end > 0) {
      at = std::min(text.size(), at + end);
      cut(at);
      continue;
    }
    if (is_word(text[at]) || static_cast<unsigned char>(text[at]) >= 0x80) ++words;
    ++at;
  }
  if (from < text.size()) {
    if (words < 3 && !pieces.empty())
      pieces.back().to = text.size();
    else
      pieces.push_back({from, text.size()});
  }
  return pieces;
}

Mark mark_of(std::string_view rule, double weight, size_t at) {
  uint64_t hash = 0;
  for (const char c : rule) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL + 17;
  const auto strength = static_cast<uint64_t>(std::clamp(weight, 0.0, 5.0));
  return {at, slot(hash, 21), slot(strength + 1, 22)};
}

void add_marks(std::span<const Mark> marks, Window where, std::vector<uint32_t>& features) {
  std::vector<uint32_t> told;
  for (const Mark& mark : marks) {
    if (mark.at < where.from || mark.at >= where.to) continue;
    for (const uint32_t feature : {mark.rule, mark.strength}) {
      if (std::find(told.begin(), told.end(), feature) != told.end()) continue;
      told.push_back(feature);
      features.insert(features.end(), kMarkTold, feature);
    }
  }
}

std::vector<Window> windows_of(std::string_view text, size_t width) {
  std::vector<Window> windows;
  if (text.size() <= width + width / 2) {
    windows.push_back({0, text.size()});
    return windows;
  }
  for (size_t from = 0; from < text.size();) {
    size_t to = std::min(text.size(), from + width);
    if (to < text.size()) {
      size_t blank = to;
      while (blank > from + width / 2 && !is_space(text[blank])) --blank;
      if (blank > from + width / 2) to = blank;
    }
    windows.push_back({from, to});
    if (to >= text.size()) break;
    from += width / 2;
    while (from < to && from > 0 && !is_space(text[from - 1])) ++from;
  }
  return windows;
}

}  // namespace doorward::detect
