#include "guards/secrets/error_text.h"

#include <cctype>
#include <ranges>

#include "detect/error_leak.h"
#include "detect/inspector.h"
#include "detect/message_text.h"

namespace doorward::guards {

namespace {

std::string generic(const core::Exchange& exchange) {
  return "The server failed at this request. Try other arguments, or tell the person who runs the "
         "gateway this id: " +
         std::string(exchange.call_id.empty() ? "none" : exchange.call_id);
}

bool goes_on(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || std::string_view("/\\_-.").contains(c);
}

// Without what the request itself said: a path that the client sent is no news to it.
std::string without_asked(std::string_view text, const core::Exchange& exchange) {
  constexpr size_t kLeast = 4, kMostText = 4096, kMostArguments = 32;
  std::string left(text);
  if (exchange.request == nullptr || text.size() > kMostText) return left;
  const auto arguments = detect::texts_of(exchange.request->arguments());
  for (const auto& asked : arguments | std::views::take(kMostArguments)) {
    if (asked.text.size() < kLeast) continue;
    for (size_t at = left.find(asked.text); at != std::string::npos;
         at = left.find(asked.text, at + 1)) {
      // What goes on behind it is more than was asked for.
      const size_t end = at + asked.text.size();
      if (end < left.size() && goes_on(left[end])) continue;
      left.replace(at, asked.text.size(), "?");
    }
  }
  return left;
}

bool leaks(std::string_view given, const core::Exchange& exchange) {
  const std::string text = without_asked(given, exchange);
  if (detect::has_stack(text) || detect::has_host_path(text)) return true;
  const auto report = detect::inspect({detect::Channel::tool_result, detect::Role::text, given,
                                       detect::kSecrets | detect::kInstructions | detect::kHidden});
  return report.has(detect::Kind::secret, detect::Certainty::likely) ||
         report.has(detect::Kind::instruction, detect::Certainty::likely) ||
         report.has(detect::Kind::hidden_text, detect::Certainty::likely);
}

}  // namespace

const core::GuardFacts& ErrorText::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.error_text", core::Area::secrets,
                                           core::stages(core::Stage::response), false};
  return kFacts;
}

core::Verdict ErrorText::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || !exchange.message->is_reply()) return core::pass();
  const wire::Message& message = *exchange.message;
  core::Verdict rewrite;
  rewrite.effect = core::Effect::rewrite;
  rewrite.reason = "secrets.error_text";
  rewrite.requirement = "R7.7";
  if (const wire::JsonValue error = message.error()) {
    bool leaky = false;
    for (const auto& text : detect::texts_of(error)) leaky = leaky || leaks(text.text, exchange);
    for (const auto& name : detect::names_of(error["data"]))
      leaky = leaky || leaks(name.text, exchange);
    if (!leaky) return core::pass();
    const wire::JsonValue said = error["message"];
    rewrite.edits.push_back({said.begin(), said.end(), wire::json_quote(generic(exchange))});
    if (const wire::JsonValue data = error["data"])
      rewrite.edits.push_back({data.begin(), data.end(), "null"});
    return rewrite;
  }
  const auto is_error = message.result()["isError"].boolean();
  if (!is_error || !*is_error) return core::pass();
  for (const auto& text : detect::texts_of(message.result()["content"])) {
    if (text.name != "text" || !detect::has_stack(text.text)) continue;
    rewrite.edits.push_back(
        detect::edit_of(message.bytes(), text, {0, text.text.size()}, generic(exchange)));
  }
  return rewrite.edits.empty() ? core::pass() : rewrite;
}

}  // namespace doorward::guards
