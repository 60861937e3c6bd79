// Which ids of tasks a server gave to which principal. An id opens nothing by itself: it has to be
// brought by whom it was given to (R4.4). Kept in memory; what is forgotten is nobody's.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/locked.h"

namespace doorward::identity {

class TaskHandles {
 public:
  struct Limits {
    size_t owners = 4096;  // pairs of principal and server; the one quiet for longest goes
    size_t of_each = 256;  // the oldest goes
  };
  TaskHandles() : TaskHandles(Limits{}) {}
  explicit TaskHandles(Limits limits) : limits_(limits) {}

  // `principal` is Principal::key().
  void give(std::string_view principal, std::string_view server, std::string_view handle);
  [[nodiscard]] bool has(std::string_view principal, std::string_view server,
                         std::string_view handle) const;

 private:
  struct Owner {
    std::deque<Sha256> handles;  // digests: what a server sends may be long
    uint64_t used = 0;
  };
  struct State {
    std::map<std::string, Owner, std::less<>> owners;
    uint64_t clock = 0;
  };
  const Limits limits_;
  Locked<State> state_;
};

}  // namespace doorward::identity
