// The gateway's second pair of eyes, on a thread of its own: an edit of the configuration that was
// not loaded (R8.4), the copy of the audit log on another disk (R8.8), what was counted instead of
// written (R8.5), a log that has gone silent, and servers in clients' files that go around Doorward
// (R11.8).
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "app/config/config.h"
#include "audit/log.h"
#include "audit/mirror.h"
#include "base/clock.h"
#include "guards/logtamper/budget.h"

namespace doorward::app {

class Housekeeper {
 public:
  struct Facts {
    std::function<std::shared_ptr<const Config>()> config;
    audit::Log* log = nullptr;  // outlives this
    Path log_folder;
    bool remembers = false;  // its checkpoints are kept for the next start
    std::shared_ptr<guards::LogBudget> budget;
    std::function<uint64_t()> stderr_dropped;  // lines of servers that were not kept; may be null
    std::function<uint64_t()> exported;        // every receiver has all entries below; may be null
    // An event for the log: reason, detail, value before and after.
    std::function<void(std::string_view, std::string_view, std::string_view, std::string_view)>
        event;
  };
  explicit Housekeeper(Facts facts);
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  // What the thread does every two seconds; for tests.
  void look();

 private:
  void look_at_configuration(const Config& config);
  void look_at_copy(const Config& config);
  // Servers in clients' files that go around Doorward (R11.8), each told once.
  void look_at_clients(const Config& config);
  void look_at_counts();
  void look_at_age(const Config& config);
  void look_at_heartbeat(const Config& config);
  void keep_last_checkpoint(const Config& config);
  void look_beside(const Config& config);

  const Facts facts_;
  std::string told_hash_;  // of the last edit that was told
  std::optional<audit::Mirror> mirror_;
  std::string told_fault_;
  std::set<std::string> told_around_;
  SteadyTime next_clients_{};
  uint64_t seen_size_ = 0;  // of the log, and since when
  std::chrono::steady_clock::time_point seen_ = std::chrono::steady_clock::now();
  bool told_silent_ = false;
  std::chrono::steady_clock::time_point looked_at_age_{};
  std::string told_retention_;
  std::chrono::steady_clock::time_point kept_checkpoint_{};
  uint64_t kept_size_ = 0;
  std::chrono::steady_clock::time_point looked_beside_{};
  std::string told_beside_;
  uint64_t told_dropped_ = 0;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: starts when all above is there
};

}  // namespace doorward::app
