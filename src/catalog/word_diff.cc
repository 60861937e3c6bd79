#include "catalog/word_diff.h"

#include <algorithm>

#include "catalog/visible.h"

namespace doorward::catalog {

namespace {

constexpr size_t kMostWords = 800;  // the table is its square, in 16-bit numbers
constexpr size_t kContext = 60;     // bytes of an unchanged run that stay on each side

using Pieces = std::vector<std::string_view>;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Words with the white space behind them, so that pieces join to the text again.
Pieces pieces_of(std::string_view text) {
  Pieces out;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ends = is_space(text[i]) && (i + 1 == text.size() || !is_space(text[i + 1]));
    if (!ends) continue;
    out.push_back(text.substr(begin, i + 1 - begin));
    begin = i + 1;
  }
  if (begin < text.size()) out.push_back(text.substr(begin));
  return out;
}

void add(std::vector<WordEdit>& edits, WordEdit::What what, std::string_view text) {
  if (text.empty()) return;
  if (edits.empty() || edits.back().what != what) edits.push_back({what, {}});
  edits.back().text += text;
}

// The longest common subsequence by its table; `a` and `b` share no head and no tail.
void diff_middle(std::vector<WordEdit>& edits, const Pieces& a, const Pieces& b) {
  using enum WordEdit::What;
  if (a.size() > kMostWords || b.size() > kMostWords) {
    for (const auto piece : a) add(edits, removed, piece);
    for (const auto piece : b) add(edits, added, piece);
    return;
  }
  const size_t width = b.size() + 1;
  std::vector<uint16_t> best((a.size() + 1) * width);
  for (size_t i = a.size(); i-- > 0;)
    for (size_t k = b.size(); k-- > 0;)
      best[i * width + k] = a[i] == b[k]
                                ? static_cast<uint16_t>(best[(i + 1) * width + k + 1] + 1)
                                : std::max(best[(i + 1) * width + k], best[i * width + k + 1]);
  size_t i = 0;
  size_t k = 0;
  while (i < a.size() || k < b.size()) {
    if (i < a.size() && k < b.size() && a[i] == b[k]) {
      add(edits, same, a[i++]);
      ++k;
    } else if (k == b.size() ||
               (i < a.size() && best[(i + 1) * width + k] >= best[i * width + k + 1])) {
      add(edits, removed, a[i++]);
    } else {
      add(edits, added, b[k++]);
    }
  }
}

std::string shortened(const std::string& text, bool first, bool last) {
  if (text.size() <= 2 * kContext + 8) return text;
  size_t head = first ? 0 : kContext;
  size_t tail = last ? text.size() : text.size() - kContext;
  // Never inside a character.
  while (head < tail && (static_cast<unsigned char>(text[head]) & 0xC0) == 0x80) ++head;
  while (tail < text.size() && (static_cast<unsigned char>(text[tail]) & 0xC0) == 0x80) ++tail;
  return text.substr(0, head) + " ... " + text.substr(tail);
}

}  // namespace

std::vector<WordEdit> word_diff(std::string_view before, std::string_view after) {
  Pieces a = pieces_of(before);
  Pieces b = pieces_of(after);
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::vector<WordEdit> edits;
  for (size_t i = 0; i < head; ++i) add(edits, WordEdit::What::same, a[i]);
  const auto cut = [&](const Pieces& from) {
    return Pieces(from.begin() + static_cast<std::ptrdiff_t>(head),
                  from.end() - static_cast<std::ptrdiff_t>(tail));
  };
  diff_middle(edits, cut(a), cut(b));
  for (size_t i = a.size() - tail; i < a.size(); ++i) add(edits, WordEdit::What::same, a[i]);
  return edits;
}

std::string render(const std::vector<WordEdit>& edits) {
  std::string out;
  for (size_t i = 0; i < edits.size(); ++i) {
    const WordEdit& edit = edits[i];
    if (edit.what == WordEdit::What::same)
      out += visible(shortened(edit.text, i == 0, i + 1 == edits.size()));
    else if (edit.what == WordEdit::What::removed)
      out += "[-" + visible(edit.text) + "-]";
    else
      out += "{+" + visible(edit.text) + "+}";
  }
  return out;
}

}  // namespace doorward::catalog
