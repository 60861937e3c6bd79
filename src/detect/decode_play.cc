// Disguises that people play with: spaced letters, leet, rot13, reversal. They are undone only
// where the text shows them, so that clean text costs nothing.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "detect/characters.h"
#include "detect/decode.h"
#include "detect/telling.h"

namespace doorward::detect {

namespace {

View child(const View& parent, std::string_view how) {
  View view(parent, how);
  view.reserve(parent.text().size());
  return view;
}

void finish(const View& parent, View&& view, std::vector<View>& views) {
  view.close(parent, static_cast<uint32_t>(parent.text().size()));
  views.push_back(std::move(view));
}

template <class Change>
std::string changed(std::string_view text, const Change& change) {
  std::string out(text);
  for (char& c : out) c = change(c);
  return out;
}

// Counts telling words in `text` read through `change`; stops at `enough`.
template <class Change>
size_t tells(std::string_view text, const Change& change, size_t enough) {
  std::string read;
  read.reserve(std::min(text.size(), kTellingBytes));
  for (const char c : text.substr(0, kTellingBytes)) read += lower(change(c));
  size_t found = 0;
  for (const std::string_view word : kTelling)
    if (read.find(word) != std::string::npos && ++found >= enough) break;
  return found;
}

constexpr char unleeted(char c, bool one_is_l) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
      return one_is_l ? 'l' : 'i';
    case '!':
      return 'i';
    case '|':
      return 'l';
    case '3':
      return 'e';
    case '4':
      return 'a';
    case '@':
      return 'a';
    case '5':
      return 's';
    case '$':
      return 's';
    case '6':
      return 'g';
    case '7':
      return 't';
    case '+':
      return 't';
    case '8':
      return 'b';
    case '9':
      return 'g';
    default:
      return c;
  }
}

}  // namespace

namespace {

constexpr uint8_t kSeparator = 1, kBlank = 2;
constexpr auto kKinds = [] {
  std::array<uint8_t, 256> table{};
  for (const char c : std::string_view(" .-_*|/,+~")) table[static_cast<uint8_t>(c)] = kSeparator;
  for (unsigned c = 0; c < 256; ++c)
    if (is_space(static_cast<char>(c))) table[c] |= kBlank;
  return table;
}();
uint8_t kind_of(char c) {
  return kKinds[static_cast<uint8_t>(c)];
}

}  // namespace

void join_spaced(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (text.size() < 9) return;
  // Between blanks a sign is a letter too: `{ { 7 * 7 } }`.
  const auto letter_at = [&](size_t at, char separator) {
    return at < text.size() && (kind_of(text[at]) & kBlank) == 0 &&
           (separator == ' ' || kind_of(text[at]) == 0);
  };
  View view = child(parent, "spaced");
  size_t joined = 0;
  size_t kept = 0;  // all before is in the view
  for (size_t at = 0; at < text.size();) {
    // letter, separator, letter, the same separator …: five letters or more.
    const char separator = at + 1 < text.size() ? text[at + 1] : '\0';
    if ((kind_of(separator) & kSeparator) == 0 || !letter_at(at, separator) ||
        (at > 0 && is_word(text[at - 1]))) {
      ++at;
      continue;
    }
    size_t end = at;
    size_t letters = 1;
    size_t signs = 0;
    while (end + 2 < text.size() && text[end + 1] == separator && letter_at(end + 2, separator)) {
      end += 2;
      ++letters;
      signs += (kind_of(text[end]) & kSeparator) != 0 ? 1U : 0U;
    }
    if (end + 1 < text.size() && is_word(text[end + 1])) --letters;
    // A row of cells or a sum has blanks around its signs as well, but is short.
    constexpr size_t kLeast = 3, kLeastWithSigns = 7;
    if (letters < (signs > 0 ? kLeastWithSigns : kLeast)) {
      ++at;
      continue;
    }
    view.copy(text, kept, at);
    for (size_t i = at; i <= end; i += 2) view.put(text[i], static_cast<uint32_t>(i));
    joined += letters;
    at = end + 1;
    // Two or more separators part words.
    size_t gap = at;
    while (gap < text.size() && (text[gap] == separator || text[gap] == ' ')) ++gap;
    if (gap > at) {
      view.put(' ', static_cast<uint32_t>(at));
      at = gap;
    }
    kept = at;
  }
  if (joined < 5) return;
  view.copy(text, kept, text.size());
  finish(parent, std::move(view), views);
}

void undo_leet(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  for (const bool one_is_l : {false, true}) {
    if (one_is_l && text.find('1') == std::string_view::npos) break;
    View view = child(parent, "leet");
    view.replace(changed(text, [&](char c) { return unleeted(c, one_is_l); }), 0);
    finish(parent, std::move(view), views);
  }
}

void undo_rotation(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (tells(text, rotated, 1) == 0) return;
  View view = child(parent, "rot13");
  view.replace(changed(text, rotated), 0);
  finish(parent, std::move(view), views);
}

void undo_reversal(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (text.size() > 16'384 || text.size() < 12) return;
  std::string turned(text.rbegin(), text.rend());
  const auto same = [](char c) { return c; };
  if (tells(turned, same, 2) < 2 || tells(text, same, 2) >= 2) return;
  // Places run backwards here: the view is blamed on the whole text.
  View view = child(parent, "reversed");
  view.put(turned, 0);
  finish(parent, std::move(view), views);
}

}  // namespace doorward::detect
