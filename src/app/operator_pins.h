// The operator API of the catalog: /api/v1/pins. The CLI speaks it to a running gateway, and to one
// in its own process where none runs.
//
//   GET  /api/v1/pins                what is known of every server and definition, with differences
//   POST /api/v1/pins/look           lists all servers anew, or `?server=NAME`; GET tells when done
//   POST /api/v1/pins/approve        {"items":[{"server","kind","name","digest"?,"classes"?}]}
//   POST /api/v1/pins/revoke         {"items":[{"server","kind","name"}]}
//   POST /api/v1/pins/identity       {"server"}: the server as a whole is what it has to be
//   POST /api/v1/pins/state          {"server","state"}: one step of a server's life
#pragma once

#include "app/instance.h"

namespace doorward::app {

// `by`: the operator. Nothing for another path.
[[nodiscard]] std::optional<net::OperatorAnswer> operate_pins(Instance& instance,
                                                              std::string_view by,
                                                              const net::OperatorRequest& request);

// {"looking":N,"servers":[...]}
[[nodiscard]] std::string pins_json(Instance& instance);

}  // namespace doorward::app
