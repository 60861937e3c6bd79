#include "net/upstream/sse_upstream.h"

#include "net/judging.h"
#include "net/session/stateless.h"

namespace doorward::net {

namespace {
constexpr size_t kCallMessages = 1024;

Error no_stream(std::string what) {
  return Error{"upstream.status", Fault::server, false, std::move(what)};
}
}  // namespace

std::optional<std::string> endpoint_target(const wire::Url& base, std::string_view data) {
  if (data.empty() || data.size() > 2048) return std::nullopt;
  std::string absolute;
  if (data.find("://") != std::string_view::npos) {
    absolute = data;
  } else if (data.starts_with("//")) {
    return std::nullopt;  // of another host, or meant as one
  } else if (data.front() == '/') {
    absolute = base.origin() + std::string(data);
  } else {
    const std::string path = base.target.substr(0, base.target.find('?'));
    absolute = base.origin() + path.substr(0, path.rfind('/') + 1) + std::string(data);
  }
  const auto url = wire::parse_url(absolute);
  if (!url || url->origin() != base.origin()) return std::nullopt;
  return url->target;
}

SseUpstream::SseUpstream(Gateway& gateway, std::shared_ptr<const Routes> routes,
                         const ServerRoute& route, uint64_t first_id)
    : HttpUpstream(gateway, std::move(routes), route),
      next_id_(first_id),
      switchboard_(false, gateway.counters.dropped_server_messages_total) {}

Task<Expected<std::shared_ptr<Upstream>>> SseUpstream::open(Gateway& gateway,
                                                            std::shared_ptr<const Routes> routes,
                                                            const ServerRoute& route,
                                                            uint64_t first_id,
                                                            SteadyTime deadline) {
  auto made = std::make_shared<SseUpstream>(gateway, std::move(routes), route, first_id);
  made->home_ = co_await asio::this_coro::executor;
  auto opened = std::make_shared<Inbox<std::string>>(made->home_, 1);
  asio::co_spawn(
      made->home_, [made, opened, deadline] { return made->read(opened, deadline); },
      asio::detached);
  auto data = co_await opened->pop(deadline);
  const auto target = data ? endpoint_target(*route.url, *data) : std::nullopt;
  if (!target) {
    co_await made->close();
    co_return std::unexpected(no_stream(data ? "the endpoint is not of the server's origin"
                                             : "the server offers no event stream"));
  }
  made->post_to(*target);
  co_return std::shared_ptr<Upstream>(std::move(made));
}

Task<> SseUpstream::read(std::shared_ptr<Inbox<std::string>> opened, SteadyTime deadline) {
  const auto self = shared_from_this();
  HttpStream* under_way = nullptr;
  Watchdog::Watch watch(here().watchdog, [&under_way] {
    if (under_way != nullptr) under_way->stream().close();
  });
  Sending sending;
  sending.deadline = deadline;
  core::Cleared nothing = core::Cleared::nothing();
  auto answer = co_await exchange(std::move(nothing), "GET", sending, "", watch, under_way);
  watch.clear();
  if (answer && answer->head.status == 200 &&
      wire::media_type(answer->head.field("content-type").value_or("")) == "text/event-stream") {
    stream_ = under_way;
    HttpStream& http = *answer->connection.http;
    wire::SseParser parser(gateway_.settings.server_message_bytes);
    std::vector<wire::SseEvent> events;
    http.begin_body(frame_of(answer->head));
    bool first = true;
    while (!gone_.load()) {
      auto piece = co_await http.read_piece();
      if (!piece || piece->empty()) break;
      events.clear();
      if (auto fed = parser.feed(*piece, events); !fed) break;
      for (auto& event : events) {
        if (!event.has_data || event.data.empty()) continue;
        if (std::exchange(first, false)) {
          // Whatever comes before the address can't be answered: the first event has to be it.
          static_cast<void>(opened->push(event.event == "endpoint" ? std::move(event.data) : ""));
          continue;
        }
        if (event.event.empty() || event.event == "message")
          dispatch(wire::Message::parse(std::move(event.data)));
      }
    }
    stream_ = nullptr;
  }
  under_way = nullptr;
  opened->close();
  gone_.store(true);
  switchboard_.close();
}

void SseUpstream::dispatch(Expected<wire::Message> message) {
  const auto question = switchboard_.dispatch(std::move(message));
  if (!question) return;
  auto answer = [](std::shared_ptr<SseUpstream> self, core::Cleared refusal) -> Task<> {
    Sending sending;
    sending.deadline = std::chrono::steady_clock::now() + self->gateway_.settings.write_timeout;
    auto sent = co_await self->send(std::move(refusal), sending);
    static_cast<void>(sent);
  };
  core::Cleared refused = refuse_question(gateway_, server(), *question);
  asio::co_spawn(home_, answer(shared_from_this(), std::move(refused)), asio::detached);
}

Task<Expected<void>> SseUpstream::request(core::Cleared body, Sending sending, Receiver& receiver) {
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, kCallMessages);
  switchboard_.expect(sending.id,
                      {.inbox = inbox, .client = this, .can_ask = may_need_input(sending.method)});
  struct Expectation {
    Switchboard& of;
    uint64_t id;
    ~Expectation() { of.forget(id); }
  } const expectation{switchboard_, sending.id};
  const Cancellation::Heard heard(sending.cancellation, [&inbox] { inbox->close(); });
  if (sending.cancellation && sending.cancellation->cancelled)
    co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
  auto sent = co_await send(std::move(body), sending);
  if (!sent) co_return sent;
  for (;;) {
    auto message = co_await inbox->pop(sending.deadline);
    if (!message) {
      if (sending.cancellation && sending.cancellation->cancelled)
        co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
      if (gone_.load()) co_return failure("upstream.lost", Fault::server, "the stream ended");
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    }
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) co_return Expected<void>{};
  }
}

Task<Expected<void>> SseUpstream::send(core::Cleared body, Sending sending) {
  if (gone_.load())
    co_return failure("upstream.unavailable", Fault::server, "the server's stream has ended");
  auto sent = co_await HttpUpstream::send(std::move(body), std::move(sending));
  co_return sent;
}

Task<Expected<void>> SseUpstream::listen(Receiver& receiver,
                                         std::shared_ptr<std::atomic<bool>> stop) {
  auto inbox = std::make_shared<ServerMessages>(co_await asio::this_coro::executor, 256);
  switchboard_.attach(inbox);
  while (!stop->load() && !gone_.load()) {
    auto message =
        co_await inbox->pop(std::chrono::steady_clock::now() + std::chrono::milliseconds(250));
    if (!message) continue;
    const bool over = co_await receiver.receive(std::move(*message));
    if (over) break;
  }
  co_return Expected<void>{};
}

Task<> SseUpstream::close() {
  gone_.store(true);
  asio::post(home_, [self = shared_from_this()] {
    if (self->stream_ != nullptr) self->stream_->stream().close();
  });
  co_return;
}

}  // namespace doorward::net
