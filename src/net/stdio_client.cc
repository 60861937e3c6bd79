#include "net/stdio_client.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <map>

#include "net/inbox.h"
#include "net/session/stateless.h"
#include "net/session/to_sessions.h"
#include "net/writer.h"
#include "wire/readable_id.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

constexpr size_t kReadForId = 64 * 1024;  // bytes of a line that are kept for the id of a refusal

// Lines to the client, in order, one writer. Bounded: a client that does not read is waited for.
class Outlet : public std::enable_shared_from_this<Outlet> {
 public:
  Outlet(asio::any_io_executor executor, int fd) : pipe_(executor, ::dup(fd)), room_(executor) {}

  Task<> put(core::Cleared message) {
    core::Cleared line = std::move(message).as_line();
    while (bytes_ > kBytes && !broken_) {
      room_.expires_after(std::chrono::hours(1));
      co_await room_.async_wait(kTuple);
    }
    if (broken_) co_return;
    bytes_ += line.size();
    lines_.push_back(std::move(line));
    if (!std::exchange(writing_, true))
      asio::co_spawn(
          pipe_.get_executor(), [self = shared_from_this()] { return self->write_lines(); },
          asio::detached);
  }
  [[nodiscard]] bool idle() const { return !writing_; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  static constexpr size_t kBytes = 16 * 1024 * 1024;
  Task<> write_lines() {
    while (!lines_.empty() && !broken_) {
      core::Cleared line = std::move(lines_.front());
      lines_.pop_front();
      bytes_ -= line.size();
      const error_code error = co_await write(pipe_, std::move(line));
      if (error) broken_ = true;
      room_.cancel();
    }
    writing_ = false;
  }
  asio::posix::stream_descriptor pipe_;
  asio::steady_timer room_;
  std::deque<core::Cleared> lines_;
  size_t bytes_ = 0;
  bool writing_ = false;
  bool broken_ = false;
};

class LineSide : public ClientSide {
 public:
  explicit LineSide(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {}
  Task<> send(core::Cleared message) override { return outlet_->put(std::move(message)); }
  Task<> answer(core::Cleared message, int, std::string_view) override {
    return outlet_->put(std::move(message));
  }

 private:
  const std::shared_ptr<Outlet> outlet_;
};

class StdioClient : public std::enable_shared_from_this<StdioClient> {
 public:
  StdioClient(Gateway& gateway, asio::any_io_executor executor, int input, int output,
              core::Principal principal, std::string server)
      : gateway_(gateway),
        executor_(executor),
        input_(executor, ::dup(input)),
        outlet_(std::make_shared<Outlet>(executor, output)),
        principal_(std::move(principal)),
        server_(std::move(server)),
        routes_(gateway.routes.take()),
        stop_(std::make_shared<std::atomic<bool>>(false)) {}

  Task<> run() {
    std::string buffer;
    std::array<char, 16 * 1024> piece;
    bool too_long = false;
    while (!gateway_.draining.load() && !outlet_->broken()) {
      auto [error, size] = co_await input_.async_read_some(asio::buffer(piece), kTuple);
      if (error) break;
      size_t begin = 0;
      for (size_t i = 0; i < size; ++i) {
        if (piece[i] != '\n') continue;
        if (!too_long) buffer.append(piece.data() + begin, i - begin);
        begin = i + 1;
        std::string line = std::exchange(buffer, {});
        if (!std::exchange(too_long, false)) co_await take(std::move(line));
      }
      if (!too_long) buffer.append(piece.data() + begin, size - begin);
      if (buffer.size() <= gateway_.settings.message_bytes) continue;
      // Refused before it is read to its end; the rest of the line is skipped.
      const Error big{"json.size", Fault::client, false, "the message is too large"};
      std::string id(wire::readable_id(buffer));
      co_await refuse(big, buffer.size(), std::move(id));
      buffer.clear();
      buffer.shrink_to_fit();
      too_long = true;
    }
    co_await finish();
  }

 private:
  CallFacts facts() const {
    CallFacts facts;
    facts.carrier = core::Carrier::stdio;
    facts.principal = &principal_;
    facts.server = server_;
    facts.session = session_;
    facts.route = route_;
    facts.peer = "stdio";
    return facts;
  }

  // A client on stdio knows its answers by their ids only: what can be read of one is used.
  Task<> refuse(const Error& error, size_t bytes, std::string id) {
    const CallFacts now = facts();
    const core::Refusal refusal = refuse_unparsed(gateway_, now, error, bytes);
    core::Cleared answer = gateway_.pipeline.take()->refuse(nullptr, refusal, id);
    co_await outlet_->put(std::move(answer));
  }

