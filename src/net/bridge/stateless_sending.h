// How a message goes to a stateless server.
#pragma once

#include "net/gateway.h"
#include "net/session/stateless.h"

namespace doorward::net {

[[nodiscard]] inline Sending stateless_sending(const Sending& from, uint64_t id,
                                               const wire::Message& request) {
  Sending inner;
  inner.id = id;
  inner.method = request.method();
  inner.target = request.target();
  inner.deadline = from.deadline;
  inner.stateless = true;
  inner.headers = mirrored_headers(nullptr, request);
  return inner;
}

}  // namespace doorward::net
