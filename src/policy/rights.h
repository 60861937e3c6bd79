// Who had which rights when last seen, so that a change is noticed (R9.8): groups or scopes that a
// credential proves now and did not before, or no more; an agent that begins to act for a user.
// Kept in the store, so that a restart hides no change. Bounded: users beyond ten thousand are not
// watched.
//
// Tested by tests/unit/policy/rights.cc, tests/areas/privilege/rights_watch.jsonl
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/locked.h"
#include "core/principal.h"
#include "core/store.h"

namespace doorward::policy {

inline constexpr std::string_view kRightsChanged = "privilege.rights_changed";
inline constexpr std::string_view kNewDelegation = "privilege.new_delegation";
inline constexpr std::string_view kDelegationRefused = "privilege.delegation_refused";

class Rights {
 public:
  struct News {
    std::string_view reason;
    std::string detail, before, after;  // one sentence; the rights as text
  };

  // Without a store what was seen ends with the process.
  explicit Rights(std::shared_ptr<core::Store> store = nullptr) : store_(std::move(store)) {}
  // What earlier processes saw. Waits for the store. Errors: store.failed.
  [[nodiscard]] Expected<void> recall();

  // The reason of the news that this principal would be; changes nothing.
  [[nodiscard]] std::optional<std::string_view> is_news(const core::Principal& principal) const;
  // Takes it as seen. Of one user at most a few news are told within ten minutes: two credentials
  // that are used by turns are no flood.
  [[nodiscard]] std::vector<News> see(const core::Principal& principal, SteadyTime now);
  // The agent was refused what its user may.
  [[nodiscard]] std::optional<News> refused_delegation(const core::Principal& principal,
                                                       std::string_view what, SteadyTime now);

 private:
  struct Known {
    std::vector<std::string> groups, scopes;            // sorted
    std::vector<std::string> last_groups, last_scopes;  // as they came, for a quick look
    std::vector<std::string> agents;                    // that acted for the user
    std::deque<SteadyTime> told;
  };
  using All = std::map<std::string, Known, std::less<>>;
  static const Known* find(const All& all, const core::Principal& principal);
  static bool is_same(const Known& known, const core::Principal& principal);
  static bool may_tell(Known& known, SteadyTime now);
  void remember(const std::string& key, const Known& known) const;

  const std::shared_ptr<core::Store> store_;
  Locked<All> known_;
};

}  // namespace doorward::policy
