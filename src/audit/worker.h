// The log's own thread and all that it shares with callers.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "audit/journal.h"
#include "audit/log.h"
#include "audit/publisher.h"
#include "base/locked.h"

namespace doorward::audit {

class Log::Worker {
 public:
  struct Parts {
    LogOptions options;
    std::shared_ptr<Files> files;
    Fd lock;
    SigningKey key;
    std::unique_ptr<Journal> journal;
    Publisher publisher;
    Checkpoint checkpoint;
    std::vector<std::string> repairs;
  };
  explicit Worker(Parts parts);
  ~Worker();

  [[nodiscard]] Journal& journal() { return *parts_.journal; }
  [[nodiscard]] const Parts& parts() const { return parts_; }
  [[nodiscard]] Checkpoint checkpoint() const;
  [[nodiscard]] uint64_t durable() const { return durable_.load(); }
  void when_durable(uint64_t index, Log::Done done);
  // Calls `done` when all that is in place now is durable and signed, or can't be.
  void when_published(Log::Done done);
  void event(std::string_view name, std::string_view detail);

 private:
  using Clock = std::chrono::steady_clock;  // a jump of the wall clock moves nothing here
  struct Waiter {
    uint64_t size;  // durable, or published, entries that it waits for
    Log::Done done;
  };
  struct Waiting {
    std::vector<Waiter> durable, published;
    std::optional<Error> failed;
  };
  void run();
  [[nodiscard]] Expected<void> round(bool last);
  [[nodiscard]] Expected<void> publish();
  [[nodiscard]] Expected<void> retire();
  void wake(std::vector<Waiter> Waiting::* which, uint64_t size);
  void fail(const Error& why);

  Parts parts_;
  std::atomic<uint64_t> durable_{0};
  std::atomic<bool> stop_{false}, publish_now_{false};
  Locked<Waiting> waiting_;
  Locked<Checkpoint> checkpoint_;
  Clock::time_point published_at_ = Clock::now(), beat_at_ = Clock::now();
  std::jthread thread_;  // last: starts when all above is there
};

}  // namespace doorward::audit
