// Decoders of escapes inside a text: percent, backslash, entities, quoted-printable.
#include <algorithm>
#include <array>
#include <utility>

#include "detect/characters.h"
#include "detect/decode.h"

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

void decode_percent(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  size_t at = text.find('%');
  if (at == std::string_view::npos) return;
  View view = child(parent, "percent");
  size_t decoded = 0;
  // In a query a plus is a space; where spaces stand, it is a plus.
  const bool plus_is_space = text.find(' ') == std::string_view::npos;
  for (at = 0; at < text.size();) {
    const auto from = static_cast<uint32_t>(at);
    char32_t value = 0;
    if (text[at] == '%' && read_hex(text, at + 1, 2, value) == 2) {
      view.put(static_cast<char>(value), from);
      at += 3;
      ++decoded;
    } else if (text[at] == '%' && at + 1 < text.size() && lower(text[at + 1]) == 'u' &&
               read_hex(text, at + 2, 4, value) == 4) {
      put_point(view, value, from);
      at += 6;
      ++decoded;
    } else {
      view.put(text[at] == '+' && plus_is_space ? ' ' : text[at], from);
      ++at;
    }
  }
  if (decoded > 0) finish(parent, std::move(view), views);
}

void decode_escapes(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (text.find('\\') == std::string_view::npos) return;
  View view = child(parent, "escapes");
  size_t decoded = 0;
  for (size_t at = 0; at < text.size();) {
    const auto from = static_cast<uint32_t>(at);
    if (text[at] != '\\' || at + 1 >= text.size()) {
      view.put(text[at++], from);
      continue;
    }
    const char kind = text[at + 1];
    char32_t value = 0;
    if ((kind == 'u' || kind == 'U') && at + 2 < text.size() && text[at + 2] == '{') {
      const size_t digits = read_hex(text, at + 3, 6, value);
      if (digits > 0 && at + 3 + digits < text.size() && text[at + 3 + digits] == '}') {
        put_point(view, value, from);
        at += digits + 4;
        ++decoded;
        continue;
      }
    } else if (const size_t want = kind == 'U' ? 8 : 4;
               (kind == 'u' || kind == 'U') && read_hex(text, at + 2, want, value) == want) {
      at += want + 2;
      char32_t low = 0;
      if (value >= 0xD800 && value < 0xDC00 && text.substr(at, 2) == "\\u" &&
          read_hex(text, at + 2, 4, low) == 4 && low >= 0xDC00 && low < 0xE000) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
      }
      put_point(view, value, from);
      ++decoded;
      continue;
    } else if (kind == 'x' && read_hex(text, at + 2, 2, value) == 2) {
      view.put(static_cast<char>(value), from);
      at += 4;
      ++decoded;
      continue;
    } else if (kind >= '0' && kind <= '3' && at + 3 < text.size() && text[at + 2] >= '0' &&
               text[at + 2] <= '7' && text[at + 3] >= '0' && text[at + 3] <= '7') {
      value = static_cast<char32_t>((kind - '0') << 6 | (text[at + 2] - '0') << 3 |
                                    (text[at + 3] - '0'));
      view.put(static_cast<char>(value), from);
      at += 4;
      ++decoded;
      continue;
    } else if (kind == 'n' || kind == 't' || kind == 'r') {
      view.put(kind == 'n' ? '\n' : kind == 't' ? '\t' : '\r', from);
      at += 2;
      continue;
    } else if (kind == '"' || kind == '\'' || kind == '/') {
      view.put(kind, from);
      at += 2;
      continue;
    }
    view.put(text[at++], from);
  }
  if (decoded > 0) finish(parent, std::move(view), views);
}

void decode_entities(const View& parent, std::vector<View>& views) {
  static constexpr std::array<std::pair<std::string_view, char32_t>, 20> kNames = {
      {{"lt", '<'},    {"gt", '>'},    {"amp", '&'},   {"quot", '"'},     {"apos", '\''},
       {"nbsp", ' '},  {"colon", ':'}, {"tab", '\t'},  {"newline", '\n'}, {"lpar", '('},
       {"rpar", ')'},  {"sol", '/'},   {"bsol", '\\'}, {"semi", ';'},     {"period", '.'},
       {"comma", ','}, {"excl", '!'},  {"grave", '`'}, {"lbrace", '{'},   {"rbrace", '}'}}};
  const std::string_view text = parent.text();
  if (text.find('&') == std::string_view::npos) return;
  View view = child(parent, "entities");
  size_t decoded = 0;
  for (size_t at = 0; at < text.size();) {
    const auto from = static_cast<uint32_t>(at);
    if (text[at] != '&') {
      view.put(text[at++], from);
      continue;
    }
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
      std::string name;
      while (end < text.size() && is_letter(text[end]) && name.size() < 8)
        name += lower(text[end++]);
      const auto* const known = std::find_if(kNames.begin(), kNames.end(),
                                             [&](const auto& pair) { return pair.first == name; });
      good = known != kNames.end() && end < text.size() && text[end] == ';';
      if (good) value = known->second;
    }
    if (!good) {
      view.put(text[at++], from);
      continue;
    }
    if (end < text.size() && text[end] == ';') ++end;
    put_point(view, value, from);
    at = end;
    ++decoded;
  }
  if (decoded > 0) finish(parent, std::move(view), views);
}

void decode_quoted_printable(const View& parent, std::vector<View>& views) {
  constexpr size_t kLeast = 3;
  const std::string_view text = parent.text();
  if (!has_coded(text, '=', kLeast)) return;
  View view = child(parent, "quoted_printable");
  size_t decoded = 0;
  for (size_t at = 0; at < text.size();) {
    const auto from = static_cast<uint32_t>(at);
    char32_t value = 0;
    if (text[at] == '=' && read_hex(text, at + 1, 2, value) == 2) {
      view.put(static_cast<char>(value), from);
      at += 3;
      ++decoded;
    } else if (text[at] == '=' && at + 1 < text.size() &&
               (text[at + 1] == '\n' || text.substr(at + 1, 2) == "\r\n")) {
      at += text[at + 1] == '\n' ? 2 : 3;
    } else {
      view.put(text[at++], from);
    }
  }
  if (decoded >= kLeast && reads_as_text(view.text())) finish(parent, std::move(view), views);
}

void strip_markup(const View& parent, std::vector<View>& views) {
  const std::string_view text = parent.text();
  if (text.find('<') == std::string_view::npos) return;
  View view = child(parent, "markup");
  size_t inside = 0;       // places in the middle of a word where tags stand
  bool after_tag = false;  // since the last letter that was kept
  char last = ' ';
  for (size_t at = 0; at < text.size();) {
    const bool opens = text[at] == '<' && at + 1 < text.size() &&
                       (is_letter(text[at + 1]) || text[at + 1] == '/' || text[at + 1] == '!');
    if (opens) {
      const size_t end = text.substr(0, at + 256).find('>', at);
      if (end != std::string_view::npos) {
        after_tag = true;
        at = end + 1;
        continue;
      }
    }
    if (std::exchange(after_tag, false) && is_letter(last) && is_letter(text[at])) ++inside;
    last = text[at];
    view.put(text[at], static_cast<uint32_t>(at));
    ++at;
  }
  if (inside > 0) finish(parent, std::move(view), views);
}

}  // namespace doorward::detect
