#include "policy/flow/words.h"

#include <algorithm>

namespace doorward::policy::flow {

namespace {

constexpr uint32_t kBasis = 2166136261U;
constexpr uint32_t kPrime = 16777619U;

constexpr bool is_digit(uint8_t c) {
  return c >= '0' && c <= '9';
}
uint8_t at(std::string_view text, size_t i) {
  return i < text.size() ? static_cast<uint8_t>(text[i]) : 0;
}

// Where a number that starts at `begin` ends, when it is one with a fraction or thousands commas;
// otherwise `end`, where its digits end.
size_t number_end(std::string_view text, size_t end) {
  while (at(text, end) == ',' && is_digit(at(text, end + 1)) && is_digit(at(text, end + 2)) &&
         is_digit(at(text, end + 3)) && !is_digit(at(text, end + 4)))
    end += 4;
  if (at(text, end) != '.' || !is_digit(at(text, end + 1))) return end;
  size_t stop = end + 1;
  while (is_digit(at(text, stop))) ++stop;
  // Two points make an address or a version, letters a name.
  const bool goes_on =
      kFold[at(text, stop)] != 0 || (at(text, stop) == '.' && is_digit(at(text, stop + 1)));
  return goes_on ? end : stop;
}

uint32_t number_hash(std::string_view digits) {
  if (std::ranges::all_of(digits, [](char c) { return c != ',' && c != '.'; })) {
    const size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return hash_bytes(digits.substr(first));
  }
  std::string shortest;
  for (const char c : digits)
    if (c != ',') shortest += c;
  if (shortest.find('.') != std::string::npos) {
    while (shortest.back() == '0') shortest.pop_back();
    if (shortest.back() == '.') shortest.pop_back();
  }
  size_t zeros = 0;
  while (zeros + 1 < shortest.size() && shortest[zeros] == '0' && shortest[zeros + 1] != '.')
    ++zeros;
  return hash_bytes(std::string_view(shortest).substr(zeros));
}

constexpr std::string_view kStop[] = {
    "a",    "about", "after", "all",    "also",  "am",     "an",   "and",    "any",   "are",
    "as",   "at",    "be",    "been",   "but",   "by",     "can",  "could",  "did",   "do",
    "does", "for",   "from",  "had",    "has",   "have",   "he",   "her",    "here",  "him",
    "his",  "how",   "i",     "if",     "in",    "into",   "is",   "it",     "its",   "just",
    "like", "make",  "me",    "more",   "most",  "my",     "no",   "not",    "of",    "on",
    "one",  "only",  "or",    "our",    "out",   "please", "she",  "should", "so",    "some",
    "sure", "than",  "that",  "the",    "their", "them",   "then", "there",  "these", "they",
    "this", "those", "to",    "too",    "up",    "us",     "was",  "we",     "were",  "what",
    "when", "where", "which", "who",    "why",   "will",   "with", "would",  "you",   "your",
    "hi",   "hello", "hey",   "thanks", "thank", "s",      "t",    "m",      "re",    "ve",
    "don",  "ll",    "d",     "want",   "need",  "new",    "get",  "got",    "using", "use",
};

}  // namespace

uint32_t hash_bytes(std::string_view bytes) {
  uint32_t hash = kBasis;
  for (const char c : bytes) hash = (hash ^ kFold[static_cast<uint8_t>(c)]) * kPrime;
  // The last bytes must reach the low bits, which tables are indexed by.
  return hash ^ (hash >> 15U);
}

bool read_words(std::string_view text, Words& into, size_t limit) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const size_t size = text.size();
  size_t i = 0;
  while (true) {
    while (i < size && kFold[bytes[i]] == 0) ++i;
    if (i == size) return true;
    if (into.size() >= limit) return false;
    const size_t begin = i;
    uint32_t hash = kBasis;
    unsigned others = 0;
    for (; i < size; ++i) {
      const uint8_t c = kFold[bytes[i]];
      if (c == 0) break;
      others |= is_digit(c) ? 0U : 1U;
      hash = (hash ^ c) * kPrime;
    }
    hash ^= hash >> 15U;
    if (others == 0) {
      // The second part of an address or a version begins no number with a fraction.
      const bool goes_on = begin > 1 && text[begin - 1] == '.' && is_digit(bytes[begin - 2]);
      if (!goes_on) i = number_end(text, i);
      hash = number_hash(text.substr(begin, i - begin));
    }
    into.push_back({hash, static_cast<uint32_t>(begin), static_cast<uint32_t>(i)});
  }
}

size_t count_words(std::string_view text, size_t limit) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const size_t size = text.size();
  size_t count = 0;
  for (size_t i = 0; count < limit; ++count) {
    while (i < size && kFold[bytes[i]] == 0) ++i;
    if (i == size) break;
    const size_t begin = i;
    unsigned others = 0;
    for (; i < size && kFold[bytes[i]] != 0; ++i) others |= is_digit(bytes[i]) ? 0U : 1U;
    if (others != 0) continue;
    const bool goes_on = begin > 1 && text[begin - 1] == '.' && is_digit(bytes[begin - 2]);
    if (!goes_on) i = number_end(text, i);
  }
  return count;
}

Words words_of(std::string_view text, size_t limit) {
  constexpr size_t kBytesOfWord = 4;  // about, with what stands behind it
  Words words;
  words.reserve(std::min(limit, text.size() / kBytesOfWord + 1));
  read_words(text, words, limit);
  return words;
}

std::string compact(std::string_view text) {
  std::string out(text.size(), '\0');
  char* to = out.data();
  for (const char c : text) {
    const uint8_t letter = folded(c);
    *to = static_cast<char>(letter);
    to += letter != 0 ? 1 : 0;
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_stop_word(uint32_t hash) {
  static const std::vector<uint32_t> kHashes = [] {
    std::vector<uint32_t> hashes;
    for (const std::string_view word : kStop) hashes.push_back(hash_bytes(word));
    std::sort(hashes.begin(), hashes.end());
    return hashes;
  }();
  return std::binary_search(kHashes.begin(), kHashes.end(), hash);
}

std::string stem(std::string_view word) {
  std::string out(word);
  const auto cut = [&out](std::string_view ending, std::string_view instead, size_t keep) {
    if (!out.ends_with(ending) || out.size() < ending.size() + keep) return false;
    out.resize(out.size() - ending.size());
    out += instead;
    return true;
  };
  if (cut("ies", "y", 2) || cut("sses", "ss", 1)) return out;
  if (!out.ends_with("ss")) static_cast<void>(cut("s", "", 3));
  if (!cut("ing", "", 3)) static_cast<void>(cut("ed", "", 3));
  static_cast<void>(cut("e", "", 3));
  if (out.size() > 4 && out[out.size() - 1] == out[out.size() - 2]) out.pop_back();
  return out;
}

}  // namespace doorward::policy::flow
