#include "limits/fingerprint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "detect/sql.h"

namespace doorward::limits {

using wire::JsonValue;

namespace {

constexpr size_t kFolded = 64 * 1024;  // longer texts are taken as they are

char low(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

bool is_space(char letter) {
  return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

// Runs of white space become one space; none at the ends.
void append_folded(std::string& out, std::string_view text) {
  if (text.size() > kFolded) {
    out.append(text);
    return;
  }
  const size_t begin = out.size();
  out.resize(begin + text.size());
  char* const first = out.data() + begin;
  char* to = first;
  bool space = false;
  for (const char letter : text) {
    if (is_space(letter)) {
      space = true;
      continue;
    }
    // Never longer than what was read: each space stands for one or more.
    if (space && to != first) *to++ = ' ';
    space = false;
    *to++ = low(letter);
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

std::string folded(std::string_view text) {
  std::string out;
  append_folded(out, text);
  return out;
}

// True when the text has words of a statement, in right order or not.
bool looks_like_sql(std::string_view text) {
  constexpr std::array<std::string_view, 18> kWords = {
      "select", "insert", "update", "delete", "from",   "where", "into",  "values", "create",
      "alter",  "drop",   "table",  "join",   "having", "group", "union", "order",  "limit"};
  const std::string masked = detect::mask_sql(text, kFolded);
  int seen = 0;
  for (size_t at = 0; at < masked.size() && seen < 2;) {
    const size_t end = std::min(masked.find(' ', at), masked.size());
    const std::string_view word = std::string_view(masked).substr(at, end - at);
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) ++seen;
    at = end + 1;
  }
  return seen >= 2;
}

class Text {
 public:
  explicit Text(std::string_view tool) : tool_(tool) {}
  void append(std::string_view name, const JsonValue& value) {
    if (value.is_object()) {
      std::vector<JsonValue::Member> members;
      members.reserve(value.size());
      for (const auto& member : value.members()) members.push_back(member);
      std::sort(members.begin(), members.end(),
                [](const auto& a, const auto& b) { return a.name < b.name; });
      out_ += '{';
      for (const auto& [inner, held, name_value] : members) {
        append_sized(inner);
        append(inner, held);
      }
      out_ += '}';
    } else if (value.is_array()) {
      out_ += '[';
      for (const JsonValue item : value.items()) append(name, item);
      out_ += ']';
    } else if (value.is_string()) {
      const std::string_view text = value.text();
      if (holds_sql(tool_, name, text)) {
        masked_ = true;
        out_ += 'q';
        std::string shape = detect::mask_sql(text, kFolded);
        while (shape.ends_with(';') || shape.ends_with(' ')) shape.pop_back();
        append_sized(shape);
      } else {
        out_ += 's';
        append_folded_sized(text);
      }
    } else {
      // Canonical: 1, 1.0 and 1e0 are one number. A short integer is written one way only.
      out_ += 'v';
      const std::string_view raw = value.raw();
      constexpr size_t kShort = 15;
      const bool plain = raw.size() <= kShort && raw.find_first_not_of("0123456789") == raw.npos;
      if (plain)
        append_sized(raw);
      else
        append_sized(wire::canonical_json(value));
    }
  }
  [[nodiscard]] const std::string& text() const { return out_; }
  [[nodiscard]] bool masked() const { return masked_; }

 private:
  // Texts are kept apart by their sizes, which stand before them in four bytes.
  void append_sized(std::string_view text) {
    append_size(text.size());
    out_.append(text);
  }
  void append_folded_sized(std::string_view text) {
    const size_t begin = out_.size();
    append_size(0);
    const size_t first = out_.size();
    append_folded(out_, text);
    const auto size = static_cast<uint32_t>(out_.size() - first);
    std::memcpy(out_.data() + begin, &size, sizeof size);
  }
  void append_size(size_t size) {
    const auto bytes = static_cast<uint32_t>(size);
    char text[sizeof bytes];
    std::memcpy(text, &bytes, sizeof bytes);
    out_.append(text, sizeof text);
  }
  const std::string_view tool_;
  std::string out_;
  bool masked_ = false;
};

}  // namespace

bool holds_sql(std::string_view tool, std::string_view name, std::string_view text) {
  if (text.size() > kFolded) return false;
  const std::string word = folded(name.substr(0, 64));
  if (word.find("sql") != std::string::npos || word == "statement" || word == "stmt") return true;
  if (word.find("query") == std::string::npos && word != "q" && word != "command") return false;
  const std::string of = folded(tool.substr(0, 64));
  for (const std::string_view sign : {"sql", "query", "database", "db_"})
    if (of.find(sign) != std::string::npos) return true;
  return looks_like_sql(text);
}

Fingerprint fingerprint_of(std::string_view server, const wire::Message& request) {
  Text text(request.target());
  const JsonValue arguments =
      request.arguments() ? request.arguments() : request.params()["argument"];
  if (arguments) text.append("", arguments);
  return {key_of({server, request.method_name(), request.target(), text.text()}), text.masked()};
}

uint64_t error_kind(const wire::Message& reply) {
  std::string_view said = reply.error()["message"].text();
  const JsonValue content = reply.result()["content"];
  if (content.is_array())
    for (const JsonValue block : content.items())
      if (block["text"].is_string()) {
        said = block["text"].text();
        break;
      }
  constexpr size_t kEnough = 512;
  std::string kind;
  char quote = 0;
  for (const char letter : said.substr(0, kEnough)) {
    if (quote != 0) {
      if (letter == quote) quote = 0;
      continue;
    }
    if (letter == '"' || letter == '\'' || letter == '`')
      quote = letter;
    else if (letter >= '0' && letter <= '9')
      continue;
    else if (!is_space(letter))
      kind += low(letter);
  }
  return key_of({kind}).high;
}

}  // namespace doorward::limits
