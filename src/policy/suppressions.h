// False alarms that an operator named: findings of one rule count for nothing at one server, or one
// tool of it, until a moment. The operator's word, never a client's or server's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.h"

namespace doorward::policy {

struct Suppressed {
  std::string rule, server;
  std::string tool;  // "" = all of the server's
  WallTime until{};
};

class Suppressions {
 public:
  Suppressions() = default;
  explicit Suppressions(const std::vector<Suppressed>& all);

  [[nodiscard]] bool covers(std::string_view rule, std::string_view server, std::string_view tool,
                            WallTime now) const;
  [[nodiscard]] bool empty() const { return by_rule_.empty(); }

 private:
  std::map<std::string, std::vector<Suppressed>, std::less<>> by_rule_;
};

using KnownAlarms = std::shared_ptr<const Suppressions>;  // null where there are none

// Asked for each finding of one message. What it covers is recorded as the verdict that would have
// been given.
class FalseAlarms {
 public:
  // `would` is what the guard would say; both outlive this.
  FalseAlarms(const KnownAlarms& all, const core::Exchange& exchange, core::Notes& notes,
              core::Notes::Observed would)
      : all_(all.get()), exchange_(exchange), notes_(notes), would_(would) {}

  // `at` is where the finding's text begins in the message: in a list it tells whose definition.
  [[nodiscard]] bool covers(std::string_view rule, uint32_t at = 0);

 private:
  struct Subject {
    std::string_view server, tool;
  };
  [[nodiscard]] Subject subject_at(uint32_t at) const;
  const Suppressions* const all_;
  const core::Exchange& exchange_;
  core::Notes& notes_;
  const core::Notes::Observed would_;
  bool told_ = false;
};

}  // namespace doorward::policy
