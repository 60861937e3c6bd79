#include "policy/flow/fields.h"

#include <algorithm>
#include <vector>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

namespace {

constexpr int kDepth = 24;
constexpr size_t kLeaves = 20'000;

// A member's name that names a thing (`Hotel Roma`), and not a kind of value (`rating`).
bool is_title(std::string_view name) {
  return name.size() > 1 &&
         std::ranges::any_of(name, [](char c) { return c == ' ' || (c >= 'A' && c <= 'Z'); });
}

// JSON and Python literals in one grammar: maps, lists, tuples, strings in either quotes, words.
class Literal {
 public:
  struct Leaf {
    std::string_view name;
    std::string value;
    uint32_t record;
    bool number;
  };

  explicit Literal(std::string_view text) : text_(text) {}

  // The leaves of the whole text, or false when it is no literal.
  bool read(std::vector<Leaf>& into) {
    leaves_ = &into;
    skip_space();
    if (peek() != '{' && peek() != '[' && peek() != '(') return false;
    if (!value("", 0)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  bool value(std::string_view name, int depth) {
    if (depth > kDepth || leaves_->size() > kLeaves) return false;
    skip_space();
    const char first = peek();
    if (first == '{') return members(depth);
    if (first == '[' || first == '(') return items(name, first == '[' ? ']' : ')', depth);
    std::string found;
    if (first == '"' || first == '\'') {
      if (!quoted(found)) return false;
      leaves_->push_back({name, std::move(found), record_, false});
      return true;
    }
    bool number = false;
    if (!bare(found, number)) return false;
    leaves_->push_back({name, std::move(found), record_, number});
    return true;
  }

  bool members(int depth) {
    ++at_;
    skip_space();
    while (peek() != '}') {
      skip_space();
      const size_t from = at_;
      std::string name;
      bool number = false;
      if (peek() == '"' || peek() == '\'') {
        if (!quoted(name)) return false;
      } else if (!bare(name, number)) {
        return false;
      }
      // A view of the text: a name with escapes is none that anything knows.
      const std::string_view seen = text_.substr(from, at_ - from);
      skip_space();
      if (peek() != ':') return false;
      ++at_;
      if (is_title(unquoted(seen)))
        leaves_->push_back({"", std::string(unquoted(seen)), record_, false});
      if (!value(unquoted(seen), depth + 1)) return false;
      skip_space();
      if (peek() == ',') {
        ++at_;
        skip_space();
      } else if (peek() != '}') {
        return false;
      }
    }
    ++at_;
    return true;
  }

  bool items(std::string_view name, char close, int depth) {
    ++at_;
    skip_space();
    while (peek() != close) {
      const bool outer = depth <= 2;
      if (!value(name, depth + 1)) return false;
      if (outer) ++record_;
      skip_space();
      if (peek() == ',') {
        ++at_;
        skip_space();
      } else if (peek() != close) {
        return false;
      }
    }
    ++at_;
    return true;
  }

  static std::string_view unquoted(std::string_view name) {
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\''))
      return name.substr(1, name.size() - 2);
    return name;
  }

  bool quoted(std::string& into) {
    const char quote = text_[at_++];
    while (at_ < text_.size()) {
      size_t plain = at_;
      while (plain < text_.size() && text_[plain] != quote && text_[plain] != '\\') ++plain;
      into.append(text_.substr(at_, plain - at_));
      at_ = plain + 1;
      if (plain == text_.size()) return false;
      if (text_[plain] == quote) return true;
      if (at_ == text_.size()) return false;
      const char escaped = text_[at_++];
      into += escaped == 'n' || escaped == 't' || escaped == 'r' ? ' ' : escaped;
    }
    return false;
  }

  // A number, True, None, or a call such as datetime.datetime(2024, 5, 1).
  bool bare(std::string& into, bool& number) {
    const size_t from = at_;
    int open = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '(') ++open;
      if (open == 0 && (c == ',' || c == ':' || c == '}' || c == ']' || c == ')' || c == '\n'))
        break;
      if (c == ')') --open;
      if (c == '"' || c == '\'' || c == '{' || c == '[') return false;
      ++at_;
    }
    std::string_view word = text_.substr(from, at_ - from);
    while (!word.empty() && (word.back() == ' ' || word.back() == '\r')) word.remove_suffix(1);
    if (word.empty() || word.size() > 80) return false;
    number = word.front() == '-' || (word.front() >= '0' && word.front() <= '9');
    into = word;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t record_ = 0;
  std::vector<Leaf>* leaves_ = nullptr;
};

