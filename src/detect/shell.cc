#include "detect/shell.h"

#include <algorithm>
#include <array>

#include "detect/characters.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostTokens = 4096;
constexpr unsigned kDeepestSubstitution = 32;

// The end of `$(…)`, `${…}` or a group at `at`, which stands on the opening character.
size_t closing(std::string_view text, size_t at, char open, char close) {
  unsigned depth = 0;
  char quote = '\0';
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != '\0') {
      if (c == '\\' && quote == '"')
        ++at;
      else if (c == quote)
        quote = '\0';
      continue;
    }
    if (c == '\\')
      ++at;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == open && ++depth > kDeepestSubstitution)
      return std::string_view::npos;
    else if (c == close && --depth == 0)
      return at;
  }
  return std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  ShellText run() {
    while (at_ < text_.size()) {
      if (out_.tokens.size() >= kMostTokens) {
        out_.cut = true;
        break;
      }
      step();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void token(ShellTokenKind kind, size_t size) {
    out_.tokens.push_back({kind, std::string(text_.substr(at_, size)), at_, at_ + size});
    at_ += size;
  }

  void step() {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#' && (at_ == 0 || is_space(text_[at_ - 1]))) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\n' || c == ';') {
      token(ShellTokenKind::separator, c == ';' && peek(1) == ';' ? 2 : 1);
    } else if (c == '&') {
      if (peek(1) == '>')
        token(ShellTokenKind::redirect, 2);
      else
        token(ShellTokenKind::separator, peek(1) == '&' ? 2 : 1);
    } else if (c == '|') {
      if (peek(1) == '|')
        token(ShellTokenKind::separator, 2);
      else
        token(ShellTokenKind::pipe, peek(1) == '&' ? 2 : 1);
    } else if ((c == '<' || c == '>') && peek(1) != '(') {
      size_t size = 1;
      while (size < 3 && (peek(size) == c || peek(size) == '&' || peek(size) == '|')) ++size;
      token(ShellTokenKind::redirect, size);
    } else if (c == '(' || c == '{') {
      if (c == '{' && peek(1) != ' ' && peek(1) != '\n')
        word();
      else
        token(ShellTokenKind::open, 1);
    } else if (c == ')' || (c == '}' && (peek(1) == '\0' || is_space(peek(1)) || peek(1) == ';'))) {
      token(ShellTokenKind::close, 1);
    } else {
      word();
    }
  }

  void skip_to(size_t end) {
    if (end == std::string_view::npos) {
      out_.open_quote = true;
      at_ = text_.size();
    } else {
      at_ = end + 1;
    }
  }

  void word() {
    ShellToken made{ShellTokenKind::word, "", at_, at_};
    size_t joints = 0;  // letters directly on both sides of a quote or escape
    while (at_ < text_.size()) {
      const char c = peek();
      if (is_space(c) || c == ';' || c == '&' || c == '|' || c == ')' ||
          ((c == '<' || c == '>') && peek(1) != '('))
        break;
      const bool letter_before = at_ > made.from && is_letter(text_[at_ - 1]);
      if (c == '\\') {
        if (letter_before && is_letter(peek(1))) ++joints;
        if (peek(1) != '\n' && at_ + 1 < text_.size()) made.text += peek(1);
        at_ = std::min(at_ + 2, text_.size());
      } else if (c == '\'') {
        const size_t end = text_.find('\'', at_ + 1);
        if (letter_before) ++joints;
        made.quoted = true;
        if (end != std::string_view::npos) made.text += text_.substr(at_ + 1, end - at_ - 1);
        skip_to(end);
        if (letter_before && end != std::string_view::npos && end - made.from < 16 &&
            is_letter(peek()))
          ++joints;
      } else if (c == '"') {
        double_quoted(made, letter_before, joints);
      } else if (c == '`') {
        made.substitutes = true;
        skip_to(text_.find('`', at_ + 1));
      } else if ((c == '$' || c == '<' || c == '>') && peek(1) == '(') {
        made.substitutes = true;
        skip_to(closing(text_, at_ + 1, '(', ')'));
      } else if (c == '$' && peek(1) == '{') {
        skip_to(closing(text_, at_ + 1, '{', '}'));
      } else {
        made.text += c;
        ++at_;
      }
    }
    if (at_ == made.from) ++at_;
    made.to = at_;
    made.broken_quotes = joints >= 2;
    out_.tokens.push_back(std::move(made));
  }

  void double_quoted(ShellToken& made, bool letter_before, size_t& joints) {
    const size_t begin = at_++;
    made.quoted = true;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') {
        ++at_;
        if (at_ < text_.size()) made.text += text_[at_++];
      } else if (text_[at_] == '`') {
        made.substitutes = true;
        skip_to(text_.find('`', at_ + 1));
      } else if (text_[at_] == '$' && at_ + 1 < text_.size() && text_[at_ + 1] == '(') {
        made.substitutes = true;
        skip_to(closing(text_, at_ + 1, '(', ')'));
      } else {
        made.text += text_[at_++];
      }
    }
    if (at_ >= text_.size()) {
      out_.open_quote = true;
      return;
    }
    ++at_;
    if (letter_before) ++joints;
    if (letter_before && at_ - begin < 16 && is_letter(peek())) ++joints;
  }

  std::string_view text_;
  size_t at_ = 0;
  ShellText out_;
};

