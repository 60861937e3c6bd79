#include "detect/error_leak.h"

#include <re2/re2.h>

namespace doorward::detect {

namespace {

bool matches(const re2::RE2& pattern, std::string_view text) {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace

bool has_stack(std::string_view text) {
  static const re2::RE2 kStack(
      R"((?im)^\s*at .{1,200}[:(]\d+|Traceback \(most recent call last\)|^\s*File "[^"\n]{1,200}", line \d+|goroutine \d+ \[|^panic: |thread '[^'\n]{1,60}' panicked at|^\s+from [^\n:]{1,160}:\d+:in |#\d+ +[^\n(]{1,160}\.php\(\d+\)|^\s*at [\w.$<>]{1,160}\([\w.]{1,80}(:\d+)?\)|Caused by: [\w.]{3,120}(Exception|Error))",
      re2::RE2::Latin1);
  return matches(kStack, text);
}

bool has_host_path(std::string_view text) {
  static const re2::RE2 kPath(
      R"((?i)(^|[\s"'(=:,\[])(file://)?(/(home|srv|usr|var|opt|root|etc|tmp|app|users|mnt|private|proc|run|snap|nix|lib|data)/[^\s"':)]{2,}|[a-z]:\\[^\s"']{3,}))",
      re2::RE2::Latin1);
  return matches(kPath, text);
}

std::vector<MessageText> content_of(const wire::Message& message) {
  if (!message.is_reply()) return texts_of(message.params());
  if (message.error()) return {};
  std::vector<MessageText> texts = texts_of(message.result());
  if (message.result()["isError"].boolean().value_or(false))
    std::erase_if(
        texts, [](const MessageText& text) { return text.name == "text" && has_stack(text.text); });
  return texts;
}

}  // namespace doorward::detect
