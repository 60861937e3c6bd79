// Calls under way, so that an operator (R11.6), the end of their session or their client ends them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/locked.h"
#include "net/asio.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

class InFlight {
 public:
  struct Call {
    std::string server, target, user;
    std::string session, request;  // its id and the client's for the request; "": it has none
    asio::any_io_executor home;    // where its cancellation is used
    std::weak_ptr<Cancellation> cancellation;
  };
  // Holds a call's place until it is destroyed.
  class Place {
   public:
    Place() = default;
    Place(InFlight& owner, uint64_t number) : owner_(&owner), number_(number) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { leave(); }
    void leave() {
      if (owner_ != nullptr) owner_->remove(number_);
      owner_ = nullptr;
    }

   private:
    InFlight* owner_ = nullptr;
    uint64_t number_ = 0;
  };

  [[nodiscard]] uint64_t add(Call call);
  // Ends every call that fits, on its own thread; returns how many. Each says so at its server and
  // frees what it holds.
  size_t stop(const std::function<bool(const Call&)>& fits, Cancellation::By by);

 private:
  void remove(uint64_t number);
  struct State {
    std::map<uint64_t, Call> calls;
    uint64_t next = 1;
  };
  Locked<State> state_;
};

}  // namespace doorward::net
