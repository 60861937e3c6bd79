// The operator API's list of revocations: GET, POST and DELETE `/api/v1/revocations`, the body
// {"principal"|"agent"|"token"|"jti": "…"}.
#pragma once

#include <optional>

#include "base/error.h"
#include "identity/revocations.h"
#include "net/gateway.h"

namespace doorward::app {

// Writes the event into the audit log. Where it can't, nothing is changed.
using WriteDown = std::function<Expected<void>(std::string_view reason, std::string_view detail)>;

// Nothing for every other path.
[[nodiscard]] std::optional<net::OperatorAnswer> answer_revocations(
    identity::Revocations& list, const core::Admission& admission,
    const net::OperatorRequest& request, const WriteDown& write_down);

}  // namespace doorward::app
