#include "identity/asking.h"

namespace doorward::identity {

Asking::Turn Asking::Place::look(SteadyTime now) {
  return of_.state_.with([&](State& all) {
    if (other_ && *other_) return Turn::known;
    const auto bad = all.refused.find(question_.key);
    if (bad != all.refused.end() && now < bad->second) return Turn::known;
    const auto open = all.open.find(question_.key);
    if (open != all.open.end()) other_ = open->second;
    Source& own = all.sources[question_.source];
    const bool crowded = !question_.vouched && (all.strangers >= of_.rules_.strangers ||
                                                own.open >= of_.rules_.of_one_source);
    if (open != all.open.end() || crowded) {
      if (waits_) return Turn::wait;
      if (own.waiting >= of_.rules_.waiting_of_one_source) return Turn::full;
      ++own.waiting;
      waits_ = true;
      return Turn::wait;
    }
    all.open[question_.key] = std::make_shared<std::optional<std::string>>();
    other_.reset();
    asks_ = true;
    if (!question_.vouched) {
      ++all.strangers;
      ++own.open;
    }
    return Turn::ask;
  });
}

std::optional<std::string> Asking::Place::heard() const {
  return of_.state_.with([&](State&) { return other_ ? *other_ : std::nullopt; });
}

void Asking::Place::close(std::string said, bool is_no, SteadyTime now) {
  of_.state_.with([&](State& all) {
    if (!std::exchange(asks_, false)) return;
    const auto open = all.open.find(question_.key);
    if (open != all.open.end()) {
      *open->second = std::move(said);
      all.open.erase(open);
    }
    if (!question_.vouched) {
      --all.strangers;
      --all.sources[question_.source].open;
    }
    if (!is_no) return;
    if (all.refused.size() >= of_.rules_.refused)
      std::erase_if(all.refused, [now](const auto& each) { return each.second <= now; });
    if (all.refused.size() >= of_.rules_.refused) all.refused.erase(all.refused.begin());
    all.refused[question_.key] = now + of_.rules_.refused_life;
  });
}

Asking::Place::~Place() {
  // However it ended: nobody waits for an answer that does not come.
  close("", false, {});
  of_.state_.with([&](State& all) {
    const auto found = all.sources.find(question_.source);
    if (found == all.sources.end()) return;
    if (waits_) --found->second.waiting;
    if (found->second.open == 0 && found->second.waiting == 0) all.sources.erase(found);
  });
}

}  // namespace doorward::identity
