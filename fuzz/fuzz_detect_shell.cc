// Fuzzes module: detect
// The lexer of shell words: tokens in order, inside the text, none twice.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/shell.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 16'384) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t end = 0;
  for (const ShellToken& token : lex_shell(text).tokens) {
    if (token.from < end || token.to <= token.from || token.to > text.size()) std::abort();
    end = token.to;
  }
  std::vector<Finding> findings;
  judge_command_line(text, findings);
  for (const Role role : {Role::path, Role::identifier, Role::host})
    judge_name(text, role, findings);
  for (const Finding& finding : findings)
    if (finding.span.to > text.size()) std::abort();
  return 0;
}
