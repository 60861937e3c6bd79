#include "detect/sql_tokens.h"

#include <algorithm>

namespace doorward::detect {

namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool goes_on_word(char c) {
  return starts_word(c) || is_digit(c) || c == '$' || c == '@' || c == '#';
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

class Cutter {
 public:
  Cutter(std::string_view text, SqlDialect dialect) : text_(text), dialect_(dialect) {}

  SqlTokens cut() {
    while (at_ < text_.size()) one();
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool mysql() const { return dialect_ == SqlDialect::mysql; }

  void one() {
    from_ = at_;
    const char c = peek();
    if (is_blank(c)) {
      ++at_;
    } else if (c == '-' && peek(1) == '-' && line_comment_allowed()) {
      skip_line();
    } else if (c == '#' && mysql()) {
      skip_line();
    } else if (c == '/' && peek(1) == '*') {
      block_comment();
    } else if (c == '*' && peek(1) == '/' && in_hidden_) {
      in_hidden_ = false;
      at_ += 2;
    } else if (c == '\'') {
      quoted('\'', SqlTokenKind::text, escapes_in_text());
    } else if (c == '"') {
      quoted('"', mysql() ? SqlTokenKind::text : SqlTokenKind::quoted_name, mysql());
    } else if (c == '`' && dialect_ != SqlDialect::postgres && dialect_ != SqlDialect::tsql) {
      quoted('`', SqlTokenKind::quoted_name, false);
    } else if (c == '[' && (dialect_ == SqlDialect::tsql || dialect_ == SqlDialect::sqlite)) {
      quoted(']', SqlTokenKind::quoted_name, false);
    } else if (c == '$' && dialect_ == SqlDialect::postgres && dollar_quoted()) {
      return;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (starts_word(c) || c == '@' || c == '#') {
      word();
    } else {
      mark(c);
    }
  }

  // MySQL wants a blank or control character behind `--`.
  [[nodiscard]] bool line_comment_allowed() const {
    return !mysql() || at_ + 2 >= text_.size() || static_cast<unsigned char>(peek(2)) <= 0x20;
  }

  void end_comment() {
    out_.comments.emplace_back(static_cast<uint32_t>(from_), static_cast<uint32_t>(at_));
  }

  void skip_line() {
    out_.comment = true;
    while (at_ < text_.size() && text_[at_] != '\n' &&
           !(dialect_ == SqlDialect::postgres && text_[at_] == '\r'))
      ++at_;
    end_comment();
  }

  void block_comment() {
    const bool maria = peek(2) == 'M' && peek(3) == '!';
    if (mysql() && (peek(2) == '!' || maria)) {
      out_.comment = out_.hidden_code = in_hidden_ = true;
      at_ += maria ? 4 : 3;
      while (is_digit(peek())) ++at_;
      return;
    }
    out_.comment = true;
    const bool nests = dialect_ == SqlDialect::postgres || dialect_ == SqlDialect::tsql;
    size_t depth = 1;
    at_ += 2;
    while (at_ < text_.size()) {
      if (peek() == '*' && peek(1) == '/') {
        at_ += 2;
        if (--depth == 0) return end_comment();
      } else if (nests && peek() == '/' && peek(1) == '*') {
        at_ += 2;
        ++depth;
      } else {
        ++at_;
      }
    }
    // SQLite takes an open comment as one that ends with the text.
    if (dialect_ != SqlDialect::sqlite) out_.unterminated = true;
    end_comment();
  }

  [[nodiscard]] bool escapes_in_text() {
    if (mysql()) return true;
    if (dialect_ != SqlDialect::postgres || out_.list.empty()) return false;
    // E'…' reads backslashes; the E stands right before the quote.
    SqlToken& before = out_.list.back();
    const bool escape = before.is("e") && at_ > 0 && (text_[at_ - 1] | 0x20) == 'e';
    if (escape) out_.list.pop_back();
    return escape;
  }

  // From the opening quote; a doubled closing quote stands for itself.
  void quoted(char close, SqlTokenKind kind, bool escapes) {
    std::string inner;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && escapes && at_ + 1 < text_.size()) {
        inner += text_[++at_];
      } else if (c != close) {
        inner += c;
      } else if (peek(1) == close) {
        inner += c;
        ++at_;
      } else {
        ++at_;
        return push(kind, std::move(inner));
      }
    }
    out_.unterminated = true;
    push(kind, std::move(inner));
  }

  bool dollar_quoted() {
    size_t end = at_ + 1;
    if (end < text_.size() && is_digit(text_[end])) return false;
    while (end < text_.size() && (starts_word(text_[end]) || is_digit(text_[end]))) ++end;
    if (end >= text_.size() || text_[end] != '$') return false;
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const size_t close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) {
      out_.unterminated = true;
      push(SqlTokenKind::text, std::string(text_.substr(end + 1)));
      at_ = text_.size();
    } else {
      push(SqlTokenKind::text, std::string(text_.substr(end + 1, close - end - 1)));
      at_ = close + tag.size();
      out_.list.back().to = static_cast<uint32_t>(at_);
    }
    return true;
  }

  void number() {
    const size_t from = at_;
    if (peek() == '0' && (peek(1) | 0x20) == 'x') {
      at_ += 2;
      while (is_digit(peek()) || ((peek() | 0x20) >= 'a' && (peek() | 0x20) <= 'f')) ++at_;
    } else {
      while (is_digit(peek()) || peek() == '.') ++at_;
      const bool sign = peek(1) == '+' || peek(1) == '-';
      if ((peek() | 0x20) == 'e' && (is_digit(peek(1)) || (sign && is_digit(peek(2))))) {
        at_ += 2;
        while (is_digit(peek())) ++at_;
      }
    }
    push(SqlTokenKind::number, std::string(text_.substr(from, at_ - from)));
  }

  void word() {
    const size_t from = at_++;
    while (at_ < text_.size() && goes_on_word(text_[at_]) && !(mysql() && text_[at_] == '#')) ++at_;
    push(SqlTokenKind::word, lower(text_.substr(from, at_ - from)));
  }

  void mark(char c) {
    ++at_;
    if (c == ')' && depth_ > 0) --depth_;
    push(c == ';' ? SqlTokenKind::end_of_statement : SqlTokenKind::mark, std::string(1, c));
    if (c == '(') ++depth_;
  }

  void push(SqlTokenKind kind, std::string text) {
    out_.list.push_back(
        {kind, std::move(text), depth_, static_cast<uint32_t>(from_), static_cast<uint32_t>(at_)});
  }

  const std::string_view text_;
  const SqlDialect dialect_;
  size_t at_ = 0, from_ = 0;
  uint32_t depth_ = 0;
  bool in_hidden_ = false;
  SqlTokens out_;
};

}  // namespace

SqlTokens cut_sql(std::string_view text, SqlDialect dialect) {
  return Cutter(text, dialect).cut();
}

std::string mask_sql(std::string_view text, size_t max_bytes) {
  const SqlTokens tokens =
      cut_sql(text.substr(0, std::min(text.size(), kSqlBytes)), SqlDialect::postgres);
  std::string out;
  for (const SqlToken& token : tokens.list) {
    if (out.size() >= max_bytes) break;
    const bool literal = token.kind == SqlTokenKind::text || token.kind == SqlTokenKind::number;
    if (literal) {
      if (out.ends_with("? ,")) {
        out.resize(out.size() - 2);  // `?, ?, ?` counts as one
        continue;
      }
      if (out.ends_with("?")) continue;
    }
    if (!out.empty()) out += ' ';
    out += literal ? "?" : token.text;
  }
  if (out.size() > max_bytes) out.resize(max_bytes);
  return out;
}

}  // namespace doorward::detect