struct Line {
  size_t indent = 0;
  bool item = false;
  std::string_view name;  // of `name: value`
  std::string_view value;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 40) return false;
  for (const char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == ' ' || c == '.';
    if (!good) return false;
  }
  return text.find("  ") == std::string_view::npos;
}

Line read_line(std::string_view text) {
  Line line;
  while (line.indent < text.size() && text[line.indent] == ' ') ++line.indent;
  text.remove_prefix(line.indent);
  while (text.starts_with("- ") || text == "-") {
    line.item = true;
    text.remove_prefix(std::min<size_t>(2, text.size()));
    line.indent += 2;
    while (text.starts_with(" ")) {
      text.remove_prefix(1);
      ++line.indent;
    }
  }
  text = trimmed(text);
  const size_t colon = text.find(':');
  const bool ends = colon != std::string_view::npos &&
                    (colon + 1 == text.size() || text[colon + 1] == ' ') &&
                    is_name(text.substr(0, colon));
  if (ends) {
    line.name = text.substr(0, colon);
    line.value = trimmed(text.substr(colon + 1));
  } else {
    line.value = text;
  }
  return line;
}

// One value that may go on over lines that stand deeper than its name.
struct Open {
  std::string_view name;
  std::string value;
  size_t indent = 0;
  uint32_t record = 0;
  bool any = false;
};

std::string_view unquote(std::string_view value) {
  value = trimmed(value);
  if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
      value.back() == value.front())
    return value.substr(1, value.size() - 2);
  if (value.starts_with("|") || value.starts_with(">")) {
    const size_t end = value.find('\n');
    if (end != std::string_view::npos && end <= 3) return value.substr(end + 1);
  }
  return value;
}

bool is_number(std::string_view value) {
  return !value.empty() && value.find_first_not_of("0123456789.,-+") == std::string_view::npos;
}

// Whether all of the text is lines of `name: value` and `- item`. Visits them when `visit` is set.
bool read_lines(std::string_view text, const VisitField* visit) {
  Open open;
  std::string_view list;  // the name that a list of items belongs to
  uint32_t record = 0;
  size_t named = 0, items = 0, top = std::string_view::npos, leaves = 0;
  char quote = '\0';  // a quoted value that goes on over lines
  const auto close = [&] {
    if (open.any && visit != nullptr && !trimmed(open.value).empty()) {
      const std::string_view value = unquote(open.value);
      if (is_title(open.name)) (*visit)({"", open.name, open.record, false, false});
      (*visit)({open.name, value, open.record, false, is_number(value)});
    }
    open = {};
  };
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (trimmed(raw).empty()) {
      if (open.any) open.value += '\n';
      continue;
    }
    if (++leaves > kLeaves) return false;
    const Line line = read_line(raw);
    const bool deeper = open.any && !open.value.empty() && line.indent > open.indent;
    if (quote != '\0' || (deeper && !line.item)) {
      // A line that goes on is the same line, but in a block.
      open.value += open.value[0] == '|' ? '\n' : ' ';
      open.value += trimmed(raw);
      if (quote != '\0' && trimmed(raw).ends_with(quote)) quote = '\0';
      continue;
    }
    if (line.name.empty() && !line.item) return false;
    if (open.any && open.value.empty()) list = open.name;
    close();
    if (top == std::string_view::npos) top = line.indent;
    if (line.item && line.indent <= top && named + items > 0) ++record;
    if (line.indent < top) return false;
    if (!line.name.empty()) ++named;
    if (line.item) ++items;
    if (!line.name.empty() && line.indent <= top) list = {};
    open = {line.name.empty() ? list : line.name, std::string(line.value), line.indent, record,
            true};
    if (!line.value.empty() && (line.value[0] == '\'' || line.value[0] == '"') &&
        (line.value.size() == 1 || line.value.back() != line.value[0]))
      quote = line.value[0];
  }
  close();
  return (items > 0 || named > 1) && quote == '\0';
}

// A text of several short lines, such as a list of names; visited line by line.
constexpr size_t kShort = 8;  // words of an entry

struct Entry {
  std::string_view name, value;
  uint32_t record;
  bool number;
};
using Entries = std::vector<Entry>;

