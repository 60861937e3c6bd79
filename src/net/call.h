// The life of one message from a client: judged, sent, answered, settled. See
// docs/life_of_a_call.md.
#pragma once

#include <memory>
#include <string>

#include "net/gateway.h"

namespace doorward::net {

// Where the answers of one request go.
class ClientSide {
 public:
  virtual ~ClientSide() = default;
  // A message of the server on this request's stream; dropped where the client takes none.
  virtual Task<> send(core::Cleared message) = 0;
  // The one answer. `status` is the HTTP status, `challenge` the WWW-Authenticate; other carriers
  // ignore both. The caller keeps `challenge` alive.
  virtual Task<> answer(core::Cleared message, int status, std::string_view challenge) = 0;
  // The server opened a stream, or closed it to be asked again: so may the client's be.
  virtual Task<> streaming() { co_return; }
  virtual Task<> polling(std::optional<uint32_t> retry_ms) {
    static_cast<void>(retry_ms);
    co_return;
  }
};

// What a client's message may be.
[[nodiscard]] inline wire::JsonLimits json_limits(const Gateway& gateway) {
  wire::JsonLimits limits;
  limits.bytes = gateway.settings.message_bytes;
  limits.depth = gateway.settings.depth;
  return limits;
}

// Facts of the request that hold for every stage.
struct CallFacts {
  core::Carrier carrier = core::Carrier::http;
  const core::Principal* principal = nullptr;
  const wire::HttpRequestHead* head = nullptr;
  std::string_view peer;
  std::string_view server;
  std::shared_ptr<Session> session;
  const ServerRoute* route = nullptr;
  std::string_view named_as;                   // what its client calls the target, if otherwise
  bool stateless = false;                      // the request carries its own revision
  std::shared_ptr<Cancellation> cancellation;  // set where leaving is cancelling
};

// A client's request: ends when the client has its answer. True when a session was established or
// used; false when the request was refused before anything was sent.
[[nodiscard]] Task<bool> run_request(Gateway&, CallFacts, wire::Message request, ClientSide&);
// The same, to the server of `facts.session` and no other.
[[nodiscard]] Task<bool> run_call(Gateway&, CallFacts, wire::Message request, ClientSide&);

// A client's notification or reply. Nothing when it was taken; the refusal otherwise.
[[nodiscard]] Task<std::optional<core::Refusal>> run_one_way(Gateway&, CallFacts, wire::Message);
[[nodiscard]] Task<std::optional<core::Refusal>> run_one_way_to(Gateway&, CallFacts, wire::Message);

// What did not parse: the refusal, logged.
[[nodiscard]] core::Refusal refuse_unparsed(Gateway&, const CallFacts&, const Error&, size_t bytes);

// Receives what a server sends outside any request and keeps it in the session's own stream.
[[nodiscard]] Task<Expected<void>> listen(Gateway&, CallFacts,
                                          std::shared_ptr<std::atomic<bool>> stop);

}  // namespace doorward::net
