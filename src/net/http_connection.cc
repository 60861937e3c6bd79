#include "net/http_connection.h"

#include "net/mcp_endpoint.h"
#include "net/tls.h"
#include "net/tls_trust.h"
#include "net/writer.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr std::string_view kJson = "application/json";

core::Verdict http_fault(const Error& error) {
  core::Verdict verdict =
      core::deny("transport.framing", "R2.7", "The HTTP request is not valid: " + error.what + ".",
                 core::Answer::invalid_request);
  if (error.code == "http.body_size") {
    verdict.reason = "overload.size";
    verdict.requirement = "R6.4";
    verdict.text = "The message is too large: " + error.what + ". Send less at once.";
    verdict.answer = core::Answer::body_too_large;
  }
  return verdict;
}
}  // namespace

wire::ResponseFrame refusal_frame(const core::Verdict& verdict) {
  wire::ResponseFrame frame;
  frame.status = core::http_status(verdict.answer);
  frame.content_type = kJson;
  frame.www_authenticate = verdict.challenge;
  return frame;
}

namespace {
// Room for a body, among all messages under way, as it arrives; waits a little for it.
class Room : public BodyRoom {
 public:
  explicit Room(HttpExchange& exchange) : exchange_(exchange) {
    exchange_.room.emplace(exchange_.gateway.buffers.room(exchange_.owner));
  }
  Task<bool> have(size_t bytes) override {
    constexpr std::chrono::milliseconds kAgain{20};
    constexpr int kTimes = 100;
    constexpr size_t kWaiting = 16;  // messages of one principal
    if (exchange_.gateway.buffers.grow(*exchange_.room, bytes)) co_return true;
    const Waiting waiting(exchange_.room->owner());
    if (waiting.before >= kWaiting) co_return false;
    for (int i = 0; i < kTimes; ++i) {
      if (exchange_.gateway.buffers.grow(*exchange_.room, bytes)) co_return true;
      asio::steady_timer timer(co_await asio::this_coro::executor, kAgain);
      co_await timer.async_wait(kTuple);
    }
    co_return false;
  }

