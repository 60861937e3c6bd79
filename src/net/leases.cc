#include "net/leases.h"

namespace doorward::net {

Leases::Lease::Lease(Leases& of, const core::Admission& admission, std::function<void()> end,
                     std::function<bool()> holds)
    : all_(of.all_), admission_(admission), end_(std::move(end)), holds_(std::move(holds)) {
  all_->push_front(this);
  place_ = all_->begin();
}

Leases::Lease::~Lease() {
  all_->erase(place_);
}

size_t Leases::end_invalid(const Valid& valid) {
  size_t ended = 0;
  for (Lease* lease : *all_) {
    if (lease->ended_) continue;
    if ((!lease->holds_ || lease->holds_()) &&
        valid(lease->admission_.principal(), lease->admission_.credential()))
      continue;
    lease->ended_ = true;
    lease->end_();  // closes a socket: completions are posted, never run from here
    ++ended;
  }
  return ended;
}

}  // namespace doorward::net
