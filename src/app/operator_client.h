// The CLI's side of the operator API of a running gateway.
#pragma once

#include <string>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

struct ApiAnswer {
  int status = 0;
  std::string body;
};

// GET or POST on the configured admin address, with the operator token of the state folder. `body`:
// "" or a JSON object (without `jsonrpc`). Errors: operator.unreachable, state.token.
[[nodiscard]] Expected<ApiAnswer> call_operator(const Config& config, std::string_view method,
                                                std::string_view target,
                                                std::string_view body = {});

// A value for the query of a target.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace doorward::app
