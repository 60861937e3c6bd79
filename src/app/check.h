// `doorward check`: which of the 87 requirements this deployment enforces, partly enforces or
// leaves open, each with evidence. The table is docs/requirements.json, carried in the binary.
#pragma once

#include <string>

#include "app/config/config.h"

namespace doorward::app {

// {"requirements":[{"id","area","title","state","evidence"}],"summary":{…},"suppressions":[…],"powers":[…],
// "labels":[…]}
[[nodiscard]] std::string check_json(const Config& config);
// The same for people, from that JSON; exit code 0 when nothing is left open, else 1.
struct CheckText {
  std::string text;
  int exit_code;
};
[[nodiscard]] CheckText check_text(std::string_view json);

}  // namespace doorward::app
