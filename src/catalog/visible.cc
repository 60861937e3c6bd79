#include "catalog/visible.h"

#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace doorward::catalog {

namespace {

// Calls `each(c, bytes)` for every character; `c` is negative for bad UTF-8.
template <class Each>
void characters(std::string_view text, Each each) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(std::min<size_t>(text.size(), INT32_MAX));
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    each(c, text.substr(static_cast<size_t>(begin), static_cast<size_t>(i - begin)));
  }
}

void append_code(std::string& out, const char* format, unsigned code) {
  char text[16];
  std::snprintf(text, sizeof text, format, code);
  out += text;
}

}  // namespace

bool is_visible(char32_t c) {
  if (c < 0x80) return c >= 0x20 && c != 0x7F;
  const auto point = static_cast<UChar32>(c);
  switch (u_charType(point)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SPACE_SEPARATOR:
    case U_ENCLOSING_MARK:
      return false;
    default:
      return !u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
  }
}

std::string visible(std::string_view text) {
  std::string out;
  characters(text, [&](UChar32 c, std::string_view bytes) {
    if (c < 0)
      out += "<?>";
    else if (c == '\n')
      out += ' ';
    else if (is_visible(static_cast<char32_t>(c)))
      out += bytes;
    else
      append_code(out, "<U+%04X>", static_cast<unsigned>(c));
  });
  return out;
}

std::string escape_invisible(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  characters(json, [&](UChar32 c, std::string_view bytes) {
    if (c < 0 || is_visible(static_cast<char32_t>(c))) {
      out += bytes;
    } else if (c > 0xFFFF) {
      append_code(out, "\\u%04x", static_cast<unsigned>(U16_LEAD(c)));
      append_code(out, "\\u%04x", static_cast<unsigned>(U16_TRAIL(c)));
    } else {
      append_code(out, "\\u%04x", static_cast<unsigned>(c));
    }
  });
  return out;
}

}  // namespace doorward::catalog
