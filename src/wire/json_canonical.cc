// RFC 8785, JSON Canonicalization Scheme. No recursion: open containers stand on a stack of their
// own, each with its place in a shared list of members still to write.
#include <algorithm>

#include "wire/json.h"
#include "wire/json_decimal.h"
#include "wire/json_scan.h"

namespace doorward::wire {
namespace {

// Section 3.2.3 sorts by UTF-16 code units. That is the order of UTF-8 bytes but for U+E000 to
// U+FFFF (lead bytes EE and EF), which sort behind the surrogates that F0 to F4 stand for.
uint8_t rank(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte == 0xEE || byte == 0xEF ? static_cast<uint8_t>(byte + 0x10) : byte;
}

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return a.size() < b.size();
  return rank(*x) < rank(*y);
}

// Section 3.2.2.2: the shortest escapes, all else as it is.
void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const char* stop = scan::skip_plain(p, end);
    while (stop != end && static_cast<signed char>(*stop) < 0) ++stop;
    out.append(p, static_cast<size_t>(stop - p));
    p = stop;
    if (p == end || scan::is_plain(*p)) continue;
    const char c = *p++;
    constexpr std::string_view kShort = "\"\\\b\t\n\f\r";
    const size_t at = kShort.find(c);
    if (at != kShort.npos)
      (out += '\\') += std::string_view("\"\\btnfr")[at];
    else
      ((out += "\\u00") += kHex[static_cast<uint8_t>(c) >> 4U]) += kHex[c & 0xF];
  }
  out += '"';
}

class Canonical {
 public:
  std::string write(JsonValue value) {
    put(value);
    while (!open_.empty()) {
      Container& top = open_.back();
      if (top.next == top.end) {
        out_ += top.object ? '}' : ']';
        pending_.resize(top.begin);
        open_.pop_back();
        continue;
      }
      if (top.next != top.begin) out_ += ',';
      const Entry entry = pending_[top.next++];
      if (top.object) {
        append_string(out_, entry.name);
        out_ += ':';
      }
      put(entry.value);
    }
    return std::move(out_);
  }

 private:
  struct Entry {
    std::string_view name;
    JsonValue value;
  };
  struct Container {
    bool object;
    size_t begin, next, end;  // its entries in pending_
  };

  void put(JsonValue value) {
    if (value.is_string()) {
      append_string(out_, value.text());
    } else if (value.is_number()) {
      out_ += canonical_number(value.raw());
    } else if (value.is_object() || value.is_array()) {
      open(value);
    } else {
      out_ += value.raw();
    }
  }

  void open(JsonValue value) {
    const size_t begin = pending_.size();
    for (const auto& member : value.members()) pending_.push_back({member.name, member.value});
    for (const auto item : value.items()) pending_.push_back({{}, item});
    if (value.is_object())
      std::sort(pending_.begin() + static_cast<std::ptrdiff_t>(begin), pending_.end(),
                [](const Entry& a, const Entry& b) { return utf16_less(a.name, b.name); });
    open_.push_back({value.is_object(), begin, begin, pending_.size()});
    out_ += value.is_object() ? '{' : '[';
  }

  std::string out_;
  std::vector<Entry> pending_;
  std::vector<Container> open_;
};

}  // namespace

std::string canonical_json(JsonValue value) {
  return Canonical().write(value);
}

}  // namespace doorward::wire
