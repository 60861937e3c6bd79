#include "policy/times.h"

#include <unicode/timezone.h>

#include <algorithm>

namespace doorward::policy {

namespace {

constexpr int64_t kMinutesOfDay = TimeWindow::kDayEnds;

bool is_zone_name(std::string_view text) {
  constexpr size_t kMost = 64;
  return !text.empty() && text.size() <= kMost && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

bool is_unknown(const icu::TimeZone& zone) {
  icu::UnicodeString id, unknown;
  return zone.getID(id) == icu::TimeZone::getUnknown().getID(unknown);
}

}  // namespace

struct Times::Window {
  TimeWindow source;
  std::unique_ptr<icu::TimeZone> zone;

  [[nodiscard]] bool covers(WallTime now) const {
    if (source.after && now < *source.after) return false;
    if (source.before && now >= *source.before) return false;
    const auto millis =
        std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    int32_t raw = 0, summer = 0;
    UErrorCode fault = U_ZERO_ERROR;
    zone->getOffset(static_cast<double>(millis), false, raw, summer, fault);
    if (U_FAILURE(fault)) return false;
    const int64_t local = (millis + raw + summer) / 60'000;
    const int64_t day = local / kMinutesOfDay, minute = local % kMinutesOfDay;
    const auto is_on = [&](int64_t of_day) {
      return (source.days >> ((of_day + 3) % 7) & 1) != 0;  // 1970-01-01 was a Thursday
    };
    if (source.from < source.to) return minute >= source.from && minute < source.to && is_on(day);
    return (minute >= source.from && is_on(day)) || (minute < source.to && is_on(day - 1));
  }
};

Times::Times() = default;
Times::~Times() = default;
Times::Times(Times&&) noexcept = default;
Times& Times::operator=(Times&&) noexcept = default;

Expected<Times> Times::compile(const std::vector<TimeWindow>& windows) {
  Times out;
  for (const TimeWindow& window : windows) {
    auto compiled = std::make_unique<Window>();
    compiled->source = window;
    if (is_zone_name(window.zone))
      compiled->zone.reset(icu::TimeZone::createTimeZone(
          icu::UnicodeString::fromUTF8(icu::StringPiece(window.zone))));
    if (!compiled->zone || is_unknown(*compiled->zone))
      return failure("policy.times", Fault::self, "there is no time zone `" + window.zone + "`");
    const bool opens = window.days != 0 && window.from != window.to &&
                       window.from < TimeWindow::kDayEnds && window.to <= TimeWindow::kDayEnds &&
                       (!window.after || !window.before || *window.after < *window.before);
    if (!opens) return failure("policy.times", Fault::self, "a window that never opens");
    out.windows_.push_back(std::move(compiled));
  }
  return out;
}

bool Times::cover(WallTime now) const {
  return windows_.empty() || std::any_of(windows_.begin(), windows_.end(),
                                         [&](const auto& window) { return window->covers(now); });
}

}  // namespace doorward::policy
