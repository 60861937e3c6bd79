#include "wire/json_parser.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace doorward::wire {
namespace {

constexpr uint32_t kFirstNodes = 1024;
constexpr size_t kKeptNodes = 65536;
constexpr size_t kKeptBytes = size_t{1} << 20U;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string over(size_t limit) {
  return "over `" + std::to_string(limit) + "` ";
}

}  // namespace

Expected<JsonDocument> JsonDocument::parse(std::string buffer, const JsonLimits& limits) {
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max() - 1;  // offsets are 32 bits wide
  const size_t limit = std::min(limits.bytes, kMost);
  if (buffer.size() > limit)
    return failure("json.size", Fault::client,
                   "`" + std::to_string(buffer.size()) + "` bytes of JSON, " + over(limit));
  thread_local JsonScratch scratch;
  JsonDocument document;
  document.buffer_ = std::move(buffer);
  auto done = JsonParser(document, limits, scratch).run();
  scratch.trim();
  if (!done) return std::unexpected(std::move(done.error()));
  return document;
}

void JsonScratch::trim() {
  if (nodes.size() > kKeptNodes) nodes = {};
  if (side_size > kKeptBytes) side.reset(), side_size = 0;
  names.trim(kKeptNodes);
}

JsonParser::JsonParser(JsonDocument& document, const JsonLimits& limits, JsonScratch& scratch)
    : document_(document),
      limits_(limits),
      scratch_(scratch),
      begin_(document.buffer_.data()),
      end_(begin_ + document.buffer_.size()),
      nodes_(scratch.nodes.data()),
      room_(static_cast<uint32_t>(std::min<size_t>(scratch.nodes.size(), limits.nodes))) {}

Expected<void> JsonParser::run() {
  At p = begin_;
  if (std::string_view(document_.buffer_).starts_with("\xEF\xBB\xBF"))
    p = fail("json.syntax", "byte order mark", p);
  while (p != nullptr && !done_) {
    p = value(p);
    if (p != nullptr) p = after(p);
  }
  if (p == nullptr) return std::unexpected(std::move(error_));
  document_.nodes_.assign(nodes_, nodes_ + size_);
  if (side_end_ != nullptr) document_.side_.assign(scratch_.side.get(), side_end_);
  return {};
}

// Reads a value that is whole behind it: containers are opened until a scalar or an empty one.
JsonParser::At JsonParser::value(At p) {
  for (;;) {
    p = skip_space(p);
    switch (*p) {
      case '"':
        return string(p, false);
      case '{':
        if (!open_container(p, JsonType::object)) return nullptr;
        p = skip_space(p + 1);
        if (*p == '}') return close_container(p + 1);
        p = member_name(p);
        if (p == nullptr) return nullptr;
        continue;
      case '[':
        if (!open_container(p, JsonType::array)) return nullptr;
        p = skip_space(p + 1);
        if (*p == ']') return close_container(p + 1);
        if (!count_item()) return nullptr;
        continue;
      case 't':
        return literal(p, "true", JsonType::boolean);
      case 'f':
        return literal(p, "false", JsonType::boolean);
      case 'n':
        return literal(p, "null", JsonType::null);
      default:
        return number(p);
    }
  }
}

// Reads what may follow a value: the end of containers, a comma with a name, the end of the text.
JsonParser::At JsonParser::after(At p) {
  while (open_ != kNone) {
    p = skip_space(p);
    const bool in_object = nodes_[open_].type == JsonType::object;
    if (*p == ',') {
      if (in_object) return member_name(skip_space(p + 1));
      return count_item() ? p + 1 : nullptr;
    }
    if (*p != (in_object ? '}' : ']')) return fail_at_byte(p);
    p = close_container(p + 1);
    if (p == nullptr) return nullptr;
  }
  p = skip_space(p);
  done_ = p == end_;
  if (done_) return p;
  return *p == '\0' ? fail_at_byte(p) : fail("json.trailing", "bytes behind the value", p);
}

