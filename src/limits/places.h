// A place in a queue, as a guard asks for it by `need` and the gateway waits for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/exchange.h"
#include "limits/key.h"

namespace doorward::limits {

// Answers to the need: a place may be free now; or none was within the time, or the queue is full.
inline constexpr std::string_view kPlaceFree = "free", kPlaceNone = "none";

struct PlaceNeed {
  static constexpr std::string_view kPrefix = "limits.place:";
  Key key;
  uint32_t most = 1;    // places that there are
  uint32_t queue = 64;  // so many may wait for this key

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<PlaceNeed> parse(std::string_view text);
};

// Whether this exchange may wait for such a place (once more). One that was told to be free may be
// gone again: it is waited for a few times, no more. `waits`: where the notes count that.
[[nodiscard]] bool may_wait(const PlaceNeed& place, std::string_view waits, core::Notes& notes);

}  // namespace doorward::limits
