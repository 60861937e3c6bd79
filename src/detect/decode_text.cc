// Decoders of escapes inside a text: percent, backslash, entities, quoted-printable.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "detect/characters.h"
#include "detect/decode.h"

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

void put_point(View& view, char32_t point, size_t from) {
  std::string bytes;
  append_utf8(bytes,
              point == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? U'�' : point);
  view.put(bytes, static_cast<uint32_t>(from));
}

// Reads up to `most` hex digits at `at`; the number of digits is given back.
size_t read_hex(std::string_view text, size_t at, size_t most, char32_t& value) {
  size_t digits = 0;
  value = 0;
  while (digits < most && at + digits < text.size()) {
    const int digit = hex_digit(text[at + digits]);
    if (digit < 0) break;
    value = value << 4 | static_cast<char32_t>(digit);
    ++digits;
  }
  return digits;
}

// `sign` and two hex digits.
bool is_coded(std::string_view text, size_t at, char sign) {
  char32_t value = 0;
  return text[at] == sign && read_hex(text, at + 1, 2, value) == 2;
}

// Whether so many of them stand in the text: a sign alone is common, and no reason to copy it.
bool has_coded(std::string_view text, char sign, size_t least) {
  size_t seen = 0;
  for (size_t at = text.find(sign); at != std::string_view::npos && seen < least;
       at = text.find(sign, at + 1))
    if (is_coded(text, at, sign)) ++seen;
  return seen >= least;
}

}  // namespace

bool reads_as_text(std::string_view bytes) {
  if (bytes.empty()) return false;
  size_t odd = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    odd += (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b') || byte == 0x7F;
  }
  return odd * 20 <= bytes.size() && is_valid_utf8(bytes);
}

namespace {

// Builds a view of what stands between decoded places, which is copied in long stretches.
class Rebuilt {
 public:
  Rebuilt(const View& parent, std::string_view how)
      : parent_(parent), text_(parent.text()), view_(child(parent, how)) {}

  // The bytes [at, at + size) are taken out; what stands for them is put into the view that this
  // gives.
  [[nodiscard]] View& instead_of(size_t at, size_t size) {
    view_.copy(text_, kept_, at);
    kept_ = at + size;
    return view_;
  }
  [[nodiscard]] View& whole() { return instead_of(text_.size(), 0); }
  void finish(std::vector<View>& views) {
    static_cast<void>(whole());
    detect::finish(parent_, std::move(view_), views);
  }

 private:
  const View& parent_;
  const std::string_view text_;
  View view_;
  size_t kept_ = 0;  // all before is in the view
};

// What stands at a place in a coded form: `size` bytes of it, 0 where there is none.
struct Coded {
  size_t size = 0;
  char32_t value = 0;
  bool point = false;  // a character; else a byte
};

void put(View& view, const Coded& coded, size_t from) {
  if (coded.point)
    put_point(view, coded.value, from);
  else
    view.put(static_cast<char>(coded.value), static_cast<uint32_t>(from));
}

Coded percent_at(std::string_view text, size_t at) {
  char32_t value = 0;
  if (read_hex(text, at + 1, 2, value) == 2) return {3, value, false};
  if (at + 1 < text.size() && lower(text[at + 1]) == 'u' && read_hex(text, at + 2, 4, value) == 4)
    return {6, value, true};
  return {};
}

}  // namespace

void decode_percent(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  size_t at = text.find('%');
  while (at != std::string_view::npos && percent_at(text, at).size == 0)
    at = text.find('%', at + 1);
  if (at == std::string_view::npos) return;
  Rebuilt made(parent, "percent");
  // In a query a plus is a space; where spaces stand, it is a plus.
  const bool plus_is_space = text.find(' ') == std::string_view::npos;
  if (plus_is_space) at = 0;
  while (at < text.size()) {
    const Coded coded = text[at] == '%' ? percent_at(text, at) : Coded{};
    if (coded.size > 0) {
      put(made.instead_of(at, coded.size), coded, at);
      at += coded.size;
    } else {
      if (text[at] == '+' && plus_is_space)
        made.instead_of(at, 1).put(' ', static_cast<uint32_t>(at));
      ++at;
    }
    if (!plus_is_space) at = std::min(text.find('%', at), text.size());
  }
  made.finish(views);
}