bool JsonParser::open_container(At p, JsonType type) {
  if (++depth_ > limits_.depth) {
    fail("json.depth", "nesting " + over(limits_.depth) + "levels", p);
    return false;
  }
  JsonNode* const node = push(type, p, p);
  if (node == nullptr) return false;
  node->next = open_;
  open_ = size_ - 1;
  return true;
}

// `p` is behind the closing bracket.
JsonParser::At JsonParser::close_container(At p) {
  JsonNode& node = nodes_[open_];
  if (node.type == JsonType::object && node.count > 1 && !names_differ(open_)) return nullptr;
  open_ = node.next;
  --depth_;
  node.next = size_;
  node.end = offset(p);
  return p;
}

JsonParser::At JsonParser::member_name(At p) {
  if (*p != '"') return fail_at_byte(p);
  if (!count_item()) return nullptr;
  p = string(p, true);
  if (p == nullptr) return nullptr;
  p = skip_space(p);
  return *p == ':' ? p + 1 : fail_at_byte(p);
}

bool JsonParser::names_differ(uint32_t object) {
  NameCheck& names = scratch_.names;
  names.clear();
  for (uint32_t at = object + 1; at < size_; at = nodes_[at + 1].next) {
    const JsonNode& name = nodes_[at];
    names.add({(name.unescaped ? scratch_.side.get() : begin_) + name.text, name.text_size});
  }
  if (!names.has_duplicate()) return true;
  fail("json.duplicate_name", "a member name twice in the object", begin_ + nodes_[object].begin);
  return false;
}

JsonParser::At JsonParser::number(At from) {
  At p = from;
  if (*p == '-') ++p;
  if (*p == '0')
    ++p;
  else if (is_digit(*p))
    while (is_digit(*p)) ++p;
  else
    return fail_at_byte(p);
  if (*p == '.') {
    if (!is_digit(*++p)) return fail_at_byte(p);
    while (is_digit(*p)) ++p;
  }
  if (*p == 'e' || *p == 'E') {
    ++p;
    if (*p == '+' || *p == '-') ++p;
    if (!is_digit(*p)) return fail_at_byte(p);
    while (is_digit(*p)) ++p;
  }
  if (static_cast<size_t>(p - from) > limits_.number_bytes)
    return fail("json.size", "number " + over(limits_.number_bytes) + "bytes", from);
  return push(JsonType::number, from, p) != nullptr ? p : nullptr;
}

JsonParser::At JsonParser::literal(At from, std::string_view word, JsonType type) {
  if (static_cast<size_t>(end_ - from) < word.size() ||
      std::memcmp(from, word.data(), word.size()) != 0)
    return fail("json.syntax", "no JSON value", from);
  At p = from + word.size();
  return push(type, from, p) != nullptr ? p : nullptr;
}

bool JsonParser::grow() {
  if (size_ >= limits_.nodes) {
    // Where the node would stand is no longer known here; the count says enough.
    fail("json.nodes", over(limits_.nodes) + "values and names", begin_);
    return false;
  }
  scratch_.nodes.resize(std::max<size_t>(kFirstNodes, scratch_.nodes.size() * 2));
  nodes_ = scratch_.nodes.data();
  room_ = static_cast<uint32_t>(std::min<size_t>(scratch_.nodes.size(), limits_.nodes));
  return true;
}

bool JsonParser::count_item() {
  if (++nodes_[open_].count <= limits_.items) return true;
  fail("json.items", over(limits_.items) + "items or members", begin_ + nodes_[open_].begin);
  return false;
}

JsonParser::At JsonParser::fail(std::string_view code, std::string_view what, At at) {
  error_ = Error{std::string(code), Fault::client, false,
                 std::string(what) + " at byte `" + std::to_string(at - begin_) + "`"};
  return nullptr;
}

// Says what is wrong with a byte that can't stand where it does. The byte itself is not quoted: it
// may belong to a secret.
JsonParser::At JsonParser::fail_at_byte(At p) {
  if (p == end_) return fail("json.syntax", "the text ends early", p);
  if (*p == '\0') return fail("json.nul", "NUL", p);
  if (static_cast<uint8_t>(*p) < 0x20) return fail("json.syntax", "raw control character", p);
  return fail("json.syntax", "unexpected byte", p);
}

}  // namespace doorward::wire
