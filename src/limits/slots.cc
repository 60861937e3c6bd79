#include "limits/slots.h"

#include <algorithm>
#include <utility>

namespace doorward::limits {

Slots::Place& Slots::Shard::place(const Key& key) {
  const auto found = places.find(key);
  if (found != places.end()) return found->second;
  if (spare.empty()) return places[key];
  Places::node_type node = std::move(spare.back());
  spare.pop_back();
  node.key() = key;
  return places.insert(std::move(node)).position->second;
}

void Slots::Shard::remove(Places::iterator place) {
  constexpr size_t kSpare = 16;
  if (spare.size() < kSpare)
    spare.push_back(places.extract(place));
  else
    places.erase(place);
}

std::optional<size_t> Slots::take(std::span<const Want> wants) {
  for (size_t i = 0; i < wants.size(); ++i) {
    Shard& of = shard(wants[i].key);
    bool taken = false;
    {
      const std::lock_guard hold(of.mutex);
      Place& place = of.place(wants[i].key);
      taken = place.held < wants[i].most;
      if (taken) ++place.held;
    }
    if (taken) continue;
    std::array<Key, 8> back;
    for (size_t j = 0; j < i; ++j) back.at(j) = wants[j].key;
    total_.fetch_add(i, std::memory_order_relaxed);
    give_back(std::span(back).first(i));
    return i;
  }
  total_.fetch_add(wants.size(), std::memory_order_relaxed);
  return std::nullopt;
}

void Slots::give_back(std::span<const Key> keys) {
  total_.fetch_sub(keys.size(), std::memory_order_relaxed);
  for (const Key& key : keys) {
    std::function<void()> wake;
    Shard& of = shard(key);
    {
      const std::lock_guard hold(of.mutex);
      const auto found = of.places.find(key);
      if (found == of.places.end()) continue;
      Place& place = found->second;
      if (place.held > 0) --place.held;
      if (!place.queue.empty()) {
        wake = std::exchange(place.queue.front()->wake_, {});
        place.queue.pop_front();
        waiting_.fetch_sub(1, std::memory_order_relaxed);
      } else if (place.held == 0) {
        of.remove(found);
      }
    }
    if (wake) wake();
  }
}

uint32_t Slots::held(const Key& key) const {
  const Shard& of = shard(key);
  const std::lock_guard hold(of.mutex);
  const auto found = of.places.find(key);
  return found == of.places.end() ? 0 : found->second.held;
}

uint32_t Slots::waiting(const Key& key) const {
  const Shard& of = shard(key);
  const std::lock_guard hold(of.mutex);
  const auto found = of.places.find(key);
  return found == of.places.end() ? 0 : static_cast<uint32_t>(found->second.queue.size());
}

Slots::Waiting Slots::wait(const Key& key, const Queue& queue, std::function<void()> wake) {
  Shard& of = shard(key);
  std::unique_ptr<Ticket> ticket(new Ticket(*this, key, std::move(wake)));
  const std::lock_guard hold(of.mutex);
  const auto found = of.places.find(key);
  // Freed since the caller looked.
  const bool free = found == of.places.end() || found->second.held < queue.most;
  if (free || found->second.queue.size() >= queue.waiting) {
    ticket->wake_ = {};
    ticket->left_ = true;
    return {.ticket = nullptr, .free = free};
  }
  found->second.queue.push_back(ticket.get());
  waiting_.fetch_add(1, std::memory_order_relaxed);
  return {.ticket = std::move(ticket), .free = false};
}

Slots::Ticket::~Ticket() {
  if (left_) return;  // never queued
  Shard& of = slots_.shard(key_);
  const std::lock_guard hold(of.mutex);
  if (!wake_) return;
  const auto found = of.places.find(key_);
  if (found == of.places.end()) return;
  found->second.queue.remove(this);
  slots_.waiting_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace doorward::limits
