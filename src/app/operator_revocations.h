// The operator API's list of revocations: GET, POST and DELETE `/api/v1/revocations`, the body
// {"principal"|"agent"|"token"|"jti": "…"}.
#pragma once

#include <optional>

#include "identity/revocations.h"
#include "net/gateway.h"

namespace doorward::app {

// Nothing for every other path. `tell` writes the event into the audit log.
[[nodiscard]] std::optional<net::OperatorAnswer> answer_revocations(
    identity::Revocations& list, const core::Admission& admission,
    const net::OperatorRequest& request,
    const std::function<void(std::string_view reason, std::string_view detail)>& tell);

}  // namespace doorward::app
