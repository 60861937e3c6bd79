// The operator's side of approvals: the API (INTERFACE, Readings) and its description.
#pragma once

#include <optional>

#include "app/instance.h"

namespace doorward::app {

// Nothing for a path that is not about approvals.
[[nodiscard]] std::optional<net::OperatorAnswer> operate_approvals(
    Instance& instance, const core::Admission& admission, const net::OperatorRequest& request);

// OpenAPI 3.1 of the whole operator API.
[[nodiscard]] std::string openapi_json();

// The page that an approval's link leads to. It holds no data: it asks for the operator token.
[[nodiscard]] net::OperatorAnswer approvals_page();

}  // namespace doorward::app
