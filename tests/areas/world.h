// The gateway that the cases meet: the real guards, made from tests/areas/config.yaml.
#pragma once

#include <filesystem>

#include "app/doors.h"
#include "case.h"

namespace doorward::areas {

// What a case ended as.
struct Ended {
  std::string verdict;  // pass, hold, deny
  std::string reason, requirement, challenge, principal;
  std::string approval;  // its id, where the answer names one
  int status = 200;
  std::optional<int64_t> deadline_ms;
  bool may_repeat = false;  // if it is lost
  std::string entry;        // the audit entry of the decision, "" when none was written
  std::string outcome;      // the entry that settling wrote
  std::string sent;         // the bytes that went on, "" when refused
};

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Ids of all guards in their order.
  [[nodiscard]] std::vector<std::string> guards() const;
  // Judges the case by all guards but `without`.
  [[nodiscard]] Ended run(const Case& one, std::string_view without = "");

 private:
  struct Site;  // a pipeline's surroundings, with a log of its own
  [[nodiscard]] static core::Pipeline pipeline(const app::Config& config, const Site& site,
                                               std::string_view without);

  std::filesystem::path folder_;
  app::Config config_;
  std::unique_ptr<Site> sound_, broken_;
};

}  // namespace doorward::areas
