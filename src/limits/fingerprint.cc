#include "limits/fingerprint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "detect/masks.h"
#include "detect/sql.h"
#include "detect/statement.h"

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

// By byte: is_space() as 0x100, otherwise low().
constexpr std::array<uint16_t, 256> kFold = [] {
  std::array<uint16_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c)
    table[c] = static_cast<uint16_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) table[static_cast<uint8_t>(c)] = 0x100;
  return table;
}();

// Writes sixteen bytes in lower case where that is all there is to fold: no white space in them but
// single blanks. `from` has one byte more.
bool write_plain(char* to, const char* from) {
  detect::Bytes16 bytes, next;
  std::memcpy(&bytes, from, sizeof bytes);
  std::memcpy(&next, from + 1, sizeof next);
  const auto others = [](detect::Bytes16 of) { return detect::are_from(of, '\t', 5); };
  const detect::Bytes16 faults =
      others(bytes) | (detect::are(bytes, ' ') & (detect::are(next, ' ') | others(next)));
  if (detect::any(faults)) return false;
  bytes |= detect::are_from(bytes, 'A', 26) & 0x20;
  std::memcpy(to, &bytes, sizeof bytes);
  return true;
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
  constexpr size_t kPlain = sizeof(detect::Bytes16);
  for (size_t at = 0; at < text.size(); ++at) {
    while (!space && to != first && at + kPlain < text.size() &&
           write_plain(to, text.data() + at)) {
      to += kPlain;
      at += kPlain;
    }
    const uint16_t folded = kFold[static_cast<uint8_t>(text[at])];
    if (folded == 0x100) {
      space = true;
      continue;
    }
    // Never longer than what was read: each space stands for one or more.
    if (space && to != first) *to++ = ' ';
    space = false;
    *to++ = static_cast<char>(folded);
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

// The first 64 bytes of a name, folded: names are short, and there are many.
class FoldedName {
 public:
  explicit FoldedName(std::string_view name) {
    bool space = false;
    for (const char letter : name.substr(0, bytes_.size())) {
      const uint16_t folded = kFold[static_cast<uint8_t>(letter)];
      if (folded == 0x100) {
        space = size_ > 0;
        continue;
      }
      if (std::exchange(space, false)) bytes_[size_++] = ' ';
      bytes_[size_++] = static_cast<char>(folded);
    }
  }
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 64> bytes_;
  size_t size_ = 0;
};

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

// The first word is one that begins a statement.
bool begins_statement(std::string_view text) {
  constexpr std::array<std::string_view, 18> kVerbs = {
      "select",  "with",   "insert", "update", "delete",  "exec",
      "execute", "call",   "do",     "begin",  "declare", "explain",
      "merge",   "create", "alter",  "drop",   "waitfor", "truncate"};
  const std::string masked = detect::mask_sql(text.substr(0, 256), 64);
  const std::string_view first = std::string_view(masked).substr(0, masked.find(' '));
  return std::find(kVerbs.begin(), kVerbs.end(), first) != kVerbs.end();
}

void replace_all(std::string& text, std::string_view from, std::string_view by) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at))
    text.replace(at, from.size(), by);
}

// What makes no other statement of it: how many rows of literals there are, how many literals are
// joined, and which word stands in MySQL's backticks where a value is compared.
std::string shape_of(std::string_view sql) {
  std::string shape = detect::mask_sql(sql, kFolded);
  for (const char mark : {'=', '<', '>'}) {
    const std::string before = std::string(1, mark) + " ` ";
    for (size_t at = shape.find(before); at != shape.npos; at = shape.find(before, at + 1)) {
      const size_t close = shape.find(" `", at + before.size());
      if (close == shape.npos) break;
      shape.replace(at + 2, close - at, "?");
    }
  }
  replace_all(shape, "? | | ?", "?");
  replace_all(shape, "( ? ) , ( ? )", "( ? )");
  while (shape.ends_with(';') || shape.ends_with(' ')) shape.pop_back();
  return shape;
}

