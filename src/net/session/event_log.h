// What was sent on one stream of a session, so that a client which lost its connection can go on
// (Streamable HTTP, "Resumability and redelivery"). Bounded; the oldest events go first.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/locked.h"
#include "core/cleared.h"

namespace doorward::net {

class EventLog {
 public:
  EventLog(uint64_t stream, size_t max_bytes) : stream_(stream), max_bytes_(max_bytes) {}
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // What all logs of this process may keep together; beyond it an open one keeps its latest event
  // only, and a closed one nothing.
  static void bound_all(size_t bytes) { most_of_all_.store(bytes); }
  [[nodiscard]] static size_t kept_of_all() { return kept_of_all_.load(); }

  // Keeps a judged message; returns its number on this stream, from 1.
  uint64_t append(core::Cleared event);
  // No more events will come.
  void close();

  struct Next {
    std::optional<core::Cleared> event;
    uint64_t number = 0;
    bool closed = false;  // nothing left, and nothing more will come
  };
  // The first event behind number `after` that is still kept.
  [[nodiscard]] Next after(uint64_t number) const;
  // Called at every append and at close, from any thread; empty to stop.
  void on_change(std::function<void()> call);

  [[nodiscard]] uint64_t stream() const { return stream_; }
  [[nodiscard]] std::string event_id(uint64_t number) const;
  [[nodiscard]] bool is_closed() const;
  [[nodiscard]] uint64_t last() const;  // the number of the newest event; 0 before the first

 private:
  struct State {
    std::deque<std::pair<uint64_t, core::Cleared>> events;
    uint64_t last = 0;
    size_t bytes = 0;
    bool closed = false;
    std::function<void()> changed;
  };
  void notify();
  const uint64_t stream_;
  const size_t max_bytes_;
  Locked<State> state_;
  static inline std::atomic<size_t> kept_of_all_{0}, most_of_all_{128ULL * 1024 * 1024};
};

// `STREAM-NUMBER`; nothing when it is not one of ours.
struct EventId {
  uint64_t stream;
  uint64_t number;
};
[[nodiscard]] std::optional<EventId> parse_event_id(std::string_view text);

}  // namespace doorward::net
