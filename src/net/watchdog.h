// Deadlines of connections, swept ten times a second: cheaper than a timer per read.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>

#include "net/asio.h"

namespace doorward::net {

// One per thread. INVARIANT: used on its own thread only. A watch may outlive its dog: frames of
// coroutines are destroyed together with the io_context.
class Watchdog {
 public:
  // What memory is short for; who holds it without need goes sooner then.
  struct Pressed {
    bool requests = false, answers = false;
  };
  Watchdog(asio::io_context& io, std::function<Pressed()> pressed)
      : timer_(io), pressed_(std::move(pressed)) {}

  class Watch {
   public:
    Watch(Watchdog& dog, std::function<void()> bite);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    using Time = std::chrono::steady_clock::time_point;
    // The later ones count while memory is short for what is read of clients, or for answers.
    void set(Time deadline, Time for_requests = Time::max(), Time for_answers = Time::max()) {
      deadline_ = deadline;
      for_requests_ = for_requests;
      for_answers_ = for_answers;
    }
    void clear() { set(Time::max()); }
    [[nodiscard]] bool bitten() const { return bitten_; }

   private:
    friend class Watchdog;
    const std::shared_ptr<std::list<Watch*>> pack_;
    std::function<void()> bite_;
    Time deadline_ = Time::max(), for_requests_ = Time::max(), for_answers_ = Time::max();
    bool bitten_ = false;
    std::list<Watch*>::iterator place_;
  };

  void start();
  void stop() {
    timer_.cancel();
    stopped_ = true;
  }

 private:
  Task<> sweep();
  asio::steady_timer timer_;
  const std::function<Pressed()> pressed_;
  const std::shared_ptr<std::list<Watch*>> watches_ = std::make_shared<std::list<Watch*>>();
  bool stopped_ = false;
};

}  // namespace doorward::net
