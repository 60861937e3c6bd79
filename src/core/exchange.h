// One message on its way, with all that a guard may look at. Facts only: nothing here can be
// changed by a guard, and nothing needs waiting for.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/area.h"
#include "core/principal.h"
#include "core/shared.h"
#include "core/verdict.h"
#include "wire/http.h"
#include "wire/message.h"

namespace doorward::core {

enum class Listener : uint8_t { client, operators };
enum class Carrier : uint8_t { http, stdio };

// What net/session knows of the protocol revision in force, without naming one.
struct ProtocolFacts {
  bool revision_known = true;        // the header or body names a revision that is served
  bool headers_mirror_body = false;  // the revision requires Mcp-Method and Mcp-Name
  bool version_header_required = false;
  bool stateless = false;
  std::string_view revision_header;  // as sent; "" when absent
  std::string_view revision_body;    // where the body states one
  std::string_view mirrored_name;    // what Mcp-Name has to say; "" where it is not asked for
  std::string_view meta_fault;       // what a stateless request's _meta lacks; "" when whole
  bool method_removed = false;       // the revision in force has no such method
  std::string_view supported;        // JSON array of what is served, for the client to choose
};

struct Exchange {
  std::string_view call_id;  // ties decision and outcome; this gateway's own
  Stage stage = Stage::accept;
  Listener listener = Listener::client;
  Carrier carrier = Carrier::http;
  WallTime now{};
  SteadyTime steady{};
  ProtocolFacts protocol{};
  const Principal* principal = nullptr;         // null only at the accept stage
  std::string_view server;                      // the configured name; "" before routing
  std::string_view session;                     // Doorward's own session id; "" without one
  const Principal* session_owner = nullptr;     // who opened that session
  bool session_unknown = false;                 // the client named a session that is not there
  bool session_missing = false;                 // the revision requires one and none is named
  bool id_reused = false;                       // this session has seen the request's id
  bool own = false;                             // Doorward asks for itself: lists, discover
  bool part = false;                            // of a client's request, which has been admitted
  uint32_t attempt = 0;                         // above 0: lost before, and to be sent once more
  bool open_route = false;                      // /healthz and /readyz: no credential, no detail
  const wire::HttpRequestHead* head = nullptr;  // over HTTP
  std::string_view peer;                        // address of the connection, for the log
  bool secure = false;                          // the client's leg is TLS, or behind a stated proxy
  const ClientCertificate* certificate = nullptr;  // verified against `client_ca`
  const wire::Message* message = nullptr;          // what is judged
  const wire::Message* request = nullptr;          // the client's request that it belongs to
  const Error* parse_error = nullptr;              // instead of `message` when it did not parse
  size_t message_bytes = 0;                        // size as read, or as announced
  bool reply_expected = false;      // for replies: an open request of the other side matches
  bool state_is_ours = true;        // the requestState is one that this gateway handed out
  bool result_type_known = true;    // of a response
  bool capability_declared = true;  // for a server's requests: its client declared support
};

// How it ended; handed to every permit.
enum class Ending : uint8_t {
  answered,
  error_answer,
  refused,
  deadline,
  upstream_gone,
  client_gone,
  cancelled
};
[[nodiscard]] std::string_view ending_text(Ending ending);

struct Outcome {
  Ending ending = Ending::answered;
  bool tool_error = false;  // a result with isError
  size_t result_bytes = 0;
  std::string result_hash;     // hex SHA-256 of the bytes that the client got, "" when none
  std::string_view sent = {};  // those bytes; only while it is settled
  std::chrono::microseconds latency{};
  std::string_view reason;      // of a refused response
  bool effect_unknown = false;  // it was sent, and nobody knows whether it took effect
  std::vector<std::string_view> observed = {};  // reasons of guards that only watched the answer
};

// What guards leave for each other and for the log, within one exchange.
struct Notes {
  std::optional<Principal> principal;    // by identity.token
  std::optional<Credential> credential;  // by identity.token, with it
  std::string dpop_nonce;                // by identity.binding: for the answer's DPoP-Nonce
  std::string rule;                      // by privilege.authorize: the deciding rule
  std::optional<uint64_t> audit_index;   // by logtamper.receipt
  std::optional<SteadyTime> deadline;    // by overload.deadline: when the call ends
  bool may_repeat = false;               // by instability.retry: may be sent again if it is lost
  struct Observed {
    std::string_view guard, reason;
    Effect effect;
  };
  std::vector<Observed> observed;  // verdicts of guards in observe mode
  // A limit that this exchange has nearly used up, or found spent; for the log.
  struct LimitUse {
    std::string_view name;
    uint64_t used = 0, of = 0;
  };
  std::vector<LimitUse> limits;
  std::map<std::string, std::string, std::less<>> values;  // answers to `need`
  // Of the message that is judged, for its guards. INVARIANT: empty when judging begins and ends;
  // what it holds may point into the message.
  Shared of_message;
};

}  // namespace doorward::core
