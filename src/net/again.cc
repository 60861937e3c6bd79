#include "net/again.h"

#include <algorithm>
#include <random>

namespace doorward::net {

bool is_lost(const Error& error) {
  return error.code == "upstream.lost" || error.code == "upstream.unready" ||
         (error.code == "upstream.unavailable" && error.retryable);
}

bool is_effect_unknown(const Error& error) {
  return error.code.starts_with("upstream.") && error.code != "upstream.unavailable" &&
         error.code != "upstream.session_gone";
}

std::chrono::milliseconds retry_pause(uint32_t attempt) {
  constexpr int64_t kFirst = 100, kLongest = 1000;
  thread_local std::minstd_rand random(std::random_device{}());
  const int64_t most = std::min(kFirst << std::min(attempt, 8U), kLongest);
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, most)(random));
}

}  // namespace doorward::net
