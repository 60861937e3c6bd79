#include "guards/secrets/credential_path.h"

#include "detect/message_text.h"
#include "detect/reading.h"
#include "detect/rule_names.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Kind;

const core::GuardFacts& CredentialPath::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.credential_path", core::Area::secrets,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

core::Verdict CredentialPath::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || !exchange.message->is_request()) return core::pass();
  const wire::Message& message = *exchange.message;
  const bool reads_resource = message.method() == wire::Method::resources_read ||
                              message.method() == wire::Method::resources_subscribe;
  auto& roles = notes.of_message.of<ArgumentRoles>();
  auto& readings = notes.of_message.of<detect::Readings>();
  auto texts = detect::texts_of(message.arguments());
  if (reads_resource)
    for (const auto& text : detect::texts_of(message.params()))
      if (text.name == "uri") texts.push_back(text);
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "secrets.credential_path", core::Effect::deny});
  for (const auto& text : texts) {
    const detect::Role role = roles.of(*roles_, exchange, text.name);
    const detect::Report& report =
        readings.of(text.text).report(detect::Channel::tool_arguments, role, detect::kAttacks);
    for (const auto& finding : report.findings) {
      const bool place = finding.kind == Kind::credential_path;
      const bool metadata = finding.kind == Kind::address && detect::is_metadata_rule(finding.rule);
      if ((!place && !metadata) || finding.certainty == Certainty::weak) continue;
      if (alarms.covers(finding.rule)) continue;
      core::Verdict verdict =
          core::deny(place ? "secrets.credential_path" : "secrets.metadata_address", "R7.4",
                     "The argument `" + std::string(text.name.substr(0, 64)) +
                         "` names a place where credentials are kept. No tool may read it; go on "
                         "without it.");
      verdict.detail = std::string(finding.rule);
      return verdict;
    }
  }
  return core::pass();
}

}  // namespace doorward::guards