 private:
  // One message that waits, among those of its principal.
  struct Waiting {
    explicit Waiting(Buffers::Owner* of) : owner(of) {
      if (owner != nullptr) before = owner->waiting.fetch_add(1, std::memory_order_relaxed);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() {
      if (owner != nullptr) owner->waiting.fetch_sub(1, std::memory_order_relaxed);
    }
    Buffers::Owner* const owner;  // the room outlives it
    size_t before = 0;
  };
  HttpExchange& exchange_;
};
}  // namespace

Task<Expected<std::string>> HttpExchange::read_body(size_t limit) {
  // Who sends slowly holds room: when that is short it is not waited for.
  constexpr std::chrono::seconds kPatience{2};
  const auto now = steady_clock::now();
  watch.set(now + gateway.settings.body_timeout, now + kPatience);
  if (head.expects_continue && head.content_length.value_or(0) <= limit) {
    core::Cleared go_on = core::Cleared::continue_100();
    const bool open = co_await put(std::move(go_on));
    if (!open) co_return failure("net.closed", Fault::client, "the client is gone");
    watch.set(now + gateway.settings.body_timeout, now + kPatience);
  }
  BodyFrame frame;
  frame.content_length = head.content_length;
  frame.chunked = head.chunked;
  if (!head.chunked && !head.content_length) frame.content_length = 0;
  Room growing(*this);
  auto body = co_await http.read_body(frame, limit, &growing);
  body_read = body.has_value();
  watch.clear();
  if (!body && body.error().code == "http.no_room" && room->of_share()) {
    // Whoever sends more than its share is answered late, and nothing of it is read meanwhile: at
    // once it would send the same again, and keep the thread busy that others need (R6.6).
    constexpr std::chrono::seconds kLate{1};
    room->give_back();
    asio::steady_timer pause(co_await asio::this_coro::executor, kLate);
    co_await pause.async_wait(kTuple);
  }
  co_return body;
}

Task<bool> HttpExchange::put(core::Cleared framed) {
  if (gone) co_return false;
  // A client that does not read holds memory: when that is short it is not waited for.
  constexpr std::chrono::seconds kPatience{1};
  const Buffers::Answer held(gateway.buffers, framed.size());
  const auto now = steady_clock::now();
  watch.set(now + gateway.settings.write_timeout, Watchdog::Watch::Time::max(), now + kPatience);
  const error_code error = co_await write(http.stream(), std::move(framed));
  watch.clear();
  if (error) gone = true;
  co_return !gone;
}

Task<> HttpExchange::answer(core::Cleared body, wire::ResponseFrame frame) {
  const bool has_body = head.chunked || head.content_length.value_or(0) > 0;
  if ((has_body && !body_read) || gateway.draining.load()) keep_alive = false;
  frame.keep_alive = keep_alive && head.keep_alive;
  if (frame.extra_name.empty() && !dpop_nonce.empty()) {
    frame.extra_name = "DPoP-Nonce";
    frame.extra_value = dpop_nonce;
  }
  auto framed = std::move(body).as_response(std::move(frame));
  if (!framed) {
    gone = true;
    co_return;
  }
  static_cast<void>(co_await put(std::move(*framed)));
}

Task<bool> HttpExchange::open_stream(std::string_view session_id) {
  wire::ResponseFrame frame;
  frame.status = 200;
  frame.content_type = "text/event-stream";
  frame.event_stream = true;
  frame.keep_alive = keep_alive && head.keep_alive;
  frame.session_id = session_id;
  if (!dpop_nonce.empty()) {
    frame.extra_name = "DPoP-Nonce";
    frame.extra_value = dpop_nonce;
  }
  auto framed = core::Cleared::nothing().as_stream_head(std::move(frame));
  if (!framed) co_return false;
  const bool open = co_await put(std::move(*framed));
  co_return open;
}

namespace {

class Connection {
 public:
  Connection(Gateway& gateway, Stream::Socket socket, core::Listener listener, std::string peer,
             std::shared_ptr<asio::ssl::context> tls)
      : gateway_(gateway),
        http_(std::move(socket)),
        listener_(listener),
        peer_(std::move(peer)),
        tls_(std::move(tls)),
        watch_(here().watchdog, [this] { http_.stream().close(); }) {
    gateway_.counters.connections_open.fetch_add(1);
    if (listener_ == core::Listener::operators)
      gateway_.counters.operator_connections_open.fetch_add(1);
    gateway_.counters.connections_total.fetch_add(1);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    gateway_.counters.connections_open.fetch_sub(1);
    if (listener_ == core::Listener::operators)
      gateway_.counters.operator_connections_open.fetch_sub(1);
  }

  Task<> run() {
    if (tls_) {
      watch_.set(steady_clock::now() + gateway_.settings.head_timeout);
      const error_code error = co_await http_.stream().accept_tls(*tls_);
      if (error) co_return;
      certificate_ = peer_certificate(http_.stream().tls_connection());
    }
    for (bool more = true; more && !gateway_.draining.load();) more = co_await one();
    if (body_left_ && !watch_.bitten()) {
      constexpr std::chrono::seconds kLinger{2};
      watch_.set(steady_clock::now() + kLinger);
      co_await http_.linger();
    }
    http_.stream().close();
  }

 private:
  Task<bool> one() {
    watch_.set(steady_clock::now() +
               (first_ ? gateway_.settings.head_timeout : gateway_.settings.idle_timeout));
    first_ = false;
    auto read = co_await http_.read_request_head(head_, {});
    watch_.clear();
    client_ = {peer_, http_.stream().is_tls()};
    if (read && *read)
      client_ =
          client_seen(peer_, http_.stream().is_tls(), head_, gateway_.settings.trusted_proxies);
    HttpExchange exchange(gateway_, http_, watch_, head_, client_.address);
    if (!read) {
      if (read.error().code == "net.closed") co_return false;
      // What is broken here can't be trusted to say where it ends.
      head_ = wire::HttpRequestHead();
      exchange.keep_alive = false;
      co_await refuse(exchange, http_fault(read.error()));
      co_return false;
    }
    if (!*read) co_return false;
    co_await route(exchange);
    http_.finish_message();
    body_left_ = (head_.chunked || head_.content_length.value_or(0) > 0) && !exchange.body_read &&
                 !exchange.gone;
    co_return exchange.keep_alive&& head_.keep_alive && !exchange.gone && !body_left_;
  }

