// Who may start one more process of a local server, and which one ends for it.
//
// Of all processes a quarter is every principal's; more he may have while half of all is free. Who
// has less than another finds room even where none is free: an idle process of the one with the
// most ends. So neither many sessions nor clients that never end theirs shut others out (R6.2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace doorward::net {

struct HeldProcess {
  std::string owner;     // the key of its principal; "" of one that serves several
  bool in_use = false;   // a session is open with it
  bool at_work = false;  // it answers a request, or has a stream open for one
  SteadyTime used{};     // the last time that either was true
};

struct ProcessRoom {
  enum class Answer : uint8_t {
    start,
    instead,   // of `ends`, which ends first
    own_full,  // he has his share, and all of it is at work or was a moment ago
    all_full,
  };
  Answer answer = Answer::start;
  size_t ends = 0;
};

// `starting`: processes that are being started, by owner. Pure.
[[nodiscard]] ProcessRoom room_for(const std::string& owner, const std::vector<HeldProcess>& held,
                                   const std::map<std::string, size_t>& starting, size_t limit,
                                   SteadyTime now);

}  // namespace doorward::net