// Words that may follow a table and are no name for it.
bool follows_table(std::string_view word) {
  constexpr std::array<std::string_view, 31> kWords = {
      "where",   "join",      "left",   "right", "inner",  "outer",  "full",   "cross",
      "natural", "on",        "using",  "group", "order",  "having", "limit",  "offset",
      "union",   "intersect", "except", "set",   "values", "select", "for",    "fetch",
      "window",  "returning", "as",     "when",  "and",    "or",     "default"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_identifier(std::string_view word) {
  const char first = word.empty() ? '0' : word[0];
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_' ||
         static_cast<unsigned char>(first) >= 0x80;
}

// A shape without the names that the statement gives its columns and tables, and without marks
// behind its end: `selct a as x1 from t b !!` is `selct a from t`.
std::string near_shape(std::string_view shape) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < shape.size();) {
    const size_t end = std::min(shape.find(' ', at), shape.size());
    if (end > at) words.push_back(shape.substr(at, end - at));
    at = end + 1;
  }
  while (!words.empty() && words.back().size() == 1 && words.back() != ")" && words.back() != "?" &&
         words.back() != "*" && !is_identifier(words.back()))
    words.pop_back();
  const auto word = [&](size_t at) { return at < words.size() ? words[at] : std::string_view(); };
  std::vector<std::string_view> given, kept;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool named =
        words[i] == "as" && is_identifier(word(i + 1)) && word(i + 2) != ")" && word(i + 2) != "(";
    if (named) {
      given.push_back(words[++i]);
      continue;
    }
    kept.push_back(words[i]);
    const bool table = words[i] == "from" || words[i] == "join" || words[i] == "update";
    if (!table || !is_identifier(word(i + 1))) continue;
    kept.push_back(words[++i]);
    while (word(i + 1) == "." && is_identifier(word(i + 2))) {
      kept.push_back(words[++i]);
      kept.push_back(words[++i]);
    }
    if (is_identifier(word(i + 1)) && !follows_table(word(i + 1))) given.push_back(words[++i]);
  }
  constexpr size_t kGiven = 32;  // more make a statement that is none of a confused model
  std::string out;
  for (const std::string_view one : kept) {
    const bool own =
        given.size() <= kGiven && std::find(given.begin(), given.end(), one) != given.end();
    out.append(own ? "?" : one).append(" ");
  }
  return out;
}

// The names under which values are bound to the statement beside them.
bool binds_values(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {
      "params", "parameters", "args", "values", "bindings", "binds", "bind", "variables", "vars"};
  const FoldedName folded_name(name);
  const std::string_view word = folded_name.text();
  return std::find(kNames.begin(), kNames.end(), word) != kNames.end();
}

// The names of arguments that no statement depends on: what names the request, or tells of it.
bool tells_of_request(std::string_view word) {
  constexpr std::array<std::string_view, 10> kSigns = {
      "request", "trace",  "correlation", "idempoten",   "nonce",
      "span",    "reason", "comment",     "description", "purpose"};
  const char last = word.empty() ? 'x' : word.back();
  return (last >= '0' && last <= '9') ||
         std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return word.find(sign) != word.npos; });
}

// Numbers that say where a statement runs; any other says how much of its answer is wanted.
bool names_place(std::string_view word) {
  constexpr std::array<std::string_view, 14> kSigns = {
      "id",     "db",   "database", "shard",   "connection", "project", "tenant",
      "server", "port", "host",     "account", "dataset",    "cluster", "number"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return word.find(sign) != word.npos; });
}

// A short whole number, written the one way.
bool is_plain_number(std::string_view text) {
  constexpr size_t kShort = 15;
  return !text.empty() && text.size() <= kShort &&
         text.find_first_not_of("0123456789") == text.npos && (text[0] != '0' || text.size() == 1);
}

// What is wanted of the arguments: all of them; SQL without its literals; that and what is near it.
enum class Take : uint8_t { whole, masked, near };

class Text {
 public:
  Text(std::string_view tool, Take take)
      : tool_(tool), masks_(take != Take::whole), near_wanted_(take == Take::near) {}
  void append(std::string_view name, const JsonValue& value) {
    if (value.is_object()) {
      std::vector<JsonValue::Member> members;
      members.reserve(value.size());
      for (const auto& member : value.members()) members.push_back(member);
      std::sort(members.begin(), members.end(),
                [](const auto& a, const auto& b) { return a.name < b.name; });
      const bool holds = masks_ && binds_to_sql(members);
      out_ += '{';
      for (const auto& [inner, held, name_value] : members) {
        if (held.is_null()) continue;
        append_sized(inner);
        if (holds && binds_values(inner)) {
          masked_ = true;
          continue;
        }
        append(inner, held);
      }
      out_ += '}';
    } else if (value.is_array()) {
      out_ += '[';
      for (const JsonValue item : value.items()) append(name, item);
      out_ += ']';
    } else if (value.is_string()) {
      const std::string_view text = value.text();
      if (is_plain_number(text)) {
        out_ += 'v';
        append_sized(text);
        add_near(name, text, true);
      } else if (masks_ && holds_sql(tool_, name, text)) {
        masked_ = true;
        out_ += 'q';
        const std::string shape = shape_of(text);
        append_sized(shape);
        if (near_wanted_) near_.append("q ").append(near_shape(shape)).append("\n");
      } else {
        out_ += 's';
        append_folded_sized(text);
        add_near(name, text, false);
      }
    } else {
      add_near(name, value.raw(), true);
      // Canonical: 1, 1.0 and 1e0 are one number. A short integer is written one way only.
      out_ += 'v';
      const std::string_view raw = value.raw();
      if (is_plain_number(raw))
        append_sized(raw);
      else
        append_sized(wire::canonical_json(value));
    }
  }
  [[nodiscard]] const std::string& text() const { return out_; }
  [[nodiscard]] bool masked() const { return masked_; }
  [[nodiscard]] const std::string& near() const { return near_; }

