// One line of a rule table: a pattern, where it applies and what it is worth.
#pragma once

#include <string_view>

#include "detect/finding.h"

namespace doorward::detect {

[[nodiscard]] constexpr unsigned bit(Channel channel) {
  return 1U << static_cast<unsigned>(channel);
}
[[nodiscard]] constexpr unsigned bit(Role role) {
  return 1U << static_cast<unsigned>(role);
}
inline constexpr unsigned kAllChannels = 0xF;
inline constexpr unsigned kAllRoles = 0xFF;

// Judges a match beyond its pattern: a checksum, an entropy, its surroundings.
struct Match {
  std::string_view text;   // the view
  std::string_view value;  // the group that counts
  size_t from = 0;         // of the value in the view
};
using Check = bool (*)(const Match&);

// What a rule of arguments weighs whose match can't be chance: it carries alone, whatever the model
// takes back, and in a page as in a value.
inline constexpr double kSure = 6.0;

struct Rule {
  std::string_view id;
  Kind kind;
  Certainty certainty;
  double weight;        // evidence: log odds that it adds, see score.h
  const char* pattern;  // what RE2 and Vectorscan both read; matched without regard to case
  unsigned channels = kAllChannels;
  unsigned roles = kAllRoles;  // of arguments
  // A simpler pattern that Vectorscan looks for instead. INVARIANT: what the pattern matches holds
  // what the trigger matches, but where every match is told: RE2 reads the surroundings of
  // triggers.
  const char* trigger = nullptr;
  bool exact_case = false;
  int group = 0;  // the group that is the value
  Check check = nullptr;
  bool every = false;  // all matches are told, not only some (secrets are redacted)
};

}  // namespace doorward::detect
