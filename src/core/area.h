// The eleven areas of the checklist and the stages of a message. The words are the prefixes of
// reason ids and the folder names of src/guards and tests/areas.
#pragma once

#include <cstdint>
#include <string_view>

namespace doorward::core {

enum class Area : uint8_t {
  injection = 1,
  instability,
  misuse,
  identity,
  transport,
  overload,
  secrets,
  logtamper,
  privilege,
  isolation,
  rogue,
};

// accept: a connection's request head, before its body. request: a client's request or
// notification. response: an upstream's answer to it. server_message: requests, notifications and
// progress from a server. client_reply: a client's answer to a server's request. launch: a server
// about to start.
enum class Stage : uint8_t { accept, launch, request, response, server_message, client_reply };

using Stages = uint8_t;
[[nodiscard]] constexpr Stages stages(auto... each) {
  return static_cast<Stages>((0U | ... | (1U << static_cast<unsigned>(each))));
}
[[nodiscard]] constexpr bool contains(Stages set, Stage stage) {
  return (set >> static_cast<unsigned>(stage) & 1U) != 0;
}

[[nodiscard]] std::string_view area_text(Area area);
[[nodiscard]] std::string_view stage_text(Stage stage);

}  // namespace doorward::core
