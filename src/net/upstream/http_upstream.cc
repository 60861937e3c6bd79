#include "net/upstream/http_upstream.h"

#include <algorithm>
#include <charconv>

#include "net/writer.h"

namespace doorward::net {

namespace {
constexpr size_t kMaxSessionId = 512;
constexpr std::chrono::seconds kLongestPause{30};  // between two pieces of a stream

bool is_cancelled(const Sending& sending) {
  return sending.cancellation && sending.cancellation->cancelled;
}

std::unexpected<Error> cancelled() {
  return failure("upstream.cancelled", Fault::client, "the client cancelled");
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_about_credential(int status) {
  return status == 401 || status == 403;
}

Error bad_status(const wire::HttpResponseHead& head, std::string_view type) {
  constexpr size_t kChallenge = 256;  // bytes of it that are worth a line
  Error error{is_about_credential(head.status) ? "upstream.credential" : "upstream.status",
              Fault::server, false,
              "HTTP status `" + std::to_string(head.status) + "`, content type `" +
                  std::string(type) + "`"};
  if (const auto challenge = head.field("www-authenticate");
      challenge && is_about_credential(head.status))
    error.what.append(", it asks for `").append(challenge->substr(0, kChallenge)).append("`");
  return error;
}

// The server is not ready, or what stands before it does not reach it.
bool is_unready(int status) {
  return status == 502 || status == 503 || status == 504;
}

// Retry-After in seconds (RFC 9110 section 10.2.3); zero without one, nothing for a date.
std::optional<std::chrono::seconds> retry_after(const wire::HttpResponseHead& head) {
  const auto said = head.field("retry-after");
  if (!said) return std::chrono::seconds(0);
  uint32_t seconds = 0;
  const char* const last = said->data() + said->size();
  const auto [end, error] = std::from_chars(said->data(), last, seconds);
  if (error != std::errc() || end != last) return std::nullopt;
  return std::chrono::seconds(seconds);
}
}  // namespace

BodyFrame HttpUpstream::frame_of(const wire::HttpResponseHead& head) {
  BodyFrame frame;
  if (head.status == 204 || head.status == 304) {
    frame.content_length = 0;
  } else {
    frame.content_length = head.content_length;
    frame.chunked = head.chunked;
    frame.until_close = !head.chunked && !head.content_length;
  }
  return frame;
}

HttpUpstream::HttpUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes,
                           const ServerRoute& route)
    : gateway_(gateway), routes_(std::move(routes)), route_(route) {}

void HttpUpstream::post_to(std::string target) {
  state_.with([&](State& state) { state.target = std::move(target); });
}

void HttpUpstream::set_revision(std::string_view name) {
  state_.with([&](State& state) { state.revision = name; });
}

Error HttpUpstream::lost(const Watchdog::Watch& watch, Error error) const {
  if (watch.bitten())
    return Error{"upstream.deadline", Fault::server, false, "no answer within the call's time"};
  if (error.code.starts_with("http.") || error.code.starts_with("sse."))
    return Error{"upstream.status", Fault::server, false, std::move(error.what)};
  return Error{"upstream.lost", Fault::server, false, std::move(error.what)};
}

Task<Expected<ServerRoute::Headers>> HttpUpstream::credential(const Sending& sending,
                                                              bool rejected) {
  const State state = state_.with([&](State& held) {
    if (sending.caller.principal != nullptr) {
      // Doorward's own questions come without a token: the one that the caller showed last counts.
      const bool same = held.principal && held.principal->key() == sending.caller.principal->key();
      held.principal = *sending.caller.principal;
      if (!same || !sending.caller.token.empty())
        held.token = Secret<>(std::string(sending.caller.token));
    }
    return held;
  });
  const Caller caller{state.principal ? &*state.principal : nullptr, state.token.reveal()};
  auto headers = co_await route_.credential(caller, rejected);
  if (headers) co_return headers;
  gateway_.log("server `" + route_.name + "`: its credential: " + headers.error().what);
  if (headers.error().fault == Fault::client) co_return headers;
  co_return failure("upstream.unavailable", Fault::server, "no credential for it can be had");
}

Task<Expected<HttpUpstream::Answer>> HttpUpstream::exchange(
    core::Cleared body, std::string_view method, Sending sending, std::string_view last_event_id,
    Watchdog::Watch& watch, HttpStream*& under_way) {
  ServerRoute::Headers headers;
  const Request request{method, sending, last_event_id, headers};
  if (!route_.credential) {
    auto answer = co_await send_once(std::move(body), request, watch, under_way);
    co_return answer;
  }
  core::Cleared again = body.again();
  auto first = co_await credential(sending, false);
  if (!first) co_return std::unexpected(std::move(first).error());
  headers = std::move(*first);
  auto answer = co_await send_once(std::move(body), request, watch, under_way);
  if (!answer || answer->head.status != 401) co_return answer;
  under_way = nullptr;
  auto second = co_await credential(sending, true);
  if (!second) co_return std::unexpected(std::move(second).error());
  headers = std::move(*second);
  auto last = co_await send_once(std::move(again), request, watch, under_way);
  co_return last;
}

Task<Expected<HttpUpstream::Answer>> HttpUpstream::send_once(core::Cleared body, Request request,
                                                             Watchdog::Watch& watch,
                                                             HttpStream*& under_way) {
  const State state = state_.with([](const State& held) { return held; });
  const auto& [method, sending, last_event_id, credential] = request;
  const auto& url = route_.url;
  if (!url) co_return failure("upstream.unavailable", Fault::self, "the server has no address");
  wire::RequestFrame frame;
  frame.method = method;
  frame.target = state.target.empty() || method == "GET" ? url->target : state.target;
  std::string host = url->authority.host;
  if (url->authority.port != 0) host += ":" + std::to_string(url->authority.port);
  frame.host = host;
  if (method == "POST") frame.fields.emplace_back("Content-Type", "application/json");
  frame.fields.emplace_back(
      "Accept", method == "GET" ? "text/event-stream" : "application/json, text/event-stream");
  for (const auto& [name, value] : sending.headers) frame.fields.emplace_back(name, value);
  if (!state.session_id.empty() && !sending.stateless)
    frame.fields.emplace_back("Mcp-Session-Id", state.session_id);
  if (!state.revision.empty() && !sending.stateless)
    frame.fields.emplace_back("MCP-Protocol-Version", state.revision);
  if (!last_event_id.empty()) frame.fields.emplace_back("Last-Event-ID", last_event_id);
  for (const auto& [name, value] : credential) frame.fields.emplace_back(name, value.reveal());
  auto framed = std::move(body).as_request(std::move(frame));
  if (!framed) co_return std::unexpected(std::move(framed).error());

  if (is_cancelled(sending)) co_return cancelled();
  auto connection = co_await HttpPool::here().take(route_, sending.deadline, sending.cancellation);
  // Nobody was woken by it while there was no connection yet: nothing is sent now.
  if (is_cancelled(sending)) co_return cancelled();
  if (!connection) co_return std::unexpected(std::move(connection).error());
  Answer answer;
  answer.connection = std::move(*connection);
  under_way = answer.connection.http.get();
  watch.set(sending.deadline);
  const error_code written = co_await write(under_way->stream(), std::move(*framed));
  if (written) {
    under_way = nullptr;
    Error error{"net.closed", Fault::server, false, written.message()};
    co_return std::unexpected(lost(watch, std::move(error)));
  }
  auto read = co_await under_way->read_response_head(answer.head);
  if (!read) {
    under_way = nullptr;
    co_return std::unexpected(lost(watch, std::move(read).error()));
  }
  co_return answer;
}

Task<> HttpUpstream::wait_for_room(SteadyTime deadline) const {
  constexpr std::chrono::milliseconds kBackPressure{20};
  while (gateway_.buffers.answers_full() && std::chrono::steady_clock::now() < deadline) {
    asio::steady_timer timer(co_await asio::this_coro::executor, kBackPressure);
    co_await timer.async_wait(kTuple);
  }
}

Task<Expected<bool>> HttpUpstream::read_events(Answer& answer, Receiver& receiver,
                                               Resumption& resumption,
                                               std::shared_ptr<std::atomic<bool>> stop) {
  HttpStream& http = *answer.connection.http;
  wire::SseParser parser(gateway_.settings.server_message_bytes);
  std::vector<wire::SseEvent> events;
  http.begin_body(frame_of(answer.head));
  for (;;) {
    if (gateway_.buffers.answers_full())
      co_await wait_for_room(std::chrono::steady_clock::now() + kLongestPause);
    auto piece = co_await http.read_piece();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (piece->empty()) co_return false;
    events.clear();
    if (auto fed = parser.feed(*piece, events); !fed)
      co_return std::unexpected(std::move(fed).error());
    for (auto& event : events) {
      if (stop && stop->load()) co_return true;
      if (event.id && event.id->size() <= kMaxSessionId && is_visible_ascii(*event.id))
        resumption.last_event_id = *event.id;
      if (event.retry) resumption.retry_ms = event.retry;
      if (!event.has_data || event.data.empty()) continue;
      auto message = wire::Message::parse(std::move(event.data));
      const bool over = co_await receiver.receive(std::move(message));
      if (over) co_return true;
    }
  }
}

Task<Expected<bool>> HttpUpstream::read_answer(Answer& answer, Receiver& receiver,
                                               Resumption& resumption, const Sending& sending) {
  HttpStream& http = *answer.connection.http;
  const std::string type = wire::media_type(answer.head.field("content-type").value_or(""));
  const bool keep = answer.head.keep_alive;
  if (sending.method == wire::Method::initialize && answer.head.status == 200) {
    const auto id = answer.head.field("mcp-session-id");
    if (id && !id->empty()) {
      if (id->size() > kMaxSessionId || !is_visible_ascii(*id))
        co_return failure("upstream.status", Fault::server, "bad session id");
      state_.with([&](State& state) { state.session_id = *id; });
    }
  }
  if (answer.head.status == 404 && sending.method != wire::Method::initialize &&
      !state_.with([](const State& state) { return state.session_id.empty(); }))
    co_return failure("upstream.session_gone", Fault::server, "the server ended the session");
  if (answer.head.status == 200 && type == "text/event-stream") {
    co_await receiver.streaming();
    auto over = co_await read_events(answer, receiver, resumption, nullptr);
    if (!over) co_return over;
    // The answer is the last event of its stream: when the end is here too, the connection is good.
    if (*over && keep) {
      auto rest = co_await http.read_piece();
      if (rest && rest->empty()) HttpPool::here().give_back(std::move(answer.connection));
    }
    co_return over;
  }
  if (gateway_.buffers.answers_full()) co_await wait_for_room(sending.deadline);
  auto body =
      co_await http.read_body(frame_of(answer.head), gateway_.settings.server_message_bytes);
  if (!body) co_return std::unexpected(std::move(body).error());
  const int status = answer.head.status;
  if (is_unready(status)) {
    receiver.busy(retry_after(answer.head));
    if (keep && !frame_of(answer.head).until_close)
      HttpPool::here().give_back(std::move(answer.connection));
    co_return failure("upstream.unready", Fault::server,
                      "HTTP status `" + std::to_string(status) + "`");
  }
  // A JSON-RPC error may come under any status (Streamable HTTP, "Sending messages").
  if (type != "application/json" || body->empty() || status >= 500 || is_about_credential(status))
    co_return std::unexpected(bad_status(answer.head, type));
  receiver.status(status);
  auto message = wire::Message::parse(std::move(*body));
  if (!message) {
    const std::string what = message.error().what;
    static_cast<void>(co_await receiver.receive(std::move(message)));
    co_return failure("upstream.answer", Fault::server, what);
  }
  const bool over = co_await receiver.receive(std::move(message));
  if (!over) co_return failure("upstream.answer", Fault::server, "the answer matches no request");
  if (keep && !frame_of(answer.head).until_close)
    HttpPool::here().give_back(std::move(answer.connection));
  co_return true;
}

Task<Expected<void>> HttpUpstream::request(core::Cleared body, Sending sending,
                                           Receiver& receiver) {
  HttpStream* under_way = nullptr;
  Watchdog::Watch watch(here().watchdog, [&under_way] {
    if (under_way != nullptr) under_way->stream().close();
  });
  asio::steady_timer pause(co_await asio::this_coro::executor);
  // Closing the stream is how a client cancels (and how Doorward passes it on).
  const Cancellation::Heard heard(sending.cancellation, [&under_way, &pause] {
    if (under_way != nullptr) under_way->stream().close();
    pause.cancel();
  });
  Resumption resumption;
  auto answer = co_await exchange(std::move(body), "POST", sending, "", watch, under_way);
  for (;;) {
    if (is_cancelled(sending)) co_return cancelled();
    if (!answer) co_return std::unexpected(std::move(answer).error());
    const std::string before = resumption.last_event_id;
    auto over = co_await read_answer(*answer, receiver, resumption, sending);
    under_way = nullptr;
    if (over && *over) co_return Expected<void>{};
    if (is_cancelled(sending)) co_return cancelled();
    const bool can_resume = !sending.stateless && !resumption.last_event_id.empty() &&
                            !watch.bitten() && (over || over.error().code == "net.closed");
    if (!can_resume || (resumption.last_event_id == before && !resumption.retry_ms)) {
      if (over) co_return failure("upstream.lost", Fault::server, "the stream ended early");
      if (over.error().code.starts_with("upstream.")) co_return std::unexpected(over.error());
      co_return std::unexpected(lost(watch, std::move(over).error()));
    }
    co_await receiver.polling(resumption.retry_ms);
    // A polling server (SEP-1699) closes and wants to be asked again, after the time it stated.
    answer->connection = {};
    if (is_cancelled(sending)) co_return cancelled();
    pause.expires_at(std::min(
        sending.deadline,
        std::chrono::steady_clock::now() + std::chrono::milliseconds(std::min<uint32_t>(
                                               resumption.retry_ms.value_or(1000), 60'000))));
    co_await pause.async_wait(kTuple);
    if (std::chrono::steady_clock::now() >= sending.deadline)
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    core::Cleared nothing = core::Cleared::nothing();
    answer = co_await exchange(std::move(nothing), "GET", sending, resumption.last_event_id, watch,
                               under_way);
  }
}

Task<Expected<void>> HttpUpstream::send(core::Cleared body, Sending sending) {
  HttpStream* under_way = nullptr;
  const std::function<void()> end = [&under_way] {
    if (under_way != nullptr) under_way->stream().close();
  };
  Watchdog::Watch watch(here().watchdog, end);
  const Cancellation::Heard heard(sending.cancellation, end);
  auto answer = co_await exchange(std::move(body), "POST", sending, "", watch, under_way);
  if (is_cancelled(sending)) co_return cancelled();
  if (!answer) co_return std::unexpected(std::move(answer).error());
  const int status = answer->head.status;
  auto rest = co_await answer->connection.http->read_body(frame_of(answer->head), 64 * 1024);
  under_way = nullptr;
  if (rest && answer->head.keep_alive && !frame_of(answer->head).until_close)
    HttpPool::here().give_back(std::move(answer->connection));
  if (status == 404)
    co_return failure("upstream.session_gone", Fault::server, "the server ended the session");
  if (status < 200 || status > 299)
    co_return failure("upstream.status", Fault::server, "status `" + std::to_string(status) + "`");
  co_return Expected<void>{};
}

Task<Expected<void>> HttpUpstream::listen(Receiver& receiver,
                                          std::shared_ptr<std::atomic<bool>> stop) {
  Resumption resumption;
  for (int failures = 0; failures < 5 && !stop->load();) {
    HttpStream* under_way = nullptr;
    // Looks at `stop` now and then: the wait for an event has no end of its own.
    Watchdog::Watch watch(here().watchdog, [&under_way] {
      if (under_way != nullptr) under_way->stream().close();
    });
    Sending sending;
    sending.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    core::Cleared nothing = core::Cleared::nothing();
    auto answer = co_await exchange(std::move(nothing), "GET", sending, resumption.last_event_id,
                                    watch, under_way);
    if (answer) {
      const std::string type = wire::media_type(answer->head.field("content-type").value_or(""));
      if (answer->head.status != 200 || type != "text/event-stream")
        co_return failure("upstream.no_stream", Fault::server, "the server offers no stream");
      failures = 0;
      // Closed from outside when the client's stream ends.
      auto* const socket = &under_way->stream();
      auto poll = std::make_shared<bool>(true);
      asio::co_spawn(
          co_await asio::this_coro::executor,
          [](Stream* stream, std::shared_ptr<std::atomic<bool>> ended,
             std::shared_ptr<bool> alive) -> Task<> {
            asio::steady_timer timer(co_await asio::this_coro::executor);
            while (*alive && !ended->load()) {
              timer.expires_after(std::chrono::milliseconds(250));
              co_await timer.async_wait(kTuple);
            }
            if (*alive) stream->close();
          }(socket, stop, poll),
          asio::detached);
      watch.clear();
      auto over = co_await read_events(*answer, receiver, resumption, stop);
      *poll = false;
      under_way = nullptr;
      static_cast<void>(over);
    } else if (answer.error().code == "upstream.session_gone") {
      co_return std::unexpected(std::move(answer).error());
    }
    ++failures;
    if (stop->load()) break;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    pause.expires_after(
        std::chrono::milliseconds(std::min<uint32_t>(resumption.retry_ms.value_or(1000), 30'000)));
    co_await pause.async_wait(kTuple);
  }
  co_return Expected<void>{};
}

Task<> HttpUpstream::close() {
  const bool has_session =
      state_.with([](const State& state) { return !state.session_id.empty(); });
  if (!has_session) co_return;
  HttpStream* under_way = nullptr;
  Watchdog::Watch watch(here().watchdog, [&under_way] {
    if (under_way != nullptr) under_way->stream().close();
  });
  Sending sending;
  sending.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  core::Cleared nothing = core::Cleared::nothing();
  auto answer = co_await exchange(std::move(nothing), "DELETE", sending, "", watch, under_way);
  static_cast<void>(answer);
  under_way = nullptr;
}

}  // namespace doorward::net