namespace {

Coded unicode_escape_at(std::string_view text, size_t at) {
  char32_t value = 0;
  if (at + 2 < text.size() && text[at + 2] == '{') {
    const size_t digits = read_hex(text, at + 3, 6, value);
    const size_t close = at + 3 + digits;
    if (digits > 0 && close < text.size() && text[close] == '}') return {digits + 4, value, true};
    return {};
  }
  const size_t want = text[at + 1] == 'U' ? 8 : 4;
  if (read_hex(text, at + 2, want, value) != want) return {};
  size_t size = want + 2;
  char32_t low = 0;
  if (value >= 0xD800 && value < 0xDC00 && text.substr(at + size, 2) == "\\u" &&
      read_hex(text, at + size + 2, 4, low) == 4 && low >= 0xDC00 && low < 0xE000) {
    value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    size += 6;
  }
  return {size, value, true};
}

// Of characters that are written by their numbers: a text without one of them is not decoded.
Coded numbered_escape_at(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return {};
  const char kind = text[at + 1];
  char32_t value = 0;
  const auto is_octal = [&](size_t i) { return text[i] >= '0' && text[i] <= '7'; };
  if (kind == 'u' || kind == 'U') return unicode_escape_at(text, at);
  if (kind == 'x' && read_hex(text, at + 2, 2, value) == 2) return {4, value, false};
  if (kind >= '0' && kind <= '3' && at + 3 < text.size() && is_octal(at + 2) && is_octal(at + 3))
    return {
        4,
        static_cast<char32_t>((kind - '0') << 6 | (text[at + 2] - '0') << 3 | (text[at + 3] - '0')),
        false};
  return {};
}

Coded escape_at(std::string_view text, size_t at) {
  const Coded numbered = numbered_escape_at(text, at);
  if (numbered.size > 0 || at + 1 >= text.size()) return numbered;
  switch (text[at + 1]) {
    case 'n':
      return {2, '\n', false};
    case 't':
      return {2, '\t', false};
    case 'r':
      return {2, '\r', false};
    case '"':
    case '\'':
    case '/':
      return {2, static_cast<char32_t>(text[at + 1]), false};
    default:
      return {};
  }
}

}  // namespace

void decode_escapes(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  bool numbered = false;
  for (size_t at = text.find('\\'); at != std::string_view::npos && !numbered;) {
    const Coded coded = escape_at(text, at);
    numbered = numbered_escape_at(text, at).size > 0;
    at = text.find('\\', at + std::max<size_t>(coded.size, 1));
  }
  if (!numbered) return;
  Rebuilt made(parent, "escapes");
  for (size_t at = text.find('\\'); at != std::string_view::npos;) {
    const Coded coded = escape_at(text, at);
    if (coded.size > 0) put(made.instead_of(at, coded.size), coded, at);
    at = text.find('\\', at + std::max<size_t>(coded.size, 1));
  }
  made.finish(views);
}

