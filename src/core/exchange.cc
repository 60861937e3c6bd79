#include "core/exchange.h"

namespace doorward::core {

std::string_view ending_text(Ending ending) {
  constexpr std::string_view kNames[] = {"answered",      "error_answer", "refused",  "deadline",
                                         "upstream_gone", "client_gone",  "cancelled"};
  return kNames[static_cast<size_t>(ending)];
}

}  // namespace doorward::core
