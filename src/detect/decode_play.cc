// Disguises that people play with: spaced letters, leet, rot13, reversal. They are undone only
// where the text shows them, so that clean text costs nothing.
#include <algorithm>
#include <string>

#include "detect/characters.h"
#include "detect/decode.h"
#include "detect/telling.h"

namespace doorward::detect {

namespace {

View child(const View& parent, std::string_view how) {
  View view(parent, how, static_cast<uint8_t>(parent.depth() + 1));
  view.reserve(parent.text().size());
  return view;
}

void finish(const View& parent, View&& view, std::vector<View>& views) {
  view.close(parent, static_cast<uint32_t>(parent.text().size()));
  views.push_back(std::move(view));
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

void join_spaced(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (text.size() < 9) return;
  const auto is_separator = [](char c) {
    return c == ' ' || c == '.' || c == '-' || c == '_' || c == '*' || c == '|' || c == '/' ||
           c == ',' || c == '+' || c == '~';
  };
  // Between blanks a sign is a letter too: `{ { 7 * 7 } }`.
  const auto letter_at = [&](size_t at, char separator) {
    return at < text.size() && !is_space(text[at]) && (separator == ' ' || !is_separator(text[at]));
  };
  View view = child(parent, "spaced");
  size_t joined = 0;
  for (size_t at = 0; at < text.size();) {
    // letter, separator, letter, the same separator …: five letters or more.
    const char separator = at + 1 < text.size() ? text[at + 1] : '\0';
    size_t end = at;
    size_t letters = 0;
    size_t signs = 0;
    if (letter_at(at, separator) && is_separator(separator) &&
        (at == 0 || !is_word(text[at - 1]))) {
      letters = 1;
      end = at;
      while (end + 2 < text.size() && text[end + 1] == separator && letter_at(end + 2, separator)) {
        end += 2;
        ++letters;
        signs += is_separator(text[end]) ? 1U : 0U;
      }
      if (end + 1 < text.size() && is_word(text[end + 1])) --letters;
    }
    // A row of cells or a sum has blanks around its signs as well, but is short.
    constexpr size_t kLeast = 3, kLeastWithSigns = 7;
    if (letters < (signs > 0 ? kLeastWithSigns : kLeast)) {
      view.put(text[at], static_cast<uint32_t>(at));
      ++at;
      continue;
    }
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
  }
  if (joined >= 5) finish(parent, std::move(view), views);
}

void undo_leet(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  for (const bool one_is_l : {false, true}) {
    if (one_is_l && text.find('1') == std::string_view::npos) break;
    View view = child(parent, "leet");
    for (size_t at = 0; at < text.size(); ++at)
      view.put(unleeted(text[at], one_is_l), static_cast<uint32_t>(at));
    finish(parent, std::move(view), views);
  }
}

void undo_rotation(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (tells(text, rotated, 1) == 0) return;
  View view = child(parent, "rot13");
  for (size_t at = 0; at < text.size(); ++at)
    view.put(rotated(text[at]), static_cast<uint32_t>(at));
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
