// When a lost call is sent once more, and after which pause. Whether it may be is the guards' word
// (instability.retry); here only what the way of the message says.
#pragma once

#include <chrono>

#include "base/error.h"
#include "core/exchange.h"

namespace doorward::net {

// The connection broke before anything of an answer came, or there was none, or the server says
// that it can't now.
[[nodiscard]] bool is_lost(const Error& error);

// It was sent, and no valid answer says whether it took effect.
[[nodiscard]] bool is_effect_unknown(const Error& error);

// Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): clients that lost their calls at
// one moment do not come back at one.
[[nodiscard]] std::chrono::milliseconds retry_pause(uint32_t attempt);

}  // namespace doorward::net
