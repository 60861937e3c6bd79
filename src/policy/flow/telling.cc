#include "policy/flow/telling.h"

#include <algorithm>
#include <string>

namespace doorward::policy::flow {

namespace {

constexpr size_t kLongest = 64;
constexpr size_t kFewestDigits = 6;  // of a number that is no year, day or count
constexpr size_t kFewestMixed = 5;   // letters and digits of a code
constexpr size_t kFewestRun = 8;     // digits of a number in groups
constexpr size_t kFewestNamed = 4;   // of what stands behind `code:`

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

uint32_t hash_of(std::string_view value) {
  return hash_bytes(compact(value));
}

bool names_a_secret(uint32_t hash) {
  static const std::vector<uint32_t> kNames = [] {
    std::vector<uint32_t> names;
    for (const std::string_view name :
         {"password", "passphrase", "passcode", "passwd", "pin", "code", "secret", "key", "token",
          "passwort", "kennwort", "kode", "otp"})
      names.push_back(hash_bytes(name));
    std::sort(names.begin(), names.end());
    return names;
  }();
  static const uint64_t kSeen = [] {
    uint64_t seen = 0;
    for (const uint32_t name : kNames) seen |= uint64_t{1} << (name % 64);
    return seen;
  }();
  return (kSeen >> (hash % 64) & 1U) != 0 && std::binary_search(kNames.begin(), kNames.end(), hash);
}

// The run of what is no space around `at`, without quotes and full stops.
std::string_view token_at(std::string_view text, size_t at) {
  size_t begin = at, end = at;
  while (begin > 0 && at - begin < kLongest && !is_space(text[begin - 1])) --begin;
  while (end < text.size() && end - at < kLongest && !is_space(text[end])) ++end;
  const auto edge = [](char c) {
    return std::string_view("\"'`.,;:()[]{}<>=").find(c) != std::string_view::npos;
  };
  while (begin < end && edge(text[begin])) ++begin;
  while (end > begin && edge(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

struct Count {
  size_t digits = 0, letters = 0, others = 0;
};
Count count(std::string_view text) {
  Count found;
  for (const char c : text) {
    if (is_digit(c))
      ++found.digits;
    else if (folded(c) != 0)
      ++found.letters;
    else
      ++found.others;
  }
  return found;
}

bool is_year(std::string_view word) {
  return word.size() == 4 && (word.starts_with("19") || word.starts_with("20"));
}

}  // namespace

void telling_values(std::string_view text, const Words& words, bool named,
                    const VisitTelling& visit) {
  const auto at = [&](size_t i) {
    return text.substr(words[i].begin, words[i].end - words[i].begin);
  };
  std::string_view last;  // of several words of one value it is visited once
  const auto whole = [&](size_t i) {
    const std::string_view token = token_at(text, words[i].begin);
    if (token.size() < kFewestNamed || token.data() == last.data()) return;
    last = token;
    visit(hash_of(token), token);
  };
  size_t behind_run = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = at(i);
    if (word.size() > kLongest) continue;
    const char next = words[i].end < text.size() ? text[words[i].end] : ' ';
    // `ann@home.example`
    if (next == '@') whole(i);
    if (named && names_a_secret(words[i].hash)) {
      for (size_t then = i + 1; then < words.size() && then < i + 3; ++then) {
        const std::string_view token = token_at(text, words[then].begin);
        const Count of = count(token);
        if (of.digits + of.letters < kFewestNamed || (of.digits == 0 && of.others == 0)) continue;
        visit(hash_of(token), token);
        break;
      }
    }
    if (std::ranges::none_of(word, is_digit)) {
      // Without a name before it any word with a mark inside can be a password.
      if (!named && next != ' ' && next != '\n') whole(i);
      continue;
    }
    const Count of = count(word);
    const bool code = of.letters > 0 && of.digits + of.letters >= kFewestMixed;
    const bool number = of.letters == 0 && of.digits >= (named ? kFewestDigits : kFewestNamed);
    if (code || number) visit(hash_of(word), word);
    if (!named && next != ' ') whole(i);
    // Groups of digits that one space or dash parts: a telephone, an account, a card.
    if (i < behind_run || of.letters > 2) continue;
    size_t digits = of.digits, end = i + 1;
    bool date = is_year(word);
    while (end < words.size() && words[end].begin == words[end - 1].end + 1 &&
           (text[words[end - 1].end] == ' ' || text[words[end - 1].end] == '-') &&
           std::ranges::all_of(at(end), is_digit)) {
      date = date || is_year(at(end));
      digits += at(end).size();
      ++end;
    }
    behind_run = end;
    if (end - i < 2 || digits < kFewestRun || date) continue;
    const std::string_view run = text.substr(words[i].begin, words[end - 1].end - words[i].begin);
    if (run.size() <= kLongest) visit(hash_of(run), run);
  }
}

}  // namespace doorward::policy::flow
