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

bool JsonParser::string(bool is_name) {
  const char* const open = p_;
  const char* p = p_ + 1;
  for (;;) {
    p = scan::skip_plain(p, end_);
    while (p != end_ && static_cast<signed char>(*p) < 0) {
      const int length = scan::utf8_length(p, end_);
      if (length == 0) return fail("json.utf8", "bad UTF-8", p);
      p += length;
    }
    if (p == end_) return fail("json.syntax", "string without end", open);
    if (*p == '"') break;
    if (*p == '\\') {
      p_ = p;
      if (!unescape(open)) return false;
      nodes_.back().is_name = is_name;
      return true;
    }
    if (static_cast<uint8_t>(*p) < 0x20) return fail_at_byte(p);
  }
  if (!push(JsonType::string, open, p + 1)) return false;
  JsonNode& node = nodes_.back();
  node.text = offset(open) + 1;
  node.text_size = static_cast<uint32_t>(p - open - 1);
  node.is_name = is_name;
  p_ = p + 1;
  return true;
}

// The rest of a string from its first backslash at `p_`. Unescaped text is never longer than its
// raw form, so the side text made at the first escape has room for all that can follow.
bool JsonParser::unescape(const char* open) {
  if (!side_) {
    side_ = std::make_unique_for_overwrite<char[]>(static_cast<size_t>(end_ - open) + 16);
    side_end_ = side_.get();
  }
  const char* p = p_;
  const auto head = static_cast<size_t>(p - open - 1);
  const auto start = static_cast<uint32_t>(side_end_ - side_.get());
  std::memcpy(side_end_, open + 1, head);
  side_end_ += head;
  for (;;) {
    if (p == end_) return fail("json.syntax", "string without end", open);
    if (*p == '"') break;
    if (*p == '\\') {
      if (!escape(p)) return false;
    } else if (static_cast<signed char>(*p) < 0) {
      const int length = scan::utf8_length(p, end_);
      if (length == 0) return fail("json.utf8", "bad UTF-8", p);
      std::memcpy(side_end_, p, static_cast<size_t>(length));
      side_end_ += length;
      p += length;
    } else if (static_cast<uint8_t>(*p) < 0x20) {
      return fail_at_byte(p);
    } else {
      scan::copy_plain(p, end_, side_end_);
    }
  }
  if (!push(JsonType::string, open, p + 1)) return false;
  JsonNode& node = nodes_.back();
  node.text = start;
  node.text_size = static_cast<uint32_t>(side_end_ - side_.get()) - start;
  node.unescaped = true;
  p_ = p + 1;
  return true;
}

// One escape at the backslash `p` (RFC 8259 section 7); advances behind it.
bool JsonParser::escape(const char*& p) {
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
  p += 2;
  return true;
}

bool JsonParser::unicode_escape(const char*& p) {
  const int unit = hex4(p + 2);
  if (unit < 0) return fail("json.syntax", "bad escape", p);
  if (unit == 0) return fail("json.nul", "escaped NUL", p);
  auto c = static_cast<char32_t>(unit);
  size_t size = 6;
  if (is_low_surrogate(unit)) return fail("json.surrogate", "lone surrogate", p);
  if (is_high_surrogate(unit)) {
    const int low = p[6] == '\\' && p[7] == 'u' ? hex4(p + 8) : -1;
    if (!is_low_surrogate(low)) return fail("json.surrogate", "lone surrogate", p);
    c = 0x10000U + (static_cast<char32_t>(unit - 0xD800) << 10U) +
        static_cast<char32_t>(low - 0xDC00);
    size = 12;
  }
  side_end_ = scan::put_utf8(side_end_, c);
  p += size;
  return true;
}

}  // namespace doorward::wire