  core::Exchange accept_facts(const NamedSession& named) {
    core::Exchange facts;
    facts.stage = core::Stage::accept;
    facts.listener = listener_;
    facts.now = wall_now();
    facts.steady = steady_clock::now();
    facts.head = &head_;
    facts.peer = client_.address;
    facts.message_bytes = head_.content_length.value_or(0);
    // The page that asks for a credential is its own 401.
    const bool asks = head_.path == "/" && !head_.field("authorization");
    facts.open_route = listener_ == core::Listener::operators &&
                       (head_.path == "/healthz" || head_.path == "/readyz" || asks);
    facts.session = named.id;
    if (named.session) facts.session_owner = &named.session->owner();
    facts.session_unknown = !named.id.empty() && !named.session;
    facts.secure = client_.secure;
    if (certificate_ && certificate_counts()) facts.certificate = &*certificate_;
    return facts;
  }

  // The handshake verified it; since then it may have expired, or its authority been taken away.
  bool certificate_counts() {
    const auto now = steady_clock::now();
    if (now - trust_looked_ >= std::chrono::milliseconds(250)) {
      trusted_ = is_still_trusted(http_.stream().tls_connection());
      trust_looked_ = now;
    }
    return trusted_;
  }

  Task<> route(HttpExchange& exchange) {
    const auto pipeline = gateway_.pipeline.take();
    const NamedSession named = named_session(gateway_, head_);
    const std::string call_id = new_call_id();
    core::Exchange facts = accept_facts(named);
    facts.call_id = call_id;
    core::Notes notes;
    std::optional<std::string> published;
    if (listener_ == core::Listener::client && head_.method == wire::HttpMethod::get &&
        gateway_.metadata)
      published = gateway_.metadata(facts);
    if (published) facts.open_route = true;
    auto admission = co_await admit(*pipeline, facts, notes);
    if (!admission) {
      co_await turn_away(exchange, *pipeline, admission.error(), notes);
      co_return;
    }
    if (published) {
      core::Cleared body = pipeline->own(*admission, std::move(*published));
      wire::ResponseFrame frame;
      frame.content_type = kJson;
      co_await exchange.answer(std::move(body), std::move(frame));
      co_return;
    }
    exchange.dpop_nonce = notes.dpop_nonce;
    exchange.owner = admission->principal().key();
    // What the connection's certificate opened ends with it, not with the connection (R4.8).
    const bool by_certificate = admission->credential().is_certificate ||
                                !admission->credential().certificate_thumbprint.empty();
    std::function<bool()> holds;
    if (by_certificate) holds = [this] { return certificate_counts(); };
    const Leases::Lease lease(
        here().leases, *admission, [this] { http_.stream().close(); }, std::move(holds));
    if (listener_ == core::Listener::operators) {
      co_await serve_operator(exchange, *admission, *pipeline);
      co_return;
    }
    constexpr std::string_view kPrefix = "/mcp/";
    if (head_.path == "/mcp") {
      co_await serve_mcp(exchange, *admission, gateway_.merged_route, named);
      co_return;
    }
    const auto routes = gateway_.routes.take();
    if (head_.path.starts_with(kPrefix)) {
      const auto found = routes->find(head_.path.substr(kPrefix.size()));
      if (found != routes->end()) {
        co_await serve_mcp(exchange, *admission, *found->second, named);
        co_return;
      }
    }
    core::Verdict verdict = core::deny("rogue.unknown_server", "R11.1",
                                       "There is no server of that name here. Check the address.",
                                       core::Answer::not_found);
    co_await refuse(exchange, std::move(verdict));
  }

  // Judges the head, fetching what guards ask for, until there is an answer.
  Task<std::expected<core::Admission, core::Refusal>> admit(const core::Pipeline& pipeline,
                                                            const core::Exchange& facts,
                                                            core::Notes& notes) {
    constexpr int kRounds = 8;
    CallFacts whose;
    whose.head = facts.head;
    whose.peer = facts.peer;
    for (int round = 0; round < kRounds && gateway_.fetch; ++round) {
      auto admission = pipeline.admit(facts, notes);
      if (admission || admission.error().verdict.effect != core::Effect::need) co_return admission;
      std::string key = admission.error().verdict.need;
      std::string value = co_await gateway_.fetch(key, &whose);
      notes.values[std::move(key)] = std::move(value);
    }
    auto last = pipeline.admit(facts, notes);
    if (last || last.error().verdict.effect != core::Effect::need) co_return last;
    core::Verdict verdict =
        core::deny("identity.not_judged", "R4.1", "The credential could not be checked. Try later.",
                   core::Answer::unavailable);
    co_return std::unexpected(pipeline.refusal(facts, notes, std::move(verdict)));
  }