  Task<> take(std::string line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) co_return;
    const size_t bytes = line.size();
    const std::string kept = bytes <= kReadForId ? line : std::string();
    auto message = wire::Message::parse(std::move(line), json_limits(gateway_));
    if (!message) {
      std::string id(wire::readable_id(kept));
      co_await refuse(message.error(), bytes, std::move(id));
      co_return;
    }
    if (message->is_request() && is_stateless(nullptr, *message)) {
      auto held = std::make_shared<wire::Message>(std::move(*message));
      asio::co_spawn(
          executor_,
          [self = shared_from_this(), held] { return self->stateless(std::move(*held)); },
          asio::detached);
      co_return;
    }
    if (message->method() == wire::Method::n_cancelled && cancel_stateless(*message)) co_return;
    if (!session_ || session_->ended()) {
      const bool open = co_await open_session();
      if (!open) {
        co_await unavailable(*message);
        co_return;
      }
    }
    if (!message->is_request()) {
      CallFacts now = facts();
      auto refusal = co_await run_one_way(gateway_, std::move(now), std::move(*message));
      static_cast<void>(refusal);  // a notification has no answer; the refusal is in the log
      co_return;
    }
    const bool first = message->method() == wire::Method::initialize;
    const bool open = session_->revision() != nullptr;
    if (first ? open : !open && message->method() != wire::Method::ping) {
      const Error order{"rpc.order", Fault::client, false,
                        first ? "a session is initialized once" : "`initialize` comes first"};
      std::string id(message->id().raw());
      co_await refuse(order, bytes, std::move(id));
      co_return;
    }
    if (first) {
      // Nothing may overtake the handshake.
      co_await request(std::move(*message));
      if (session_->revision() != nullptr && !std::exchange(hearing_, true)) {
        asio::co_spawn(
            executor_, [self = shared_from_this()] { return self->hear(); }, asio::detached);
        asio::co_spawn(
            executor_, [self = shared_from_this()] { return self->pass_on(); }, asio::detached);
      }
      co_return;
    }
    auto held = std::make_shared<wire::Message>(std::move(*message));
    asio::co_spawn(
        executor_, [self = shared_from_this(), held] { return self->request(std::move(*held)); },
        asio::detached);
  }

  Task<> request(wire::Message message) {
    ++open_;
    LineSide side(outlet_);
    CallFacts now = facts();
    static_cast<void>(co_await run_request(gateway_, std::move(now), std::move(message), side));
    --open_;
  }

  // A request that carries all it needs. Requests with the same capabilities share what stands for
  // a session here, so that no id comes twice.
  Task<> stateless(wire::Message message) {
    ++open_;
    auto session = co_await stateless_session(message);
    if (!session) {
      co_await unavailable(message);
      --open_;
      co_return;
    }
    CallFacts now = facts();
    now.session = std::move(session);
    now.stateless = true;
    now.cancellation = std::make_shared<Cancellation>();
    const std::string key = id_key(message.id());
    const bool fresh = cancellations_.emplace(key, now.cancellation).second;
    LineSide side(outlet_);
    static_cast<void>(co_await run_request(gateway_, std::move(now), std::move(message), side));
    if (fresh) cancellations_.erase(key);
    --open_;
  }

  Task<std::shared_ptr<Session>> stateless_session(const wire::Message& message) {
    constexpr size_t kKinds = 8;  // of capabilities that one client declares
    const std::string kind = session_capabilities(message);
    if (const auto found = stateless_.find(kind);
        found != stateless_.end() && !found->second->ended())
      co_return found->second;
    if (!find_server()) co_return nullptr;
    auto upstream = co_await gateway_.connect(*route_, principal_, true, &message);
    if (!upstream) {
      gateway_.log("server `" + server_ + "`: " + upstream.error().what);
      co_return nullptr;
    }
    // Another request may have been faster: then that one's serves.
    if (const auto found = stateless_.find(kind);
        found != stateless_.end() && !found->second->ended())
      co_return found->second;
    if (stateless_.size() >= kKinds) stateless_.clear();
    auto session = std::make_shared<Session>("", principal_, server_, core::Carrier::stdio,
                                             std::move(*upstream), gateway_.settings.session);
    stateless_.insert_or_assign(kind, session);
    co_return session;
  }

