#include "policy/flow/tasks.h"

namespace doorward::policy::flow {

Tasks::Tasks(TaskLimits limits, Remember remember)
    : limits_(limits), remember_(std::move(remember)) {}

Locked<Tasks::Shard>& Tasks::shard(std::string_view key) const {
  return shards_[std::hash<std::string_view>{}(key) % kShards];
}

void Tasks::make_room(Shard& held) const {
  // The index of the task that was used longest ago goes first, its labels stay.
  if (held.indexed > limits_.tasks / kShards)
    for (auto entry = held.entries.rbegin(); entry != held.entries.rend(); ++entry) {
      if (!entry->index) continue;
      entry->labels.add(entry->index->labels());
      entry->index.reset();
      --held.indexed;
      break;
    }
  while (held.entries.size() > limits_.labels / kShards) {
    held.by_key.erase(held.entries.back().key);
    if (held.entries.back().index) --held.indexed;
    held.entries.pop_back();
  }
}

bool Tasks::is_over(const Entry& entry, WallTime now) const {
  return entry.by_window && now - entry.used > limits_.window;
}

TaskIndex& Tasks::find_or_make(Shard& held, const core::Task& task, WallTime now) {
  auto known = held.by_key.find(task.key);
  if (known != held.by_key.end() && is_over(*known->second, now)) {
    if (known->second->index) --held.indexed;
    const auto old = known->second;
    held.by_key.erase(known);
    held.entries.erase(old);
    known = held.by_key.end();
  }
  if (known == held.by_key.end()) {
    held.entries.push_front({task.key, task.by_window, now, {}, nullptr});
    held.by_key.emplace(held.entries.front().key, held.entries.begin());
  } else {
    held.entries.splice(held.entries.begin(), held.entries, known->second);
  }
  Entry& entry = held.entries.front();
  entry.used = now;
  if (!entry.index) {
    entry.index = std::make_unique<TaskIndex>();
    entry.index->restore(entry.labels);
    ++held.indexed;
    make_room(held);
  }
  return *entry.index;
}

const TaskIndex& Tasks::peek(Shard& held, std::string_view key, WallTime now) const {
  const auto known = held.by_key.find(key);
  if (known == held.by_key.end() || is_over(*known->second, now)) return held.empty;
  Entry& entry = *known->second;
  if (!entry.index) {
    entry.index = std::make_unique<TaskIndex>();
    entry.index->restore(entry.labels);
    ++held.indexed;
  }
  return *entry.index;
}

void Tasks::restore(const core::Task& task, const TaskLabels& labels, WallTime last_used) {
  shard(task.key).with([&](Shard& held) {
    const auto known = held.by_key.find(task.key);
    if (known != held.by_key.end()) {
      known->second->labels.add(labels);
      known->second->used = last_used;
      return;
    }
    held.entries.push_front({task.key, task.by_window, last_used, labels, nullptr});
    held.by_key.emplace(held.entries.front().key, held.entries.begin());
    make_room(held);
  });
}

size_t Tasks::bytes() const {
  size_t all = 0;
  for (auto& one : shards_)
    one.with([&](Shard& held) {
      for (const Entry& entry : held.entries)
        all += sizeof(Entry) + entry.key.size() + (entry.index ? entry.index->bytes() : 0);
    });
  return all;
}

size_t Tasks::size() const {
  size_t all = 0;
  for (auto& one : shards_) one.with([&](Shard& held) { all += held.entries.size(); });
  return all;
}

}  // namespace doorward::policy::flow
