// Time: UTC wall time for records, monotonic time for durations. Guards read no clock; the
// pipeline hands them `Exchange::now`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace doorward {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

[[nodiscard]] WallTime wall_now();
// `2026-11-24T02:10:00.123456Z` (RFC 3339, UTC, microseconds).
[[nodiscard]] std::string rfc3339(WallTime time);
// Reads RFC 3339 with any offset and 0 to 9 fraction digits; nothing on anything else.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace doorward
