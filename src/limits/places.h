// A place in a queue, as a guard asks for it by `need` and the gateway waits for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

}  // namespace doorward::limits