 private:
  void add_near(std::string_view name, std::string_view text, bool number) {
    if (!near_wanted_) return;
    const FoldedName folded_name(name);
    const std::string_view word = folded_name.text();
    if (tells_of_request(word) || (number && !names_place(word))) return;
    near_.append("s ").append(word).append(" ");
    append_folded(near_, text);
    near_ += '\n';
  }
  // True where values stand beside the statement that they are bound to.
  [[nodiscard]] bool binds_to_sql(const std::vector<JsonValue::Member>& members) const {
    const auto binds = [](const auto& member) { return binds_values(member.name); };
    return std::any_of(members.begin(), members.end(), binds) &&
           std::any_of(members.begin(), members.end(),
                       [this](const auto& member) { return has_sql(member.name, member.value); });
  }
  [[nodiscard]] bool has_sql(std::string_view name, const JsonValue& value) const {
    if (value.is_string()) return holds_sql(tool_, name, value.text());
    if (!value.is_array()) return false;
    for (const JsonValue item : value.items())
      if (item.is_string() && holds_sql(tool_, name, item.text())) return true;
    return false;
  }
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
  const bool masks_, near_wanted_;
  std::string out_, near_;
  bool masked_ = false;
};

}  // namespace

bool holds_sql(std::string_view tool, std::string_view name, std::string_view text) {
  if (text.size() > kFolded) return false;
  const FoldedName folded_name(name);
  const std::string_view word = folded_name.text();
  if (word.find("sql") != std::string::npos || word == "statement" || word == "statements" ||
      word == "stmt")
    return true;
  constexpr std::array<std::string_view, 8> kAnyText = {"text", "code",  "input",      "script",
                                                        "body", "value", "expression", "content"};
  const bool any_text = std::find(kAnyText.begin(), kAnyText.end(), word) != kAnyText.end();
  if (!any_text && word.find("query") == std::string::npos && word != "queries" && word != "q" &&
      word != "command")
    return false;
  const FoldedName folded_tool(tool);
  const std::string_view of = folded_tool.text();
  constexpr std::array<std::string_view, 4> kTools = {"sql", "query", "database", "db_"};
  const bool for_sql = std::any_of(kTools.begin(), kTools.end(), [&](std::string_view sign) {
    return of.find(sign) != std::string::npos;
  });
  if (any_text)
    return for_sql && (begins_statement(text) || looks_like_sql(text)) &&
           !detect::is_prose_about_sql(text);
  return for_sql || looks_like_sql(text);
}

Fingerprint fingerprint_of(std::string_view server, const wire::Message& request) {
  const JsonValue arguments =
      request.arguments() ? request.arguments() : request.params()["argument"];
  const auto key_with = [&](std::string_view text) {
    return key_of({server, request.method_name(), request.target(), text});
  };
  Text masks(request.target(), Take::masked);
  if (arguments) masks.append("", arguments);
  Fingerprint mark;
  mark.key = mark.exact = mark.near = key_with(masks.text());
  mark.masked = masks.masked();
  if (!mark.masked) return mark;
  Text whole(request.target(), Take::whole);
  whole.append("", arguments);
  mark.exact = key_with(whole.text());
  Text near(request.target(), Take::near);
  near.append("", arguments);
  mark.near = key_of({"near", server, request.method_name(), request.target(), near.near()});
  return mark;
}

namespace {

// Of an error text, without what differs from one time to the next.
std::string kind_text(std::string_view said) {
  constexpr std::array<std::string_view, 6> kBeforeIds = {"ref",   "reference",   "id",
                                                          "trace", "correlation", "incident"};
  std::string kind;
  std::string word;
  bool digits = false, behind = false;
  const auto end_word = [&] {
    if (word.empty()) return;
    constexpr size_t kHex = 8;
    const bool hex = word.size() >= kHex && word.find_first_not_of("abcdef-") == word.npos;
    if (!digits && !hex && !behind) kind += word;
    behind = std::find(kBeforeIds.begin(), kBeforeIds.end(), word) != kBeforeIds.end();
    word.clear();
    digits = false;
  };
  char quote = 0;
  for (const char letter : said) {
    if (quote != 0) {
      if (letter == quote) quote = 0;
      continue;
    }
    if (letter == '"' || letter == '\'' || letter == '`') {
      end_word();
      quote = letter;
    } else if (letter >= '0' && letter <= '9') {
      digits = true;
      word += letter;
    } else if ((low(letter) >= 'a' && low(letter) <= 'z') || letter == '_' || letter == '-') {
      word += low(letter);
    } else {
      end_word();
      if (!is_space(letter)) kind += letter;
    }
  }
  end_word();
  return kind;
}

}  // namespace

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
  return key_of({kind_text(said.substr(0, kEnough))}).high;
}

}  // namespace doorward::limits