  // Answers whom the accept stage refused. A source of many bad credentials waits for it.
  Task<> turn_away(HttpExchange& exchange, const core::Pipeline& pipeline,
                   const core::Refusal& refusal, const core::Notes& notes) {
    gateway_.counters.refused_total.fetch_add(1);
    // Beyond a number nobody waits: places to wait in are no weapon. They lose their connection.
    if (refusal.verdict.pause.count() > 0) {
      if (gateway_.counters.paused.fetch_add(1) < gateway_.settings.paused) {
        asio::steady_timer pause(co_await asio::this_coro::executor);
        pause.expires_after(refusal.verdict.pause);
        co_await pause.async_wait(kTuple);
      } else {
        exchange.keep_alive = false;
      }
      gateway_.counters.paused.fetch_sub(1);
    }
    core::Cleared body = pipeline.refuse(nullptr, refusal);
    wire::ResponseFrame frame = refusal_frame(refusal.verdict);
    // Nothing of this stage travels as JSON-RPC under 200: nobody is in yet.
    if (frame.status == 200)
      frame.status = refusal.verdict.answer == core::Answer::unavailable ? 503 : 403;
    exchange.dpop_nonce = notes.dpop_nonce;
    co_await exchange.answer(std::move(body), std::move(frame));
  }

  Task<> refuse(HttpExchange& exchange, core::Verdict verdict) {
    const auto pipeline = gateway_.pipeline.take();
    const std::string call_id = new_call_id();
    core::Exchange facts;
    facts.call_id = call_id;
    facts.stage = core::Stage::accept;
    facts.listener = listener_;
    facts.now = wall_now();
    facts.steady = steady_clock::now();
    facts.peer = peer_;
    core::Notes notes;
    gateway_.counters.refused_total.fetch_add(1);
    const core::Refusal refusal = pipeline->refusal(facts, notes, std::move(verdict));
    core::Cleared body = pipeline->refuse(nullptr, refusal);
    wire::ResponseFrame frame = refusal_frame(refusal.verdict);
    co_await exchange.answer(std::move(body), std::move(frame));
  }

  Task<> serve_operator(HttpExchange& exchange, const core::Admission& admission,
                        const core::Pipeline& pipeline) {
    auto body = co_await exchange.read_body(gateway_.settings.operator_body_bytes);
    if (!body) {
      if (body.error().code == "net.closed") {
        exchange.gone = true;
        co_return;
      }
      co_await refuse(exchange, http_fault(body.error()));
      co_return;
    }
    const OperatorRequest request{head_.method, head_.path, head_.query, *body};
    OperatorAnswer made{.status = 503, .body = R"({"error":"not ready"})"};
    if (gateway_.operate) made = gateway_.operate(admission, request);
    core::Cleared cleared = pipeline.own(admission, std::move(made.body));
    wire::ResponseFrame frame;
    frame.status = made.status;
    if (made.status == 401) frame.www_authenticate = "Bearer";
    frame.content_type = made.content_type;
    // Of a page of the operators': no other page may hold it, whatever it says of itself.
    if (made.content_type.starts_with("text/html")) {
      frame.extra_name = "Content-Security-Policy";
      frame.extra_value = "frame-ancestors 'none'; object-src 'none'; base-uri 'none'";
    }
    co_await exchange.answer(std::move(cleared), std::move(frame));
  }

  Gateway& gateway_;
  HttpStream http_;
  const core::Listener listener_;
  const std::string peer_;
  const std::shared_ptr<asio::ssl::context> tls_;
  Watchdog::Watch watch_;
  wire::HttpRequestHead head_;
  std::optional<core::ClientCertificate> certificate_;
  bool trusted_ = true;
  SteadyTime trust_looked_{};
  ClientSeen client_;  // of the request under way
  bool first_ = true;
  bool body_left_ = false;  // the last request was answered before its body was read
};

}  // namespace

Task<> serve_connection(Gateway& gateway, Stream::Socket socket, core::Listener listener,
                        std::string peer, std::shared_ptr<asio::ssl::context> tls) {
  Connection connection(gateway, std::move(socket), listener, std::move(peer), std::move(tls));
  co_await connection.run();
}

}  // namespace doorward::net
