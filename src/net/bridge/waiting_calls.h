// How many calls wait for their clients to answer a question, of each principal and in all. Such a
// call is outside of its deadline and holds no slot, but stays open at its server: it has a bound
// of its own (R6.2).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/locked.h"

namespace doorward::net {

class WaitingCalls {
 public:
  static constexpr size_t kOfOne = 32, kInAll = 1024;

  // Of one call; free when it is destroyed. Outlives what it was taken from.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)), owner_(std::move(other.owner_)) {}
    Place& operator=(Place&& other) noexcept {
      if (this == &other) return *this;
      leave();
      counts_ = std::exchange(other.counts_, nullptr);
      owner_ = std::move(other.owner_);
      return *this;
    }
    ~Place() { leave(); }
    void leave();

   private:
    friend class WaitingCalls;
    struct Counts;
    Place(std::shared_ptr<Counts> counts, std::string owner)
        : counts_(std::move(counts)), owner_(std::move(owner)) {}
    std::shared_ptr<Counts> counts_;
    std::string owner_;
  };

  WaitingCalls();
  // Nothing where this principal, or all together, have as many as may be.
  [[nodiscard]] std::optional<Place> take(const std::string& owner);

 private:
  const std::shared_ptr<Place::Counts> counts_;
};

}  // namespace doorward::net
