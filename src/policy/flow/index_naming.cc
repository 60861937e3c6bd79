// How the index of a task knows that a text names a tool; the rest of it is in index.cc.
#include <algorithm>

#include "policy/flow/index.h"
#include "policy/flow/index_find.h"
#include "policy/flow/index_hash.h"

namespace doorward::policy::flow {

namespace {

constexpr size_t kMostParts = 8;  // words of a name
constexpr uint32_t kNote = 80;    // words of a text that is no manual

constexpr std::string_view kJoints = "_-.:/";

// Calls visit(row) for the words that joints join around the joint at `at`, from each of them to
// the end of the row; where to look on.
template <class Visit>
size_t rows_around(std::string_view text, size_t at, Visit visit) {
  const auto letter = [text](size_t i) { return i < text.size() && folded(text[i]) != 0; };
  const bool doubled = at + 1 < text.size() && text[at] == text[at + 1];
  if (at == 0 || !letter(at - 1) || !letter(at + (doubled ? 2 : 1))) return at + 1;
  size_t begin = at, end = at;
  while (begin > 0 && at - begin < 64 && letter(begin - 1)) --begin;
  std::array<size_t, kMostParts> starts{begin};
  size_t parts = 1;
  for (; end < text.size(); ++end) {
    if (letter(end)) continue;
    if (kJoints.find(text[end]) == std::string_view::npos) break;
    if (letter(end + 1) && parts < kMostParts) starts[parts++] = end + 1;
  }
  for (size_t part = 0; part + 1 < parts; ++part)
    visit(text.substr(starts[part], end - starts[part]));
  return end;
}

// Characters that no reader sees, such as a space of no width, out of `text`; "" where it has none.
std::string without_hidden(std::string_view text) {
  static constexpr std::string_view kHidden[] = {"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                                 "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x81\xA0",
                                                 "\xEF\xBB\xBF", "\xC2\xAD",     "\xE2\x80\xAE"};
  std::string out;
  size_t behind = 0;
  const auto lead = [text](size_t from) {
    return std::min({text.find('\xE2', from), text.find('\xEF', from), text.find('\xC2', from)});
  };
  for (size_t at = lead(0); at < text.size(); at = lead(at + 1)) {
    for (const std::string_view hidden : kHidden)
      if (text.substr(at).starts_with(hidden)) {
        out.append(text.substr(behind, at - behind));
        behind = at + hidden.size();
      }
  }
  if (behind > 0) out.append(text.substr(behind));
  return out;
}

// The words of a tool's name: `exportDatabase`, `export_database` and `export-database` are two.
std::vector<std::string> words_of_name(std::string_view name) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool hump = upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if ((folded(c) == 0 || hump) && !words.back().empty()) words.emplace_back();
    if (folded(c) != 0) words.back() += static_cast<char>(folded(c));
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

// Each row of words that `_`, `-`, `.` join, from each of its words to its end: a server's name may
// stand before a tool's.
void TaskIndex::add_identifiers(std::string_view text) {
  if (const std::string plain = without_hidden(text); !plain.empty()) {
    add_identifiers(plain);
    return;
  }
  for (const char joint : kJoints)
    for (size_t at = text.find(joint); at < text.size(); at = text.find(joint, at))
      at = rows_around(text, at, [this](std::string_view row) {
        if (identifiers_.empty()) identifiers_.assign(kIdentifiers, 0);
        const uint32_t hash = hash_bytes(compact(row));
        for (size_t probe = 0; probe < 8; ++probe) {
          uint32_t& slot = identifiers_[(hash + probe) % kIdentifiers];
          if (slot != 0 && slot != hash && probe < 7) continue;
          slot = hash;
          break;
        }
      });
}

bool TaskIndex::names_tool(std::string_view tool, bool in_words) const {
  const std::vector<std::string> name = words_of_name(tool);
  if (name.size() < 2) return false;
  std::string joined;
  for (const std::string& word : name) joined += word;
  const uint32_t hash = hash_bytes(joined);
  if (!identifiers_.empty())
    for (size_t probe = 0; probe < 8; ++probe)
      if (identifiers_[(hash + probe) % kIdentifiers] == hash) return true;
  if (buckets_.empty()) return false;
  const auto told = [this](size_t segment) {
    const Segment& held = segments_[segment];
    return held.kind != Kind::prompt && held.kind != Kind::field && held.trust != Trust::trusted;
  };
  // `exportDatabase` is one word. Long texts about programs have such words (`fs.writeFile`).
  bool named = false;
  find({Word{hash, 0, 0}}, [&](size_t segment, uint32_t) {
    const Segment& held = segments_[segment];
    const bool is_note = end_of(segment) - held.first <= kNote;
    named = named || (told(segment) && (is_note || held.orders || held.hostile));
  });
  if (named || !in_words) return named;
  constexpr uint32_t kBetween = 3;
  find({Word{hash_bytes(name[0]), 0, 0}}, [&](size_t segment, uint32_t word) {
    if (named || !told(segment)) return;
    uint32_t at = word;
    const uint32_t end = end_of(segment);
    named = std::all_of(name.begin() + 1, name.end(), [&](const std::string& next) {
      const uint32_t wanted = hash_bytes(next), last = std::min(end, at + 1 + kBetween);
      while (++at < last)
        if (words_[at] == wanted) return true;
      return false;
    });
  });
  return named;
}

}  // namespace doorward::policy::flow
