#include "guards/logtamper/log_level.h"

#include <algorithm>
#include <array>

namespace doorward::guards {

const core::GuardFacts& LogLevel::facts() const {
  static constexpr core::GuardFacts kFacts{"logtamper.log_level", core::Area::logtamper,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

core::Verdict LogLevel::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const wire::Message& message = *exchange.message;
  const bool sets = message.method() == wire::Method::logging_set_level;
  const wire::JsonValue wanted =
      sets ? message.params()["level"] : message.meta()["io.modelcontextprotocol/logLevel"];
  if (!sets && !wanted) return core::pass();
  constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                       "error", "critical", "alert",  "emergency"};
  if (std::find(kLevels.begin(), kLevels.end(), wanted.text()) == kLevels.end())
    return core::deny("logtamper.log_level_unknown", "R8.1",
                      "The log level is one of debug, info, notice, warning, error, critical, "
                      "alert and emergency.",
                      core::Answer::invalid_params);
  const bool allowed =
      exchange.principal != nullptr &&
      std::any_of(from_.begin(), from_.end(), [&](const policy::PrincipalSelector& selector) {
        return policy::fits(selector, policy::Subject::of(*exchange.principal));
      });
  if (allowed) return core::pass();
  return core::deny("logtamper.log_level", "R8.1",
                    "You may not choose the log level here. Leave it out; the call itself can be "
                    "made without it.");
}

}  // namespace doorward::guards
