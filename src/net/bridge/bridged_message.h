// What bridges do with messages of either era.
#pragma once

#include "net/gateway.h"
#include "wire/message.h"

namespace doorward::net {

// May be as large as a server's, and lie a little deeper for what was wrapped round it.
[[nodiscard]] inline Expected<wire::Message> parsed(const Gateway& gateway, std::string text) {
  wire::JsonLimits limits;
  limits.bytes = gateway.settings.server_message_bytes + 4096;
  limits.depth += 8;
  return wire::Message::parse(std::move(text), limits);
}

// A server tells it of itself, whatever call its stream belongs to.
[[nodiscard]] inline bool concerns_no_call(wire::Method method) {
  switch (method) {
    case wire::Method::n_tools_list_changed:
    case wire::Method::n_resources_list_changed:
    case wire::Method::n_prompts_list_changed:
    case wire::Method::n_resources_updated:
      return true;
    default:
      return false;
  }
}

}  // namespace doorward::net
