// A reload that lowers the log waits for a second operator: /api/v1/reload (R8.4).
//
//   GET  /api/v1/reload                  {"waiting":null} or {"waiting":{"hash","lowered"}}
//   POST /api/v1/reload/approve?hash=H   lets the file of that hash pass; it is loaded at once
#pragma once

#include "app/instance.h"

namespace doorward::app {

// Nothing for another path.
[[nodiscard]] std::optional<net::OperatorAnswer> operate_reload(
    Instance& instance, const core::Admission& admission, const net::OperatorRequest& request);

}  // namespace doorward::app
