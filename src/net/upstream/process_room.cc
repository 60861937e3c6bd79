#include "net/upstream/process_room.h"

#include <algorithm>

namespace doorward::net {

namespace {

// Among equals, and among a principal's own, only what was idle for this long gives way: else the
// servers of one session would end one another in a circle.
constexpr std::chrono::seconds kIdle{10};
constexpr std::chrono::seconds kUnused{1};  // what was just started is about to be used

class Floor {
 public:
  Floor(const std::vector<HeldProcess>& held, SteadyTime now) : held_(held), now_(now) {}

  // The one that fits and was used longest ago; what no session uses goes first.
  template <class Fits>
  [[nodiscard]] std::optional<size_t> longest_idle(bool at_once, Fits fits) const {
    std::optional<size_t> out;
    for (size_t i = 0; i < held_.size(); ++i) {
      const HeldProcess& one = held_[i];
      if (one.at_work || !fits(one)) continue;
      if (!at_once && now_ - one.used < (one.in_use ? kIdle : kUnused)) continue;
      // One that serves several is nobody's to give while a session uses it.
      if (one.owner.empty() && one.in_use) continue;
      if (!out || std::pair(one.in_use, one.used) < std::pair(held_[*out].in_use, held_[*out].used))
        out = i;
    }
    return out;
  }

 private:
  const std::vector<HeldProcess>& held_;
  const SteadyTime now_;
};

}  // namespace

ProcessRoom room_for(const std::string& owner, const std::vector<HeldProcess>& held,
                     const std::map<std::string, size_t>& starting, size_t limit, SteadyTime now) {
  std::map<std::string, size_t> counts = starting;
  size_t total = held.size();
  for (const auto& [_, count] : starting) total += count;
  for (const HeldProcess& one : held) ++counts[one.owner];
  const size_t mine = owner.empty() ? 0 : counts[owner];
  const size_t share = std::max<size_t>(1, limit / 4);
  const bool over_share = mine >= share && total >= (limit + 1) / 2;
  if (total < limit && !over_share) return {};

  const Floor floor(held, now);
  const auto instead = [](size_t ends) { return ProcessRoom{ProcessRoom::Answer::instead, ends}; };
  const auto own = [&] {
    return floor.longest_idle(
        false, [&](const HeldProcess& one) { return !owner.empty() && one.owner == owner; });
  };
  if (over_share) {
    if (const auto ends = own()) return instead(*ends);
    return {ProcessRoom::Answer::own_full, 0};
  }
  // What nobody uses, whoever had it.
  if (const auto ends = floor.longest_idle(false, [](const auto& one) { return !one.in_use; }))
    return instead(*ends);
  // Then of those who have more, the one with the most first; of who has clearly more at once.
  std::vector<std::pair<size_t, std::string>> others;
  for (const auto& [key, count] : counts)
    if (!key.empty() && key != owner && count >= std::max<size_t>(1, mine))
      others.emplace_back(count, key);
  std::ranges::sort(others, std::greater<>());
  for (const auto& [count, key] : others) {
    const auto ends = floor.longest_idle(
        count > mine + 1, [&key = key](const auto& one) { return one.owner == key; });
    if (ends) return instead(*ends);
  }
  if (const auto ends = own()) return instead(*ends);
  return {ProcessRoom::Answer::all_full, 0};
}

}  // namespace doorward::net
