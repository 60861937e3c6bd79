// One rule of the policy, as written; `Rules` (policy/rules.h) is its compiled form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/classes.h"

namespace doorward::policy {

enum class Effect : uint8_t { allow, hold, deny };  // in rising order: the strictest one wins
[[nodiscard]] std::string_view effect_name(Effect effect);

// Fits a subject when every member that is set fits it. `any` fits everyone who is authenticated.
struct PrincipalSelector {
  bool any = false;
  std::string user;
  std::string group;
  std::string scope;
  std::string agent;
  bool operator==(const PrincipalSelector&) const = default;
};

// When a rule speaks: on these days, between these times of day, and between these two moments;
// whatever is not set restricts nothing.
struct TimeWindow {
  static constexpr uint8_t kEveryDay = 0x7f;
  static constexpr uint16_t kDayEnds = 24 * 60;
  uint8_t days = kEveryDay;          // bit 0 is Monday; of a span over midnight the day it begins
  uint16_t from = 0, to = kDayEnds;  // minutes since midnight; `to` is the first one outside
  std::string zone = "UTC";          // of the tz database
  std::optional<WallTime> after, before;
  bool operator==(const TimeWindow&) const = default;
};

// A selector that is absent (nullopt) restricts nothing. One that is present and empty fits
// nothing. A rule with none of tools, prompts and resources covers all three kinds; otherwise it
// covers those kinds that it lists.
struct Rule {
  std::string id;
  Effect effect = Effect::deny;
  std::optional<std::vector<PrincipalSelector>> principals;  // one of them has to fit
  std::optional<std::vector<std::string>> tools;             // globs over `server.name`
  std::optional<std::vector<std::string>> prompts;           // globs over `server.name`
  std::optional<std::vector<std::string>> resources;         // globs over `server.name` or the URI
  std::optional<core::ClassSet> classes;
  std::string arguments;                     // JSON Schema as JSON text; "" = unrestricted
  std::vector<PrincipalSelector> approvers;  // of `hold`; empty = any approver or admin
  std::optional<std::vector<std::string>> environments;  // of the server
  std::vector<TimeWindow> times;                         // one has to be now; empty = always
  bool operator==(const Rule&) const = default;
};

}  // namespace doorward::policy
