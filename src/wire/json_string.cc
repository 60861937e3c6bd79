// The reader's strings: found end by sixteen bytes at a time, UTF-8 checked where it occurs, and
// copied only from the first escape of a string on.
#include "wire/json_parser.h"
#include "wire/json_scan.h"

namespace doorward::wire {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Four hexadecimal digits at `p`, -1 when they are none. Stops at the first that is none, so the
// buffer's own NUL ends it.
int hex4(const char* p) {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(p[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

JsonParser::At JsonParser::string(At open, bool is_name) {
  At p = open + 1;
  for (;;) {
    p = scan::skip_plain(p, end_);
    while (static_cast<signed char>(*p) < 0) {
      const int length = scan::utf8_length(p, end_);
      if (length == 0) return fail("json.utf8", "bad UTF-8", p);
      p += length;
    }
    if (*p == '"') break;
    if (*p == '\\') return unescape(open, p, is_name);
    if (p == end_) return fail("json.syntax", "string without end", open);
    if (static_cast<uint8_t>(*p) < 0x20) return fail_at_byte(p);
  }
  JsonNode* const node = push(JsonType::string, open, p + 1);
  if (node == nullptr) return nullptr;
  node->text = offset(open + 1);
  node->text_size = static_cast<uint32_t>(p - open - 1);
  node->is_name = is_name;
  return p + 1;
}

// Unescaped text is never longer than its raw form: what is left to read bounds all of it.
void JsonParser::make_side(At from) {
  const auto size = static_cast<size_t>(end_ - from) + 16;
  if (scratch_.side_size < size) {
    scratch_.side = std::make_unique_for_overwrite<char[]>(size);
    scratch_.side_size = size;
  }
  side_end_ = scratch_.side.get();
}

// The rest of a string from its first backslash at `p`.
JsonParser::At JsonParser::unescape(At open, At p, bool is_name) {
  if (side_end_ == nullptr) make_side(open);
  const auto head = static_cast<size_t>(p - open - 1);
  const auto start = static_cast<uint32_t>(side_end_ - scratch_.side.get());
  std::memcpy(side_end_, open + 1, head);
  side_end_ += head;
  while (*p != '"') {
    if (*p == '\\') {
      p = escape(p);
      if (p == nullptr) return nullptr;
    } else if (static_cast<signed char>(*p) < 0) {
      const int length = scan::utf8_length(p, end_);
      if (length == 0) return fail("json.utf8", "bad UTF-8", p);
      std::memcpy(side_end_, p, static_cast<size_t>(length));
      side_end_ += length;
      p += length;
    } else if (p == end_) {
      return fail("json.syntax", "string without end", open);
    } else if (static_cast<uint8_t>(*p) < 0x20) {
      return fail_at_byte(p);
    } else {
      scan::copy_plain(p, end_, side_end_);
    }
  }
  JsonNode* const node = push(JsonType::string, open, p + 1);
  if (node == nullptr) return nullptr;
  node->text = start;
  node->text_size = static_cast<uint32_t>(side_end_ - scratch_.side.get()) - start;
  node->unescaped = true;
  node->is_name = is_name;
  return p + 1;
}

// One escape at the backslash `p` (RFC 8259 section 7).
JsonParser::At JsonParser::escape(At p) {
  char c = p[1];
  switch (c) {
    case '"':
    case '\\':
    case '/':
      break;
    case 'n':
      c = '\n';
      break;
    case 't':
      c = '\t';
      break;
    case 'r':
      c = '\r';
      break;
    case 'b':
      c = '\b';
      break;
    case 'f':
      c = '\f';
      break;
    case 'u':
      return unicode_escape(p);
    default:
      return fail("json.syntax", "bad escape", p);
  }
  *side_end_++ = c;
  return p + 2;
}

JsonParser::At JsonParser::unicode_escape(At p) {
  const int unit = hex4(p + 2);
  if (unit < 0) return fail("json.syntax", "bad escape", p);
  if (unit == 0) return fail("json.nul", "escaped NUL", p);
  if (is_low_surrogate(unit)) return fail("json.surrogate", "lone surrogate", p);
  if (!is_high_surrogate(unit)) {
    side_end_ = scan::put_utf8(side_end_, static_cast<char32_t>(unit));
    return p + 6;
  }
  const int low = p[6] == '\\' && p[7] == 'u' ? hex4(p + 8) : -1;
  if (!is_low_surrogate(low)) return fail("json.surrogate", "lone surrogate", p);
  side_end_ = scan::put_utf8(side_end_, 0x10000U + (static_cast<char32_t>(unit - 0xD800) << 10U) +
                                            static_cast<char32_t>(low - 0xDC00));
  return p + 12;
}

}  // namespace doorward::wire
