// Text out: quoted strings for logs and messages, spliced edits.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "wire/json.h"
#include "wire/json_scan.h"

namespace doorward::wire {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void append_u_escape(std::string& out, char32_t c) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kHex[c >> static_cast<unsigned>(shift) & 0xFU];
}

// Control characters above ASCII, bidi controls, line and paragraph separators, the byte order
// mark. All lie below U+10000.
bool is_unprintable(char32_t c) {
  return (c >= 0x80 && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      append_u_escape(out, static_cast<uint8_t>(c));
  }
}

// Appends what a DEL-free stretch keeps as it is, and DEL escaped: the scanner counts it as plain.
void append_plain(std::string& out, std::string_view text) {
  for (size_t at = text.find('\x7F'); at != text.npos; at = text.find('\x7F')) {
    out.append(text.substr(0, at));
    append_u_escape(out, 0x7F);
    text.remove_prefix(at + 1);
  }
  out.append(text);
}

}  // namespace

void append_json_quote(std::string& out, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  out += '"';
  while (p != end) {
    const char* const stop = scan::skip_plain(p, end);
    append_plain(out, {p, static_cast<size_t>(stop - p)});
    p = stop;
    if (p == end) break;
    if (static_cast<signed char>(*p) >= 0) {
      append_ascii(out, *p++);
      continue;
    }
    const int length = scan::utf8_length(p, end);
    const char32_t c = length == 0 ? 0xFFFD : scan::utf8_value(p, length);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (is_unprintable(c))
      append_u_escape(out, c);
    else
      out.append(p, static_cast<size_t>(length));
    p += std::max(length, 1);
  }
  out += '"';
}

std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_quote(out, text);
  return out;
}

std::string splice(std::string_view original, std::vector<Edit> edits) {
  // Insertions at one place keep the order in which they were given.
  std::vector<uint32_t> order(edits.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&edits](uint32_t a, uint32_t b) {
    const Edit& x = edits[a];
    const Edit& y = edits[b];
    return std::tie(x.begin, x.end, a) < std::tie(y.begin, y.end, b);
  });
  size_t size = original.size();
  for (const Edit& edit : edits) size += edit.text.size();
  std::string out;
  out.reserve(size);
  size_t at = 0;
  for (const uint32_t index : order) {
    const Edit& edit = edits[index];
    if (edit.begin < at || edit.end < edit.begin || edit.end > original.size())
      panic("spliced edits overlap or lie outside of the text");
    out.append(original.substr(at, edit.begin - at)).append(edit.text);
    at = edit.end;
  }
  return out.append(original.substr(at));
}

}  // namespace doorward::wire
