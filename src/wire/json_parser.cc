#include "wire/json_parser.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace doorward::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Nodes to make room for at once: dense documents hold one in about twelve bytes, tool calls far
// fewer. Larger documents grow as they prove what they hold.
size_t expected_nodes(size_t bytes) {
  return std::min<size_t>(bytes / 24 + 16, 4096);
}

}  // namespace

Expected<JsonDocument> JsonDocument::parse(std::string buffer, const JsonLimits& limits) {
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max() - 1;  // offsets are 32 bits wide
  if (buffer.size() > std::min(limits.bytes, kMost))
    return failure("json.size", Fault::client,
                   "`" + std::to_string(buffer.size()) + "` bytes of JSON, the limit is `" +
                       std::to_string(std::min(limits.bytes, kMost)) + "`");
  JsonDocument document;
  document.buffer_ = std::move(buffer);
  document.nodes_.reserve(expected_nodes(document.buffer_.size()));
  if (auto done = JsonParser(document, limits).run(); !done)
    return std::unexpected(std::move(done.error()));
  return document;
}

JsonParser::JsonParser(JsonDocument& document, const JsonLimits& limits)
    : document_(document),
      limits_(limits),
      nodes_(document.nodes_),
      begin_(document.buffer_.data()),
      p_(begin_),
      end_(begin_ + document.buffer_.size()) {}

Expected<void> JsonParser::run() {
  Step step = Step::value;
  if (std::string_view(begin_, static_cast<size_t>(end_ - begin_)).starts_with("\xEF\xBB\xBF")) {
    fail_syntax("byte order mark");
    step = Step::failed;
  }
  while (step != Step::done && step != Step::failed) step = step == Step::value ? value() : after();
  if (step == Step::failed) return std::unexpected(std::move(error_));
  if (side_) document_.side_.assign(side_.get(), static_cast<size_t>(side_end_ - side_.get()));
  return {};
}

// Reads a scalar whole, of a container the beginning.
JsonParser::Step JsonParser::value() {
  skip_space();
  bool good = false;
  switch (*p_) {
    case '{':
      return open_container(JsonType::object, '}');
    case '[':
      return open_container(JsonType::array, ']');
    case '"':
      good = string(false);
      break;
    case 't':
      good = literal("true", JsonType::boolean);
      break;
    case 'f':
      good = literal("false", JsonType::boolean);
      break;
    case 'n':
      good = literal("null", JsonType::null);
      break;
    default:
      good = *p_ == '-' || is_digit(*p_) ? number() : fail_at_byte(p_);
  }
  return good ? Step::after : Step::failed;
}

// Reads what may follow a value: the end of containers, a comma, the end of the text.
JsonParser::Step JsonParser::after() {
  while (open_ != kNone) {
    skip_space();
    const bool in_object = nodes_[open_].type == JsonType::object;
    const char c = *p_;
    if (c == ',') {
      ++p_;
      if (!in_object) return count_item() ? Step::value : Step::failed;
      skip_space();
      return member_name() ? Step::value : Step::failed;
    }
    if (c != (in_object ? '}' : ']')) {
      fail_at_byte(p_);
      return Step::failed;
    }
    ++p_;
    if (!close_container()) return Step::failed;
  }
  skip_space();
  if (p_ == end_) return Step::done;
  *p_ == '\0' ? fail_at_byte(p_) : fail("json.trailing", "bytes behind the value", p_);
  return Step::failed;
}

JsonParser::Step JsonParser::open_container(JsonType type, char closing) {
  if (++depth_ > limits_.depth) {
    fail("json.depth", "nested deeper than `" + std::to_string(limits_.depth) + "`", p_);
    return Step::failed;
  }
  const auto index = static_cast<uint32_t>(nodes_.size());
  if (!push(type, p_, p_)) return Step::failed;
  nodes_[index].next = open_;
  open_ = index;
  ++p_;
  skip_space();
  if (*p_ == closing) {
    ++p_;
    return close_container() ? Step::after : Step::failed;
  }
  const bool good = type == JsonType::object ? member_name() : count_item();
  return good ? Step::value : Step::failed;
}

bool JsonParser::close_container() {
  const uint32_t index = open_;
  if (nodes_[index].type == JsonType::object && nodes_[index].count > 1 && !names_differ(index))
    return false;
  JsonNode& node = nodes_[index];
  open_ = node.next;
  --depth_;
  node.next = static_cast<uint32_t>(nodes_.size());
  node.end = offset(p_);
  return true;
}

bool JsonParser::member_name() {
  if (*p_ != '"') return fail_at_byte(p_);
  if (!count_item() || !string(true)) return false;
  skip_space();
  if (*p_ != ':') return fail_at_byte(p_);
  ++p_;
  return true;
}

bool JsonParser::names_differ(uint32_t object) {
  names_.clear();
  for (size_t at = object + 1; at < nodes_.size(); at = nodes_[at + 1].next) {
    const JsonNode& name = nodes_[at];
    names_.add({(name.unescaped ? side_.get() : begin_) + name.text, name.text_size});
  }
  return !names_.has_duplicate() || fail("json.duplicate_name", "a member name twice in the object",
                                         begin_ + nodes_[object].begin);
}

bool JsonParser::number() {
  const char* p = p_;
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
  if (p - p_ > limits_.number_bytes)
    return fail("json.size", "number over `" + std::to_string(limits_.number_bytes) + "` bytes",
                p_);
  const char* const from = std::exchange(p_, p);
  return push(JsonType::number, from, p);
}

bool JsonParser::literal(std::string_view word, JsonType type) {
  if (!std::string_view(p_, static_cast<size_t>(end_ - p_)).starts_with(word))
    return fail_syntax("no JSON value");
  const char* const from = std::exchange(p_, p_ + word.size());
  return push(type, from, p_);
}

bool JsonParser::push(JsonType type, const char* from, const char* to) {
  const size_t index = nodes_.size();
  if (index >= limits_.nodes)
    return fail("json.nodes", "over `" + std::to_string(limits_.nodes) + "` values and names",
                from);
  JsonNode& node = nodes_.emplace_back();
  node.begin = offset(from);
  node.end = offset(to);
  node.next = static_cast<uint32_t>(index) + 1;
  node.type = type;
  return true;
}

bool JsonParser::count_item() {
  if (++nodes_[open_].count <= limits_.items) return true;
  return fail("json.items", "over `" + std::to_string(limits_.items) + "` items or members",
              begin_ + nodes_[open_].begin);
}

void JsonParser::skip_space() {
  while (*p_ == ' ' || *p_ == '\n' || *p_ == '\t' || *p_ == '\r') ++p_;
}

bool JsonParser::fail(std::string_view code, std::string_view what, const char* at) {
  error_ = Error{std::string(code), Fault::client, false,
                 std::string(what) + " at byte `" + std::to_string(at - begin_) + "`"};
  return false;
}

// Says what is wrong with a byte that can't stand where it does. The byte itself is not quoted: it
// may belong to a secret.
bool JsonParser::fail_at_byte(const char* p) {
  if (p == end_) return fail("json.syntax", "the text ends early", p);
  if (*p == '\0') return fail("json.nul", "NUL", p);
  if (static_cast<uint8_t>(*p) < 0x20) return fail("json.syntax", "raw control character", p);
  return fail("json.syntax", "unexpected byte", p);
}

}  // namespace doorward::wire
