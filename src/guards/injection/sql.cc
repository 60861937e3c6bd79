#include "guards/injection/sql.h"

#include "detect/message_text.h"
#include "detect/reading.h"
#include "guards/injection/where_seen.h"

namespace doorward::guards {

using detect::Certainty;
using detect::Kind;

const core::GuardFacts& SqlText::facts() const {
  static constexpr core::GuardFacts kFacts{"injection.sql", core::Area::injection,
                                           core::stages(core::Stage::request), true};
  return kFacts;
}

core::Verdict SqlText::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || !exchange.message->is_request()) return core::pass();
  policy::FalseAlarms alarms(alarms_, exchange, notes,
                             {facts().id, "injection.sql", core::Effect::deny});
  auto& roles = notes.of_message.of<ArgumentRoles>();
  auto& readings = notes.of_message.of<detect::Readings>();
  for (const auto& text : detect::texts_of(exchange.message->arguments())) {
    const detect::Role role = roles.of(*roles_, exchange, text.name);
    const detect::Report& report =
        readings.of(text.text).report(detect::Channel::tool_arguments, role, detect::kAttacks);
    for (const auto& finding : report.findings) {
      if (finding.certainty == Certainty::weak || finding.kind != Kind::sql) continue;
      if (alarms.covers(finding.rule)) continue;
      bool delays = false;
      for (const auto& other : report.findings)
        delays = delays || (other.rule == "sql.delay" && other.certainty != Certainty::weak);
      core::Verdict verdict = core::deny(
          delays ? "injection.sql_delay" : "injection.sql", delays ? "R6.5" : "R1.4",
          delays ? "The SQL waits on purpose, or runs code outside the database. Send a statement "
                   "without such functions."
                 : "The argument `" + std::string(text.name.substr(0, 64)) + "` holds " +
                       where_seen(finding, text.text) + ". Send the plain value.");
      verdict.detail = std::string(finding.rule) + " in `" + std::string(text.name.substr(0, 64)) +
                       "`, seen " + std::string(finding.view);
      return verdict;
    }
  }
  return core::pass();
}

}  // namespace doorward::guards
