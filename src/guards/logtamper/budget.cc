#include "guards/logtamper/budget.h"

namespace doorward::guards {

void LogBudget::spend(const limits::Key& owner, const limits::Flow& quota, SteadyTime now,
                      double bytes) {
  bytes_.with(owner, owner, [&](limits::Bucket& bucket) {
    if (bucket.take(quota, now, bytes)) bucket.drain();
  });
}

bool LogBudget::is_spent(const limits::Key& owner, const limits::Flow& quota, SteadyTime now) {
  // As much as one long entry: a few bytes that came back in the meantime change nothing.
  constexpr double kOneEntry = 8192;
  return bytes_.with(owner, owner, [&](limits::Bucket& bucket) {
    return bucket.lacks(quota, now, kOneEntry).has_value();
  });
}

namespace {
constexpr limits::Flow kSlow{.per_second = 1, .burst = 1};
}  // namespace

bool LogBudget::writes_refusal(const limits::Key& owner, SteadyTime now) {
  return !refusals_.with(owner, owner,
                         [&](limits::Bucket& bucket) { return bucket.take(kSlow, now); });
}

std::optional<limits::Seconds> LogBudget::slowed(const limits::Key& owner, SteadyTime now) {
  return calls_.with(owner, owner, [&](limits::Bucket& bucket) { return bucket.take(kSlow, now); });
}

void LogBudget::count(std::string_view what, std::string_view whose) {
  constexpr size_t kMostRows = 1024;
  counts_.with([&](Counts& counts) {
    std::pair key{std::string(what), std::string(whose.substr(0, 128))};
    if (counts.size() >= kMostRows && !counts.contains(key)) key.second = "others";
    ++counts[std::move(key)];
  });
}

std::vector<LogBudget::Row> LogBudget::take() {
  const Counts counts = counts_.with([](Counts& held) { return std::exchange(held, {}); });
  std::vector<Row> out;
  out.reserve(counts.size());
  for (const auto& [key, number] : counts) out.push_back({key.first, key.second, number});
  return out;
}

}  // namespace doorward::guards
