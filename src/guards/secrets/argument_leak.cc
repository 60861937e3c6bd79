#include "guards/secrets/argument_leak.h"

#include "detect/inspector.h"
#include "detect/message_text.h"
#include "policy/held.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Finding;
using detect::Kind;

namespace {

core::Verdict personal(std::string_view name, std::string_view rule) {
  core::Verdict verdict =
      core::deny("secrets.personal_data", "R7.5",
                 "The argument `" + std::string(name.substr(0, 64)) +
                     "` holds data of a person that may not leave. Send it without them.");
  verdict.detail = std::string(rule);
  return verdict;
}

core::Verdict refusal(std::string_view reason, std::string_view name, std::string_view rule) {
  core::Verdict verdict =
      core::deny(reason, "R7.5",
                 "The argument `" + std::string(name.substr(0, 64)) +
                     "` holds a secret that may not go to this server. Leave it out; servers get "
                     "the credentials that they need from the gateway.");
  verdict.detail = std::string(rule);
  return verdict;
}

// The first denial ends it, behind a hold as well.
class Said {
 public:
  Said(std::string_view guard, core::Notes& notes) : guard_(guard), notes_(notes) {}

  [[nodiscard]] bool is_last(ContentAct act, core::Verdict refusal) {
    if (act == ContentAct::observe) {
      notes_.observed.push_back({guard_, refusal.reason, refusal.effect});
      return false;
    }
    if (act == ContentAct::hold) {
      if (said_.effect == core::Effect::pass) said_ = policy::held_for_a_person(std::move(refusal));
      return false;
    }
    said_ = std::move(refusal);
    return true;
  }
  [[nodiscard]] core::Verdict verdict() { return std::move(said_); }

 private:
  const std::string_view guard_;
  core::Notes& notes_;
  core::Verdict said_;
};

}  // namespace

const core::GuardFacts& ArgumentLeak::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.argument_leak", core::Area::secrets,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

core::Verdict ArgumentLeak::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || !exchange.message->is_request()) return core::pass();
  const auto texts = detect::texts_of(exchange.message->arguments());
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "secrets.argument_leak", core::Effect::deny});
  Said said(facts().id, notes);
  std::string joined;
  for (const auto& text : texts) {
    if (joined.size() < 65'536) joined += text.text;
    std::vector<Finding> held;
    held_->find(text.text, held);
    if (!held.empty() && !alarms.covers(held.front().rule) &&
        said.is_last(acts_.secrets, refusal("secrets.held_secret", text.name, held.front().rule)))
      return said.verdict();
    for (const Finding& finding : detect::inspect_secrets(text.text).findings) {
      if (alarms.covers(finding.rule)) continue;
      if (finding.kind == Kind::pii && finding.certainty != Certainty::weak &&
          acts_.pii != ContentAct::observe &&
          said.is_last(acts_.pii, personal(text.name, finding.rule)))
        return said.verdict();
      if (finding.kind != Kind::secret) continue;
      const std::string first = seen_->first_server(
          text.text.substr(finding.span.from, finding.span.to - finding.span.from));
      const bool others = !first.empty() && first != exchange.server;
      if (!others && finding.certainty != Certainty::certain) continue;
      if (said.is_last(acts_.secrets,
                       refusal(others ? "secrets.other_servers_secret" : "secrets.argument_leak",
                               text.name, finding.rule)))
        return said.verdict();
    }
  }
  if (texts.size() < 2) return said.verdict();
  // A held secret cut over several arguments.
  std::vector<Finding> held;
  held_->find(joined, held);
  if (!held.empty() && !alarms.covers(held.front().rule))
    static_cast<void>(said.is_last(acts_.secrets,
                                   refusal("secrets.held_secret", "arguments", held.front().rule)));
  return said.verdict();
}

}  // namespace doorward::guards
