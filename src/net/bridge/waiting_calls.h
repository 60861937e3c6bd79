// How many calls wait for their clients to answer a question: of each principal, at each server and
// in all. Such a call is outside of its deadline and holds no slot, but stays open at its server:
// it has bounds of its own (R6.2). Half of a server's are for whoever comes first; of the other
// half nobody has more than a few, so that no principal keeps the others from being asked.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/locked.h"

namespace doorward::net {

class WaitingCalls {
 public:
  static constexpr size_t kOfOne = 32, kAtServer = 128, kInAll = 1024;
  // Of one principal at a server where half of all are taken.
  static constexpr size_t kFew = 4;

  // Of one call; free when it is destroyed. Outlives what it was taken from.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)),
          owner_(std::move(other.owner_)),
          server_(std::move(other.server_)) {}
    Place& operator=(Place&& other) noexcept {
      if (this == &other) return *this;
      leave();
      counts_ = std::exchange(other.counts_, nullptr);
      owner_ = std::move(other.owner_);
      server_ = std::move(other.server_);
      return *this;
    }
    ~Place() { leave(); }
    void leave();

   private:
    friend class WaitingCalls;
    struct Counts;
    Place(std::shared_ptr<Counts> counts, std::string owner, std::string server)
        : counts_(std::move(counts)), owner_(std::move(owner)), server_(std::move(server)) {}
    std::shared_ptr<Counts> counts_;
    std::string owner_, server_;
  };

  WaitingCalls();
  // Which bound was met: of the principal, of the server, or of all.
  enum class Full : uint8_t { principal, server, all };
  [[nodiscard]] std::expected<Place, Full> take(const std::string& owner,
                                                const std::string& server);
  [[nodiscard]] size_t size() const;

 private:
  const std::shared_ptr<Place::Counts> counts_;
};

}  // namespace doorward::net
