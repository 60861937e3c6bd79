// What became of each attack, and how it is told.
#pragma once

#include <string>
#include <vector>

#include "app/redteam/target.h"

namespace doorward::app::redteam {

enum class End : uint8_t {
  stopped,
  came_through,
  skipped,  // the target lacks what the attack needs
};

struct Outcome {
  std::string id, area, requirement, what;
  bool benign = false;
  End end = End::skipped;
  int status = 0;      // of HTTP; 0: the connection was closed
  std::string reason;  // the gateway's, as `area.cause`; or what is missing
  int64_t entry = -1;  // index in the audit log; -1 where none was named
};

struct Report {
  std::string client_url, server;
  std::vector<Outcome> outcomes;
  [[nodiscard]] size_t count(End end) const;
  // Each control that could be sent was served, and there was one.
  [[nodiscard]] bool honest_served() const;
};

// Carries out every attack of attacks.json and judges the answers. Errors: as look_around.
[[nodiscard]] Expected<Report> attack_all(const Config& config, const Target& target);

[[nodiscard]] std::string report_text(const Report& report);
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace doorward::app::redteam
