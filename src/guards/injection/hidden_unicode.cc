#include "guards/injection/hidden_unicode.h"

#include <algorithm>

#include "detect/error_leak.h"
#include "detect/hidden.h"
#include "detect/message_text.h"
#include "detect/reading.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& HiddenUnicode::facts() const {
  static constexpr core::GuardFacts kFacts{
      "injection.hidden_unicode", core::Area::injection,
      core::stages(Stage::request, Stage::response, Stage::server_message), true};
  return kFacts;
}

core::Verdict HiddenUnicode::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr) return core::pass();
  // What Doorward asks for itself is pinned and scanned as the server sent it.
  if (exchange.own && exchange.stage == core::Stage::response) return core::pass();
  const wire::Message& message = *exchange.message;
  const bool asks = exchange.stage == Stage::request;
  policy::FalseAlarms alarms(
      alarms_, exchange, notes,
      {facts().id, "injection.hidden_text", asks ? core::Effect::deny : core::Effect::rewrite});
  if (asks) {
    for (const auto& text : detect::texts_of(message.arguments())) {
      std::vector<detect::Finding> found;
      detect::find_hidden(text.text, found);
      std::erase_if(found, [&](const auto& one) { return alarms.covers(one.rule); });
      if (found.empty()) continue;
      core::Verdict verdict =
          core::deny("injection.hidden_text", "R3.5",
                     "The argument `" + std::string(text.name.substr(0, 64)) +
                         "` holds characters that a person does not see. Send it without them.");
      verdict.detail = std::string(found.front().rule);
      return verdict;
    }
    return core::pass();
  }
  auto& readings = notes.of_message.of<detect::Readings>();
  core::Verdict rewrite;
  rewrite.effect = core::Effect::rewrite;
  for (const auto& text : detect::content_of(message)) {
    std::vector<detect::Finding> found;
    detect::find_hidden(text.text, found);
    std::erase_if(found, [&](const auto& one) { return alarms.covers(one.rule, text.begin); });
    for (const detect::Span span : detect::find_controls(text.text))
      if (std::ranges::none_of(found, [&](const auto& one) {
            return one.span.from < span.to && span.from < one.span.to;
          }))
        found.push_back({"hidden.control", detect::Kind::hidden_text, detect::Certainty::weak, 0,
                         span, "plain"});
    if (found.empty()) continue;
    // A poisoned description is taken out as a whole by injection.prompt_text.
    const bool definition = exchange.request != nullptr && message.is_reply() &&
                            exchange.request->method() != wire::Method::tools_call;
    detect::Reading& reading = readings.of(text.text);
    if (definition &&
        reading.report(detect::Channel::tool_definition, detect::Role::text, detect::kInstructions)
            .has(detect::Kind::instruction, detect::Certainty::likely))
      continue;
    // A secret with hidden characters inside is redacted as a whole by secrets.result_dlp.
    const detect::Report& secrets = reading.secrets();
    for (const auto& finding : found) {
      bool inside = false;
      for (const auto& secret : secrets.findings)
        inside =
            inside || (secret.kind == detect::Kind::secret && secret.span.from < finding.span.to &&
                       finding.span.from < secret.span.to);
      if (!inside)
        rewrite.edits.push_back(detect::edit_of(message.bytes(), text, finding.span, ""));
    }
    rewrite.reason = "injection.hidden_text";
    rewrite.requirement = "R3.5";
    rewrite.detail = std::string(found.front().rule);
  }
  return rewrite.edits.empty() ? core::pass() : rewrite;
}

}  // namespace doorward::guards
