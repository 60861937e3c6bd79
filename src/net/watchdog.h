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
  explicit Watchdog(asio::io_context& io) : timer_(io) {}

  class Watch {
   public:
    Watch(Watchdog& dog, std::function<void()> bite);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    void set(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
    void clear() { deadline_ = std::chrono::steady_clock::time_point::max(); }
    [[nodiscard]] bool bitten() const { return bitten_; }

   private:
    friend class Watchdog;
    const std::shared_ptr<std::list<Watch*>> pack_;
    std::function<void()> bite_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
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
  const std::shared_ptr<std::list<Watch*>> watches_ = std::make_shared<std::list<Watch*>>();
  bool stopped_ = false;
};

}  // namespace doorward::net
