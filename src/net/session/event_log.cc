#include "net/session/event_log.h"

#include <charconv>
#include <utility>

namespace doorward::net {

uint64_t EventLog::append(core::Cleared event) {
  const uint64_t number = state_.with([&](State& state) {
    state.bytes += event.size();
    kept_of_all_.fetch_add(event.size());
    state.events.emplace_back(++state.last, std::move(event));
    while (state.events.size() > 1 &&
           (state.bytes > max_bytes_ || kept_of_all_.load() > most_of_all_.load())) {
      state.bytes -= state.events.front().second.size();
      kept_of_all_.fetch_sub(state.events.front().second.size());
      state.events.pop_front();
    }
    return state.last;
  });
  notify();
  return number;
}

EventLog::~EventLog() {
  kept_of_all_.fetch_sub(state_.with([](State& state) { return state.bytes; }));
}

void EventLog::close() {
  state_.with([](State& state) {
    state.closed = true;
    // All of it was on its way already: memory that is short is not held for a client that may
    // come back.
    if (kept_of_all_.load() <= most_of_all_.load()) return;
    kept_of_all_.fetch_sub(std::exchange(state.bytes, 0));
    state.events.clear();
  });
  notify();
}

EventLog::Next EventLog::after(uint64_t number) const {
  return state_.with([&](const State& state) {
    Next next;
    for (const auto& [at, event] : state.events) {
      if (at <= number) continue;
      next.event.emplace(event.again());
      next.number = at;
      return next;
    }
    next.closed = state.closed;
    return next;
  });
}

void EventLog::on_change(std::function<void()> call) {
  state_.with([&](State& state) { state.changed = std::move(call); });
}

bool EventLog::is_closed() const {
  return state_.with([](const State& state) { return state.closed; });
}

uint64_t EventLog::last() const {
  return state_.with([](const State& state) { return state.last; });
}

std::string EventLog::event_id(uint64_t number) const {
  return std::to_string(stream_) + "-" + std::to_string(number);
}

void EventLog::notify() {
  const auto call = state_.with([](const State& state) { return state.changed; });
  if (call) call();
}

std::optional<EventId> parse_event_id(std::string_view text) {
  EventId id{};
  const char* const end = text.data() + text.size();
  auto [middle, first] = std::from_chars(text.data(), end, id.stream);
  if (first != std::errc() || middle == end || *middle != '-') return std::nullopt;
  auto [last, second] = std::from_chars(middle + 1, end, id.number);
  if (second != std::errc() || last != end) return std::nullopt;
  return id;
}

}  // namespace doorward::net