void tell(std::vector<Finding>& findings, std::string_view rule, Certainty certainty, double score,
          Span span) {
  findings.push_back({rule, Kind::command, certainty, score, span, "plain"});
}

// `O'Neil`, `"Last Name"`: an apostrophe between letters, quotes around the whole.
bool is_mark_of_name(std::string_view text, size_t at) {
  if (text[at] == '\'')
    return at > 0 && at + 1 < text.size() && is_letter(text[at - 1]) && is_letter(text[at + 1]) &&
           std::ranges::count(text, '\'') == 1;
  if (text[at] != '"' || std::ranges::count(text, '"') != 2) return false;
  const auto is_plain = [](char c) {
    return is_word(c) || c == ' ' || c == '.' || c == '-' || c == '"';
  };
  const bool opens = at == 0 || text[at - 1] == '.';
  return text.size() > 2 && text.back() == '"' && std::ranges::all_of(text, is_plain) &&
         (opens || at + 1 == text.size());
}

}  // namespace

ShellText lex_shell(std::string_view text) {
  return Lexer(text).run();
}

void judge_command_line(std::string_view text, std::vector<Finding>& findings) {
  const ShellText shell = lex_shell(text);
  if (shell.tokens.empty()) return;
  const ShellToken& first = shell.tokens.front();
  const bool blank_line_first = first.kind == ShellTokenKind::separator && first.text == "\n";
  // An honest command begins with a word; the tail of an injection with an operator.
  // `<name>` is a placeholder of a manual.
  const bool operates = first.kind == ShellTokenKind::separator ||
                        first.kind == ShellTokenKind::pipe ||
                        (first.kind == ShellTokenKind::redirect && first.text.front() == '>') ||
                        first.kind == ShellTokenKind::close;
  if (operates && !blank_line_first)
    tell(findings, "command.starts_with_operator", Certainty::likely, 0.95, {first.from, first.to});
  if (first.kind == ShellTokenKind::word && first.substitutes && first.text.empty())
    tell(findings, "command.is_substitution", Certainty::likely, 0.8, {first.from, first.to});
  if (shell.open_quote && (text.front() == '\'' || text.front() == '"' || text.front() == '`'))
    tell(findings, "command.open_quote", Certainty::likely, 0.9, {0, text.size()});
  for (const ShellToken& token : shell.tokens)
    if (token.broken_quotes) {
      tell(findings, "command.broken_word", Certainty::likely, 0.9, {token.from, token.to});
      break;
    }
}

void judge_name(std::string_view text, Role role, std::vector<Finding>& findings) {
  const bool strict = role == Role::identifier || role == Role::host;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    size_t size = 0;
    if (c == '`' || c == ';' || c == '|' || c == '\n' || c == '\r' || (strict && c == '\0'))
      size = 1;
    if (c == '$' && (next == '(' || next == '{')) size = 2;
    if ((c == '<' || c == '>') && (strict || next == '(' || is_space(next))) size = 1;
    if (c == '&' && next == '&') size = 2;
    if (strict && (c == '&' || c == '$' || c == '\'' || c == '"')) size = 1;
    if (size == 1 && is_mark_of_name(text, at)) size = 0;
    // A trailing line end is left by many an honest copy.
    if ((c == '\n' || c == '\r') && at + 2 >= text.size()) size = 0;
    if (size == 0) continue;
    tell(findings, "command.metacharacter", Certainty::certain, 0.97, {at, at + size});
    return;
  }
}

}  // namespace doorward::detect