  // True where it was a stateless request that the client cancels: how the server learns of it is
  // that request's own business.
  bool cancel_stateless(const wire::Message& message) {
    const wire::JsonValue id = message.params()["requestId"];
    const auto found = id ? cancellations_.find(id_key(id)) : cancellations_.end();
    if (found == cancellations_.end()) return false;
    const auto cancellation = found->second;
    cancellation->cancel();
    return true;
  }

  bool find_server() {
    route_ = find_route(gateway_, *routes_, server_);
    return route_ != nullptr;
  }

  Task<bool> open_session() {
    if (!find_server()) co_return false;
    auto upstream = co_await gateway_.connect(*route_, principal_);
    if (!upstream) {
      gateway_.log("server `" + server_ + "`: " + upstream.error().what);
      co_return false;
    }
    session_ = std::make_shared<Session>(new_call_id(), principal_, server_, core::Carrier::stdio,
                                         std::move(*upstream), gateway_.settings.session);
    session_->touch(steady_clock::time_point::max());
    co_return true;
  }

  Task<> unavailable(const wire::Message& message) {
    if (!message.is_request()) co_return;
    core::Exchange exchange;
    const std::string call_id = new_call_id();
    exchange.call_id = call_id;
    exchange.stage = core::Stage::request;
    exchange.carrier = core::Carrier::stdio;
    exchange.now = wall_now();
    exchange.principal = &principal_;
    exchange.server = server_;
    exchange.message = exchange.request = &message;
    core::Notes notes;
    core::Verdict verdict =
        core::deny("overload.unavailable", "R6.6",
                   "The server could not be started. The cause is on Doorward's standard error.",
                   core::Answer::unavailable);
    const auto pipeline = gateway_.pipeline.take();
    auto launch = route_ == nullptr ? std::expected<void, core::Refusal>()
                                    : gateway_.may_launch(*route_, principal_);
    const core::Refusal refusal =
        launch ? pipeline->refusal(exchange, notes, std::move(verdict)) : std::move(launch).error();
    core::Cleared answer = pipeline->refuse(&message, refusal);
    co_await outlet_->put(std::move(answer));
  }

  Task<> hear() {
    CallFacts now = facts();
    auto ended = co_await listen(gateway_, std::move(now), stop_);
    static_cast<void>(ended);
  }

  // From the session's own stream to the client.
  Task<> pass_on() {
    const auto log = session_->standalone();
    auto changes = std::make_shared<Inbox<int>>(executor_, 1);
    log->on_change([changes] { static_cast<void>(changes->push(1)); });
    uint64_t seen = 0;
    while (!stop_->load()) {
      auto next = log->after(seen);
      if (next.event) {
        seen = next.number;
        co_await outlet_->put(std::move(*next.event));
      } else if (next.closed) {
        break;
      } else {
        static_cast<void>(co_await changes->pop(steady_clock::now() + std::chrono::seconds(1)));
      }
    }
    log->on_change({});
  }

  // The input has ended: calls under way still get their answers, for a while.
  Task<> finish() {
    const auto until = steady_clock::now() + gateway_.settings.drain;
    asio::steady_timer timer(executor_);
    while ((open_ > 0 || !outlet_->idle()) && !outlet_->broken() && steady_clock::now() < until) {
      timer.expires_after(std::chrono::milliseconds(10));
      co_await timer.async_wait(kTuple);
    }
    stop_->store(true);
    // Nobody takes an answer any more: what is still under way has no purpose.
    const auto left = std::exchange(cancellations_, {});
    for (const auto& [_, cancellation] : left) cancellation->cancel();
    if (session_) co_await gateway_.retire(session_);
  }

  Gateway& gateway_;
  const asio::any_io_executor executor_;
  asio::posix::stream_descriptor input_;
  const std::shared_ptr<Outlet> outlet_;
  const core::Principal principal_;
  const std::string server_;
  const std::shared_ptr<const Routes> routes_;
  const ServerRoute* route_ = nullptr;
  std::shared_ptr<Session> session_;
  std::map<std::string, std::shared_ptr<Session>> stateless_;  // by the client's capabilities
  std::map<std::string, std::shared_ptr<Cancellation>> cancellations_;  // of stateless requests
  const std::shared_ptr<std::atomic<bool>> stop_;
  size_t open_ = 0;
  bool hearing_ = false;
};

}  // namespace

Task<> serve_stdio(Gateway& gateway, int input, int output, core::Principal principal,
                   std::string server) {
  auto executor = co_await asio::this_coro::executor;
  auto client = std::make_shared<StdioClient>(gateway, executor, input, output,
                                              std::move(principal), std::move(server));
  co_await client->run();
}

}  // namespace doorward::net
