#include "guards/secrets/argument_leak.h"

#include "detect/inspector.h"
#include "detect/message_text.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Finding;
using detect::Kind;

namespace {

core::Verdict refusal(std::string_view reason, std::string_view name, std::string_view rule) {
  core::Verdict verdict =
      core::deny(reason, "R7.5",
                 "The argument `" + std::string(name.substr(0, 64)) +
                     "` holds a secret that may not go to this server. Leave it out; servers get "
                     "the credentials that they need from the gateway.");
  verdict.detail = std::string(rule);
  return verdict;
}

}  // namespace

const core::GuardFacts& ArgumentLeak::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.argument_leak", core::Area::secrets,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

core::Verdict ArgumentLeak::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr || !exchange.message->is_request()) return core::pass();
  const auto texts = detect::texts_of(exchange.message->arguments());
  std::string joined;
  for (const auto& text : texts) {
    if (joined.size() < 65'536) joined += text.text;
    std::vector<Finding> held;
    held_->find(text.text, held);
    if (!held.empty()) return refusal("secrets.held_secret", text.name, held.front().rule);
    for (const Finding& finding : detect::inspect_secrets(text.text).findings) {
      if (finding.kind != Kind::secret) continue;
      const std::string first = seen_->first_server(
          text.text.substr(finding.span.from, finding.span.to - finding.span.from));
      if (!first.empty() && first != exchange.server)
        return refusal("secrets.other_servers_secret", text.name, finding.rule);
      if (finding.certainty == Certainty::certain)
        return refusal("secrets.argument_leak", text.name, finding.rule);
    }
  }
  if (texts.size() < 2) return core::pass();
  // A held secret cut over several arguments.
  std::vector<Finding> held;
  held_->find(joined, held);
  if (!held.empty()) return refusal("secrets.held_secret", "arguments", held.front().rule);
  return core::pass();
}

}  // namespace doorward::guards
