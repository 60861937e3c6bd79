// Requests that Doorward makes of a server for itself: lists to pin and to merge, `initialize` and
// `server/discover` for a client of the other era. They walk the same corridor as a client's.
#pragma once

#include <string>

#include "net/call.h"

namespace doorward::net {

struct OwnRequest {
  wire::Method method = wire::Method::unknown;
  std::string params;  // a JSON object; "" for none
  std::chrono::steady_clock::time_point deadline;
  // A part of what a client asked for: judged as the client's own, with nothing more than it may
  // see.
  bool for_client = false;
  bool ends_idle_process = false;                        // see Sending
  std::shared_ptr<Cancellation> cancellation = nullptr;  // ends it early; the server is told
};

// The judged reply: a result, or the server's error. What else the server says meanwhile goes to
// the session's own stream. `facts.principal` is whom it is asked for; guards see `exchange.own`.
// Errors: those of Upstream::request, and own.refused (the reason id of the guard).
[[nodiscard]] Task<Expected<wire::Message>> ask(Gateway& gateway, const CallFacts& facts,
                                                OwnRequest request);

// A notification of Doorward's own; `params` is a JSON object or "". Judged like a request; what is
// refused or can't be sent is logged by that and otherwise nobody's loss.
[[nodiscard]] Task<> tell(Gateway& gateway, CallFacts facts, wire::Method method,
                          std::string params);

// What one caller lacks at a server is refused to him alone and says nothing of the server:
// `credential.caller`, and `credential.caller_login` where he has to log in there first.
[[nodiscard]] inline bool is_of_caller(const Error& error) {
  return error.code.starts_with("credential.caller");
}

}  // namespace doorward::net