namespace {

Coded entity_at(std::string_view text, size_t at) {
  static constexpr std::array<std::pair<std::string_view, char32_t>, 20> kNames = {
      {{"lt", '<'},    {"gt", '>'},    {"amp", '&'},   {"quot", '"'},     {"apos", '\''},
       {"nbsp", ' '},  {"colon", ':'}, {"tab", '\t'},  {"newline", '\n'}, {"lpar", '('},
       {"rpar", ')'},  {"sol", '/'},   {"bsol", '\\'}, {"semi", ';'},     {"period", '.'},
       {"comma", ','}, {"excl", '!'},  {"grave", '`'}, {"lbrace", '{'},   {"rbrace", '}'}}};
  char32_t value = 0;
  size_t end = at + 1;
  bool good = false;
  if (end < text.size() && text[end] == '#') {
    ++end;
    if (end < text.size() && lower(text[end]) == 'x') {
      const size_t digits = read_hex(text, end + 1, 7, value);
      good = digits > 0;
      end += 1 + digits;
    } else {
      const size_t start = end;
      while (end < text.size() && is_digit(text[end]) && end - start < 8)
        value = value * 10 + static_cast<char32_t>(text[end++] - '0');
      good = end > start;
    }
  } else {
    std::array<char, 8> name{};
    size_t size = 0;
    while (end < text.size() && is_letter(text[end]) && size < name.size())
      name[size++] = lower(text[end++]);
    if (end >= text.size() || text[end] != ';') return {};
    const std::string_view read(name.data(), size);
    const auto* const known = std::find_if(kNames.begin(), kNames.end(),
                                           [&](const auto& pair) { return pair.first == read; });
    good = known != kNames.end();
    if (good) value = known->second;
  }
  if (!good) return {};
  if (end < text.size() && text[end] == ';') ++end;
  return {end - at, value, true};
}

}  // namespace

void decode_entities(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  std::optional<Rebuilt> made;
  for (size_t at = text.find('&'); at != std::string_view::npos;) {
    const Coded coded = entity_at(text, at);
    if (coded.size > 0) {
      if (!made) made.emplace(parent, "entities");
      put(made->instead_of(at, coded.size), coded, at);
    }
    at = text.find('&', at + std::max<size_t>(coded.size, 1));
  }
  if (made) made->finish(views);
}

void decode_quoted_printable(const View& parent, std::vector<View>& views) {
  constexpr size_t kLeast = 3;
  const std::string_view text = parent.text();
  if (!has_coded(text, '=', kLeast)) return;
  Rebuilt made(parent, "quoted_printable");
  size_t decoded = 0;
  for (size_t at = text.find('='); at != std::string_view::npos;) {
    char32_t value = 0;
    size_t size = 1;
    if (read_hex(text, at + 1, 2, value) == 2) {
      size = 3;
      made.instead_of(at, size).put(static_cast<char>(value), static_cast<uint32_t>(at));
      ++decoded;
    } else if (at + 1 < text.size() && (text[at + 1] == '\n' || text.substr(at + 1, 2) == "\r\n")) {
      size = text[at + 1] == '\n' ? 2 : 3;
      static_cast<void>(made.instead_of(at, size));
    }
    at = text.find('=', at + size);
  }
  if (decoded >= kLeast && reads_as_text(made.whole().text())) made.finish(views);
}

namespace {

// Where the tag that opens at `at` ends; 0 where none does.
size_t end_of_tag(std::string_view text, size_t at) {
  if (at + 1 >= text.size() ||
      (!is_letter(text[at + 1]) && text[at + 1] != '/' && text[at + 1] != '!'))
    return 0;
  const size_t end = text.substr(0, at + 256).find('>', at);
  return end == std::string_view::npos ? 0 : end + 1;
}

// Tags in the middle of a word.
bool has_tag_inside_word(std::string_view text) {
  for (size_t at = text.find('<'); at != std::string_view::npos;) {
    size_t end = end_of_tag(text, at);
    if (end == 0) {
      at = text.find('<', at + 1);
      continue;
    }
    const bool behind_letter = at > 0 && is_letter(text[at - 1]);
    // Tags that stand side by side.
    for (size_t next = end; next != 0 && next < text.size() && text[next] == '<';) {
      next = end_of_tag(text, next);
      if (next != 0) end = next;
    }
    if (behind_letter && end < text.size() && is_letter(text[end])) return true;
    at = text.find('<', end);
  }
  return false;
}

}  // namespace

void strip_markup(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (!has_tag_inside_word(text)) return;
  Rebuilt made(parent, "markup");
  for (size_t at = text.find('<'); at != std::string_view::npos;) {
    const size_t end = end_of_tag(text, at);
    if (end != 0) static_cast<void>(made.instead_of(at, end - at));
    at = text.find('<', end != 0 ? end : at + 1);
  }
  made.finish(views);
}

}  // namespace doorward::detect