// Appends `A: x, B: y` and `x, y, z` as their parts; false when a part is no short entry, and then
// nothing is appended.
bool read_parts(std::string_view line, uint32_t record, Entries& entries) {
  const size_t before = entries.size();
  size_t parts = 0;
  while (!line.empty()) {
    const size_t comma = line.find(", ");
    std::string_view part = trimmed(line.substr(0, comma));
    line = comma == std::string_view::npos ? std::string_view() : line.substr(comma + 2);
    std::string_view name;
    if (const size_t colon = part.find(": ");
        colon != std::string_view::npos && is_name(part.substr(0, colon))) {
      name = part.substr(0, colon);
      part = trimmed(part.substr(colon + 2));
    }
    if (count_words(part, kShort) >= kShort) {
      parts = 0;
      break;
    }
    ++parts;
    if (!part.empty()) entries.push_back({name, part, record, is_number(part)});
  }
  if (parts > 1) return true;
  entries.resize(before);
  return false;
}

// What the text holds when it is one of short lines; false otherwise.
bool read_short_lines(std::string_view text, Entries& entries) {
  size_t lines = 0, count = 0;
  uint32_t record = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view raw = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (raw.empty()) continue;
    ++lines;
    if (read_parts(raw, record, entries)) {
      count += 2;
      ++record;
      continue;
    }
    if (count_words(raw, kShort + 1) > kShort) return false;
    ++count;
    const size_t colon = raw.find(": ");
    if (colon != std::string_view::npos && is_name(raw.substr(0, colon))) {
      if (is_title(raw.substr(0, colon)))
        entries.push_back({"", raw.substr(0, colon), record, false});
      entries.push_back({raw.substr(0, colon), trimmed(raw.substr(colon + 2)), record, false});
    } else {
      entries.push_back({"", raw, record, false});
    }
    ++record;
  }
  return lines > 0 && count > 1;
}

bool is_listing(std::string_view text) {
  return read_lines(text, nullptr);
}

void leaf(std::string_view name, wire::JsonValue value, uint32_t record, const VisitField& visit) {
  if (value.is_string())
    visit({name, value.text(), record, false, false});
  else if (value.is_number() || value.is_boolean())
    visit({name, value.raw(), record, false, value.is_number()});
}

void walk(std::string_view name, wire::JsonValue value, uint32_t& record, int depth,
          const VisitField& visit) {
  if (depth > kDepth) return;
  if (value.is_object()) {
    for (const auto& [inner, held, name_value] : value.members()) {
      if (is_title(inner)) visit({"", inner, record, false, false});
      walk(inner, held, record, depth + 1, visit);
    }
  } else if (value.is_array()) {
    for (const wire::JsonValue held : value.items()) {
      walk(name, held, record, depth + 1, visit);
      if (depth <= 2) ++record;
    }
  } else {
    leaf(name, value, record, visit);
  }
}

}  // namespace

void read_fields(std::string_view text, const VisitField& visit) {
  const std::string_view whole = trimmed(text);
  if (!whole.empty() && (whole[0] == '{' || whole[0] == '[' || whole[0] == '(')) {
    std::vector<Literal::Leaf> leaves;
    if (Literal(whole).read(leaves)) {
      for (const auto& found : leaves)
        visit({found.name, found.value, found.record, false, found.number});
      return;
    }
  }
  Entries entries;
  const auto short_lines = [&] {
    entries.clear();
    return read_short_lines(text, entries);
  };
  // Pairs behind a pair are no value of the first.
  const auto pairs = [&] { return read_parts(whole.substr(0, whole.find('\n')), 0, entries); };
  if (is_listing(text) && !(whole[0] != '-' && pairs() && short_lines())) {
    read_lines(text, &visit);
    return;
  }
  if (short_lines()) {
    for (const Entry& entry : entries)
      visit({entry.name, entry.value, entry.record, false, entry.number, true});
    return;
  }
  if (!whole.empty()) visit({"", text, 0, true, false});
}

void read_fields(wire::JsonValue value, const VisitField& visit) {
  uint32_t record = 0;
  walk("", value, record, 0, visit);
}

void read_arguments(wire::JsonValue arguments, const VisitField& visit) {
  uint32_t record = 0;
  walk("", arguments, record, 3, visit);
}

}  // namespace doorward::policy::flow
