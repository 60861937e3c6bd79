// A lexer of POSIX shell words: quotes, escapes, substitutions, operators, redirections, comments.
// It does not expand; it says what a shell would do with the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

enum class ShellTokenKind : uint8_t { word, separator, pipe, redirect, open, close };

struct ShellToken {
  ShellTokenKind kind;
  std::string text;  // a word with its quotes and escapes taken off
  size_t from, to;
  bool quoted = false;         // some of it stood in quotes
  bool substitutes = false;    // holds $(…), `…` or <(…)
  bool broken_quotes = false;  // quotes or escapes in the middle of letters: c'a't, w\ho
};

struct ShellText {
  std::vector<ShellToken> tokens;  // at most 4,096
  bool open_quote = false;         // a quote or substitution that never ends
  bool cut = false;                // more than was read
};

[[nodiscard]] ShellText lex_shell(std::string_view text);

// What makes a text, meant as one whole command line, look like the tail of another one.
// Appends findings of kind command.
void judge_command_line(std::string_view text, std::vector<Finding>& findings);

// Shell metacharacters in what should be a name: role path, identifier or host.
void judge_name(std::string_view text, Role role, std::vector<Finding>& findings);

}  // namespace doorward::detect
