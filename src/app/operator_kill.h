// The kill switch: /api/v1/kill (R11.6).
//
//   GET  /api/v1/kill                                       {"stops":[...]}
//   POST /api/v1/kill?server=S&tool=T&principal=U&why=TEXT  stops what is named
//   POST /api/v1/kill?all=true                              stops everything
//   POST /api/v1/kill/lift?...                              the same names; lets it go on
#pragma once

#include "app/instance.h"

namespace doorward::app {

// What the query names; nothing where it names nothing, or something unknown.
[[nodiscard]] std::optional<catalog::Stop> stop_of_query(std::string_view query);
[[nodiscard]] std::string stops_json(const catalog::Stops& stops);
// Where stops are kept.
[[nodiscard]] Path stops_file(const Config& config);

// `by`: the operator. Nothing for another path.
[[nodiscard]] std::optional<net::OperatorAnswer> operate_kill(Instance& instance,
                                                              std::string_view by,
                                                              const net::OperatorRequest& request);

}  // namespace doorward::app
