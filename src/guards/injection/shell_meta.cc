#include "guards/injection/shell_meta.h"

#include "detect/message_text.h"
#include "detect/reading.h"
#include "detect/rule_names.h"
#include "guards/injection/where_seen.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Kind;

namespace {

std::string_view reason_of(Kind kind) {
  if (kind == Kind::command) return "injection.shell_meta";
  return kind == Kind::url_scheme || kind == Kind::address ? "injection.url_argument"
                                                           : "injection.code";
}

}  // namespace

const core::GuardFacts& ShellMeta::facts() const {
  static constexpr core::GuardFacts kFacts{"injection.shell_meta", core::Area::injection,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

core::Verdict ShellMeta::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || !exchange.message->is_request()) return core::pass();
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "injection.shell_meta", core::Effect::deny});
  auto& roles = notes.of_message.of<ArgumentRoles>();
  auto& readings = notes.of_message.of<detect::Readings>();
  for (const auto& text : detect::texts_of(exchange.message->arguments())) {
    const detect::Role role = roles.of(*roles_, exchange, text.name);
    const detect::Report& report =
        readings.of(text.text).report(detect::Channel::tool_arguments, role, detect::kAttacks);
    for (const auto& finding : report.findings) {
      if (finding.certainty == Certainty::weak || finding.kind == Kind::sql ||
          finding.kind == Kind::credential_path ||
          (finding.kind == Kind::address && detect::is_metadata_rule(finding.rule)))
        continue;
      // Where a path leads is isolation.path_root's word.
      if (role == detect::Role::path && finding.kind != Kind::command) continue;
      if (alarms.covers(finding.rule)) continue;
      core::Verdict verdict = core::deny(
          reason_of(finding.kind), "R1.4",
          "The argument `" + std::string(text.name.substr(0, 64)) + "` holds " +
              where_seen(finding, text.text) +
              ". Send the plain value; if it has to be sent as it is, ask the person who runs the "
              "gateway.");
      verdict.detail = std::string(finding.rule) + " in `" + std::string(text.name.substr(0, 64)) +
                       "`, seen " + std::string(finding.view);
      return verdict;
    }
  }
  return core::pass();
}

}  // namespace doorward::guards
