// The operator side: health, metrics, and the API that the CLI talks to. Nothing of it is
// reachable from the client side.
#pragma once

#include "app/instance.h"

namespace doorward::app {

[[nodiscard]] net::OperatorAnswer operate(Instance& instance, const core::Admission& admission,
                                          const net::OperatorRequest& request);

// The gateway's counters in the Prometheus text format.
[[nodiscard]] std::string metrics_text(const net::Gateway& gateway, const audit::Log& log);

}  // namespace doorward::app
