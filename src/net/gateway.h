// What every connection of a running gateway shares, and what `app` hangs into it.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/secret.h"
#include "core/pipeline.h"
#include "net/asio.h"
#include "net/buffers.h"
#include "net/forwarded.h"
#include "net/in_flight.h"
#include "net/leases.h"
#include "net/merged/naming.h"
#include "net/session/request_state.h"
#include "net/session/session.h"
#include "net/upstream/egress.h"
#include "net/watchdog.h"
#include "wire/http.h"

namespace doorward::net {

// What a server's walls tell: how it ended, or what it tried.
struct WallEvent {
  enum class Kind : uint8_t { ended, violation, egress } kind = Kind::ended;
  std::string cause;  // a word: exited, memory, disk; the name of a call; refused
  std::string text;   // for the log
};

// A started server: parent ends of its pipes, its ways out, and the way to end it with all its
// children.
struct ChildPipes {
  Fd input, output, errors;
  std::function<void()> kill;  // idempotent; waits for nothing
  std::vector<EgressDoor> doors;
  std::vector<std::string> reduced;  // walls that are weaker on this host, a sentence each
  Fd events;  // readable when `next_event` has something to tell; none: it tells nothing
  std::function<std::optional<WallEvent>()> next_event;  // without waiting; nothing: no more yet
};

enum class Instances : uint8_t { per_session, per_principal, shared };

// A server that clients may be connected to.
struct ServerRoute {
  std::string name;              // "" of the merged endpoint
  bool merged = false;           // stands for all servers
  std::optional<wire::Url> url;  // over HTTP
  std::shared_ptr<asio::ssl::context> tls;
  // Its own credential, as header fields; null where it needs none. `rejected`: the server did not
  // take the last one. Errors: credential.*.
  using Headers = std::vector<std::pair<std::string, Secret<std::string>>>;
  std::function<Task<Expected<Headers>>(Caller caller, bool rejected)> credential;
  // Over stdio: starts it for somebody (the first, where it serves several); called on a thread
  // that may block and lives as long as the gateway.
  std::function<Expected<ChildPipes>(const core::Principal&)> launch;
  Instances instances = Instances::per_session;  // of sessions
  Instances stateless_instances = Instances::per_principal;
  bool kill_overdue = true;  // see Sending::ends_process
  std::vector<wire::Method> server_requests = {wire::Method::sampling_create_message,
                                               wire::Method::elicitation_create,
                                               wire::Method::roots_list};
};

struct OperatorRequest {
  wire::HttpMethod method;
  std::string_view path, query, body;
};
struct OperatorAnswer {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string body;
};

struct GatewaySettings {
  std::string revision_floor;                     // "" = the oldest that is served
  size_t message_bytes = 4 * 1024 * 1024;         // of one message of a client
  size_t server_message_bytes = 8 * 1024 * 1024;  // of one message of a server
  uint32_t depth = 64;                            // nesting of a client's message
  size_t buffers = 256ULL * 1024 * 1024;          // of all messages under way
  size_t operator_body_bytes = 256 * 1024;
  size_t stderr_line_bytes = 4096;
  std::chrono::milliseconds head_timeout{15'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::chrono::milliseconds idle_timeout{75'000};
  std::chrono::milliseconds session_idle{30 * 60'000};
  // Of a session with a process of its own whose client had a stream open and let it go.
  std::chrono::milliseconds session_left{5 * 60'000};
  std::chrono::milliseconds child_idle{5 * 60'000};  // of servers that many sessions share
  std::chrono::milliseconds keep_alive{15'000};      // of event streams
  std::chrono::milliseconds drain{10'000};
  size_t sessions = 10'000;
  size_t sessions_per_principal = 1'000;
  size_t connections = 20'000;       // of clients
  size_t operator_connections = 64;  // never taken by clients
  size_t children = 96;              // stdio servers at one time
  size_t paused = 256;               // strangers whose answer waits, at one time
  Networks trusted_proxies;          // load balancers that end TLS
  SessionLimits session;
  std::string version;  // of Doorward, as it is told to clients
};

using Routes = std::map<std::string, std::shared_ptr<const ServerRoute>, std::less<>>;

struct Counters {
  std::atomic<uint64_t> connections_open{0}, operator_connections_open{0}, connections_total{0},
      requests_total{0}, refused_total{0}, children_open{0}, dropped_server_messages_total{0},
      stderr_lines_dropped_total{0}, children_replaced_total{0}, children_refused_total{0},
      children_made_room_total{0}, paused{0}, ended_by_revocation_total{0};
};

class Children;
class HeldSessions;
class MergedHeld;
struct CallFacts;

struct Gateway {
  Gateway(std::shared_ptr<const core::Pipeline> pipeline, std::shared_ptr<const Routes> routes,
          GatewaySettings settings);
  ~Gateway();

  Snapshot<core::Pipeline> pipeline;
  Snapshot<Routes> routes;
  const GatewaySettings settings;
  const ServerRoute merged_route{.merged = true};
  Naming naming;  // of the merged endpoint; set before anything is served
  Sessions sessions;
  const RequestStates request_states;
  Counters counters;
  Buffers buffers;
  std::atomic<bool> draining{false};
  std::atomic<size_t> calls_in_flight{0};
  InFlight in_flight;
  std::function<void(std::string_view)> log = [](std::string_view) {};
  // Told on a thread of the gateway; returns at once.
  std::function<void(std::string_view server, const WallEvent&)> wall_event =
      [](std::string_view, const WallEvent&) {};
  std::function<OperatorAnswer(const core::Admission&, const OperatorRequest&)> operate;
  // What the client side tells anybody who asks (RFC 9728), by the request's head; nothing for
  // every other path. JSON.
  std::function<std::optional<std::string>(const core::Exchange&)> metadata;
  // False once a credential counts no longer; asked each second for what is under way. A session
  // is asked for by its owner, with the id of the credential alone.
  std::function<bool(const core::Principal&, const core::Credential&)> valid;
  // Answers a guard's `need`; empty text when it can't. Null: every need is refused. `facts` is
  // whose call waits, with the session that it belongs to; at the accept stage only where it comes
  // from.
  std::function<Task<std::string>(std::string key, const CallFacts* facts)> fetch;
  // Told at once when a local server says that a list of its changed, whoever reads it and when.
  std::function<void(std::string_view server)> list_changed = [](std::string_view) {};
  std::unique_ptr<Children> children;

  // What an operator stops ends now: calls under way are cancelled, sessions ended, processes
  // killed. Empty names stand for all; a tool's session and server go on.
  struct Stopped {
    std::string server, tool, user;
  };
  size_t stop(const Stopped& what, const asio::any_io_executor& executor);
  // Ends a session: what is under way in it is cancelled at its server and waited for a moment,
  // then its streams and the server's side of it end.
  [[nodiscard]] Task<> retire(std::shared_ptr<Session> session);
  std::unique_ptr<HeldSessions> held;
  std::unique_ptr<MergedHeld> merged_held;

  // An upstream for a new session, or for stateless requests of this principal, whatever era the
  // server speaks. `request` is the stateless one: what it declares is what it can be asked.
  // Errors: launch.refused, upstream.unavailable.
  [[nodiscard]] Task<Expected<std::shared_ptr<Upstream>>> connect(
      const ServerRoute& route, const core::Principal& principal, bool stateless = false,
      const wire::Message* request = nullptr);
  // Whether a server may be started or spoken to at all, for this principal: the launch stage.
  [[nodiscard]] std::expected<void, core::Refusal> may_launch(
      const ServerRoute& route, const core::Principal& principal) const;
  // The server itself, in its own era. Errors: launch.refused, told to the guards; upstream.*.
  [[nodiscard]] Task<Expected<std::shared_ptr<Upstream>>> dial(const ServerRoute& route,
                                                               const core::Principal& principal,
                                                               Instances mode);
};

// The route of a configured server; of the merged endpoint for ""; null for any other name.
[[nodiscard]] const ServerRoute* find_route(const Gateway& gateway, const Routes& routes,
                                            std::string_view name);

// What belongs to one I/O thread. INVARIANT: used on that thread only.
struct ThreadContext {
  // Can destroy what waits on it before it goes itself.
  struct Io : asio::io_context {
    using asio::execution_context::shutdown;
    using asio::io_context::io_context;
  };
  explicit ThreadContext(Gateway& owner)
      : gateway(owner), io(1), watchdog(io, [&owner] {
          return Watchdog::Pressed{.requests = owner.buffers.requests_short(),
                                   .answers = owner.buffers.answers_full()};
        }) {}
  Gateway& gateway;
  Io io;
  Watchdog watchdog;
  Leases leases;
};
// The context of the thread that runs; panics on a thread that has none.
[[nodiscard]] ThreadContext& here();
void set_here(ThreadContext* context);

// A fresh id for a call, unique over restarts and replicas.
[[nodiscard]] std::string new_call_id();

}  // namespace doorward::net
