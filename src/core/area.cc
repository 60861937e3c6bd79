#include "core/area.h"

namespace doorward::core {

std::string_view area_text(Area area) {
  constexpr std::string_view kNames[] = {"",          "injection", "instability", "misuse",
                                         "identity",  "transport", "overload",    "secrets",
                                         "logtamper", "privilege", "isolation",   "rogue"};
  return kNames[static_cast<size_t>(area)];
}

std::string_view stage_text(Stage stage) {
  constexpr std::string_view kNames[] = {"accept",   "launch",         "request",
                                         "response", "server_message", "client_reply"};
  return kNames[static_cast<size_t>(stage)];
}

}  // namespace doorward::core
