#include "app/onboard/jsonc.h"

namespace doorward::app {

namespace {

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

void blank(std::string& text, size_t begin, size_t end) {
  for (size_t i = begin; i < end && i < text.size(); ++i)
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
}

}  // namespace

std::string blank_comments(std::string_view text) {
  std::string out(text);
  // A byte order mark is no JSON; some editors write one.
  if (out.starts_with("\xEF\xBB\xBF")) blank(out, 0, 3);
  bool in_string = false;
  size_t comma = std::string::npos;  // the last one, with nothing but space behind it so far
  for (size_t i = 0; i < out.size(); ++i) {
    const char letter = out[i];
    if (in_string) {
      if (letter == '\\')
        ++i;
      else if (letter == '"')
        in_string = false;
      continue;
    }
    if (letter == '/' && i + 1 < out.size() && out[i + 1] == '/') {
      size_t end = out.find('\n', i);
      if (end == std::string::npos) end = out.size();
      blank(out, i, end);
      i = end - 1;
      continue;
    }
    if (letter == '/' && i + 1 < out.size() && out[i + 1] == '*') {
      size_t end = out.find("*/", i + 2);
      end = end == std::string::npos ? out.size() : end + 2;
      blank(out, i, end);
      i = end - 1;
      continue;
    }
    if (is_space(letter)) continue;
    if ((letter == '}' || letter == ']') && comma != std::string::npos) out[comma] = ' ';
    comma = letter == ',' ? i : std::string::npos;
    if (letter == '"') in_string = true;
  }
  return out;
}

}  // namespace doorward::app
