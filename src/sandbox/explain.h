// The powers that a server really gets on this host, in plain words.
#pragma once

#include <string>
#include <vector>

#include "sandbox/host.h"
#include "sandbox/plan.h"

namespace doorward::sandbox {

struct Explanation {
  std::string server;
  std::string refused;               // why it would not start; empty = it would
  std::vector<std::string> can;      // one sentence each
  std::vector<std::string> cannot;   // what holds for every server
  std::vector<std::string> reduced;  // walls that are weaker on this host
  std::vector<std::string> tighten;  // what would take a power away
  int score = 100;                   // 100 = it can only compute; 0 = close to no walls
};

[[nodiscard]] Explanation explain_parts(const LaunchPlan& plan, const Host& host);
// The same as text for a terminal. Values of variables are never shown.
[[nodiscard]] std::string explain(const LaunchPlan& plan, const Host& host);

}  // namespace doorward::sandbox
