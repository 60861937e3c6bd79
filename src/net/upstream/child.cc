#include "net/upstream/child.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "net/judging.h"
#include "net/writer.h"

namespace doorward::net {

namespace {
constexpr std::chrono::milliseconds kOverdueGrace{2000};  // to hear of a cancellation
constexpr std::chrono::milliseconds kBackPressure{20};
constexpr size_t kOutboxBytes = 16 * 1024 * 1024;
constexpr int kErrorLinesPerSecond = 50;

int pipe_end(Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  return fd.release();
}

// Control characters of a server's own text never reach a terminal or a log raw (R8.7).
std::string printable(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    out += byte < 0x20 || byte == 0x7F ? '?' : letter;
  }
  return out;
}

Error unavailable(std::string what) {
  return Error{"upstream.unavailable", Fault::server, true, std::move(what)};
}

bool tells_of_a_change(wire::Method method) {
  return method == wire::Method::n_tools_list_changed ||
         method == wire::Method::n_prompts_list_changed ||
         method == wire::Method::n_resources_list_changed;
}
}  // namespace

Child::Child(Gateway& gateway, std::string server, ChildPipes pipes, asio::any_io_executor home,
             bool shared)
    : gateway_(gateway),
      server_(std::move(server)),
      home_(std::move(home)),
      input_(home_, pipe_end(pipes.input)),
      output_(home_, pipe_end(pipes.output)),
      errors_(home_, pipe_end(pipes.errors)),
      events_(home_),
      kill_(std::move(pipes.kill)),
      next_event_(std::move(pipes.next_event)),
      egress_(std::make_shared<Egress>(
          home_, EgressLimits{},
          [&gateway, name = server_](std::string_view cause, std::string_view what) {
            gateway.wall_event(name,
                               {WallEvent::Kind::egress, std::string(cause), printable(what)});
          })),
      doors_(std::move(pipes.doors)),
      switchboard_(shared, gateway.counters.dropped_server_messages_total) {
  if (pipes.events && next_event_) events_.assign(pipe_end(pipes.events));
  gateway_.counters.children_open.fetch_add(1);
}

Child::~Child() {
  if (kill_) kill_();
  if (!gone_.load()) gateway_.counters.children_open.fetch_sub(1);
}

void Child::start() {
  asio::co_spawn(
      home_, [self = shared_from_this()] { return self->read_output(); }, asio::detached);
  asio::co_spawn(
      home_, [self = shared_from_this()] { return self->read_errors(); }, asio::detached);
  if (events_.is_open())
    asio::co_spawn(
        home_, [self = shared_from_this()] { return self->read_events(); }, asio::detached);
  egress_->serve(std::exchange(doors_, {}));
}

void Child::tell_events() {
  if (!next_event_) return;
  while (const auto event = next_event_()) {
    // What Doorward ended itself has no cause of its own.
    const bool ended = event->kind == WallEvent::Kind::ended;
    if (!ended || !ending_.load()) gateway_.wall_event(server_, *event);
    if (ended && kill_) kill_();
    if (event->kind == WallEvent::Kind::violation) end();
  }
}

Task<> Child::read_events() {
  for (;;) {
    tell_events();
    if (!events_.is_open()) co_return;
    auto [error] = co_await events_.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
    if (error) co_return;
  }
}

void Child::forget(uint64_t id) {
  switchboard_.forget(id);
  use(0);
  if (replaced_.load() && switchboard_.idle()) end();
}

void Child::overdue(uint64_t id) {
  switchboard_.overdue(id);
  asio::co_spawn(
      home_, [self = shared_from_this(), id] { return self->await_overdue(id); }, asio::detached);
}

Task<> Child::await_overdue(uint64_t id) {
  asio::steady_timer timer(home_, kOverdueGrace);
  co_await timer.async_wait(kTuple);
  if (!switchboard_.still_overdue(id) || gone_.load()) co_return;
  gateway_.log("server `" + server_ +
               "`: did not end a call at its deadline; its process is replaced");
  gateway_.counters.children_replaced_total.fetch_add(1);
  replaced_.store(true);
  ending_.store(true);
  if (switchboard_.idle()) end();
}

void Child::use(int change) {
  use_.with([&](Use& use) {
    use.users += change;
    use.idle_since = std::chrono::steady_clock::now();
  });
}

SteadyTime Child::idle_since() const {
  return use_.with(
      [](const Use& use) { return use.users > 0 ? SteadyTime::max() : use.idle_since; });
}

HeldProcess Child::as_held() const {
  const Use now = use_.with([](const Use& use) { return use; });
  return {owner_, now.users > 0, !switchboard_.idle(), now.idle_since};
}

Expected<void> Child::enqueue(core::Cleared line) {
  if (gone_.load()) return std::unexpected(unavailable("the server's process has ended"));
  enum class Put : uint8_t { queued, first, full };
  const Put put = outbox_.with([&](Outbox& outbox) {
    if (outbox.bytes + line.size() > kOutboxBytes) return Put::full;
    outbox.bytes += line.size();
    outbox.lines.push_back(std::move(line));
    if (std::exchange(outbox.writing, true)) return Put::queued;
    return Put::first;
  });
  if (put == Put::full) return std::unexpected(unavailable("the server does not read its input"));
  if (put == Put::first)
    asio::co_spawn(
        home_, [self = shared_from_this()] { return self->write_lines(); }, asio::detached);
  return {};
}

Task<> Child::write_lines() {
  for (;;) {
    auto line = outbox_.with([](Outbox& outbox) -> std::optional<core::Cleared> {
      if (outbox.lines.empty()) {
        outbox.writing = false;
        return std::nullopt;
      }
      std::optional<core::Cleared> front(std::move(outbox.lines.front()));
      outbox.lines.pop_front();
      outbox.bytes -= front->size();
      return front;
    });
    if (!line) co_return;
    const error_code error = co_await write(input_, std::move(*line));
    if (error) {
      mark_gone();
      co_return;
    }
  }
}

void Child::dispatch(std::string line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return;
  const size_t weight = line.size();
  auto message = wire::Message::parse(std::move(line));
  if (message && tells_of_a_change(message->method())) gateway_.list_changed(server_);
  if (const auto question = switchboard_.dispatch(std::move(message), weight))
    static_cast<void>(enqueue(refuse_question(gateway_, server_, *question).as_line()));
}

Task<> Child::read_output() {
  std::string buffer;
  std::array<char, 16 * 1024> piece;
  for (;;) {
    // What servers sent and nobody took is bounded: a full pipe then holds the server itself back.
    while (gateway_.buffers.answers_full() && !ending_.load()) {
      asio::steady_timer timer(home_, kBackPressure);
      co_await timer.async_wait(kTuple);
    }
    auto [error, size] = co_await output_.async_read_some(asio::buffer(piece), kTuple);
    if (error) break;
    size_t begin = 0;
    for (size_t i = 0; i < size; ++i) {
      if (piece[i] != '\n') continue;
      buffer.append(piece.data() + begin, i - begin);
      begin = i + 1;
      dispatch(std::exchange(buffer, {}));
    }
    buffer.append(piece.data() + begin, size - begin);
    if (buffer.size() > gateway_.settings.server_message_bytes) {
      gateway_.log("server `" + server_ + "`: a line is over the limit of `" +
                   std::to_string(gateway_.settings.server_message_bytes) + "` bytes; stopped");
      break;
    }
  }
  mark_gone();
}

Task<> Child::read_errors() {
  std::string line;
  std::array<char, 4096> piece;
  SteadyTime second{};
  int lines = 0;
  for (;;) {
    auto [error, size] = co_await errors_.async_read_some(asio::buffer(piece), kTuple);
    if (error) co_return;
    for (size_t i = 0; i < size; ++i) {
      if (piece[i] != '\n') {
        if (line.size() < gateway_.settings.stderr_line_bytes) line += piece[i];
        continue;
      }
      const auto now = std::chrono::steady_clock::now();
      if (now - second > std::chrono::seconds(1)) {
        second = now;
        lines = 0;
      }
      if (++lines <= kErrorLinesPerSecond)
        gateway_.log("server `" + server_ + "` says: " + printable(line));
      else
        gateway_.counters.stderr_lines_dropped_total.fetch_add(1);
      line.clear();
    }
  }
}

void Child::mark_gone() {
  if (gone_.exchange(true)) return;
  gateway_.counters.children_open.fetch_sub(1);  // whoever still holds this object
  switchboard_.close();
  asio::co_spawn(home_, [self = shared_from_this()] { return self->leave(); }, asio::detached);
}

// The cause of an end (out of memory, say) follows the end of its output by a moment.
Task<> Child::leave() {
  egress_->close();
  if (events_.is_open() && !ending_.load()) {
    asio::steady_timer moment(home_, std::chrono::milliseconds(300));
    co_await moment.async_wait(kTuple);
  }
  tell_events();
  error_code ignored;
  events_.close(ignored);
  if (kill_) kill_();
}

void Child::end() {
  ending_.store(true);
  asio::post(home_, [self = shared_from_this()] {
    error_code ignored;
    self->input_.close(ignored);
    self->mark_gone();
    self->output_.close(ignored);
    self->errors_.close(ignored);
  });
}

Children::~Children() {
  stop();
}

void Children::stop() {
  launcher_.stop();
  launcher_.join();
}

ProcessRoom Children::make_room(State& state, const std::string& owner, size_t limit,
                                std::shared_ptr<Child>& ends) {
  std::vector<std::shared_ptr<Child>> alive;
  std::vector<HeldProcess> held;
  std::erase_if(state.all, [&](const auto& one) {
    auto child = one.lock();
    if (!child || child->is_gone() || child->is_ending()) return true;
    held.push_back(child->as_held());
    alive.push_back(std::move(child));
    return false;
  });
  const ProcessRoom room =
      room_for(owner, held, state.starting, limit, std::chrono::steady_clock::now());
  if (room.answer == ProcessRoom::Answer::instead) {
    ends = alive[room.ends];
    std::erase_if(state.all, [&](const auto& one) { return one.lock() == ends; });
  }
  return room;
}

Task<Expected<std::shared_ptr<Child>>> Children::take(const ServerRoute& route,
                                                      const core::Principal& principal,
                                                      Instances mode) {
  std::string key;
  if (mode == Instances::shared) key = route.name;
  if (mode == Instances::per_principal) key = route.name + "\n" + principal.key();
  const std::string owner = mode == Instances::shared ? std::string() : principal.key();
  const auto now = std::chrono::steady_clock::now();
  bool waits = false;
  ProcessRoom room;
  std::shared_ptr<Child> ends;
  auto kept = state_.with([&](State& state) -> std::shared_ptr<Child> {
    if (!key.empty()) {
      const auto found = state.kept.find(key);
      if (found != state.kept.end())
        if (auto child = found->second.lock(); child && !child->is_gone() && !child->is_ending()) {
          child->use(0);
          return child;
        }
    }
    waits = now < state.starts[route.name].not_before;
    if (waits) return nullptr;
    room = make_room(state, owner, gateway_.settings.children, ends);
    if (room.answer == ProcessRoom::Answer::start || ends) ++state.starting[owner];
    return nullptr;
  });
  if (kept) co_return kept;
  if (waits)
    co_return std::unexpected(unavailable(
        "the server failed to start several times; Doorward waits before the next try"));
  if (ends) {
    gateway_.log("server `" + ends->server() +
                 "`: its process, idle, ends to make room for one of `" + route.name + "`");
    gateway_.counters.children_made_room_total.fetch_add(1);
    ends->end();
  } else if (room.answer != ProcessRoom::Answer::start) {
    gateway_.counters.children_refused_total.fetch_add(1);
    const bool own = room.answer == ProcessRoom::Answer::own_full;
    co_return failure(own ? "upstream.share" : "upstream.full", Fault::client,
                      own ? "this principal has his share of the processes of local servers, and "
                            "none of them is idle"
                          : "as many processes of local servers run as may "
                            "(`limits.server_processes`), and none of them is idle");
  }
  // Starting blocks; it has a thread of its own, which lives as long as the children do.
  auto start = [](const ServerRoute& from, core::Principal whom) -> Task<Expected<ChildPipes>> {
    co_return from.launch(whom);
  };
  auto starting = start(route, principal);
  auto pipes = co_await asio::co_spawn(launcher_, std::move(starting), asio::use_awaitable);
  auto executor = co_await asio::this_coro::executor;
  std::shared_ptr<Child> child, surplus;
  if (pipes) {
    for (const auto& wall : pipes->reduced)
      gateway_.log("server `" + route.name + "`: reduced: " + wall);
    child = std::make_shared<Child>(gateway_, route.name, std::move(*pipes), executor,
                                    mode == Instances::shared);
    if (mode != Instances::shared) child->belongs_to(principal);
  }
  state_.with([&](State& state) {
    if (--state.starting[owner] == 0) state.starting.erase(owner);
    Starts& starts = state.starts[route.name];
    if (!child) {
      starts.failures = std::min(starts.failures + 1, 8);
      starts.not_before = now + std::chrono::milliseconds(250) * (1 << starts.failures);
      return;
    }
    starts.failures = 0;
    // Another request of the same principal may have been faster: one process serves them all.
    if (!key.empty())
      if (auto first = state.kept[key].lock(); first && !first->is_gone() && !first->is_ending()) {
        surplus = std::exchange(child, first);
        return;
      }
    state.all.push_back(child);
    if (!key.empty()) state.kept[key] = child;
  });
  if (!child) co_return std::unexpected(std::move(pipes).error());
  if (surplus) co_return child;
  child->start();
  co_return child;
}

void Children::end_where(const std::function<bool(const Child&)>& fits) {
  const auto all = state_.with([](State& state) { return state.all; });
  for (const auto& weak : all)
    if (auto child = weak.lock(); child && fits(*child)) child->end();
}

void Children::end_idle(SteadyTime since) {
  std::vector<std::shared_ptr<Child>> idle;
  state_.with([&](State& state) {
    for (auto at = state.kept.begin(); at != state.kept.end();) {
      auto child = at->second.lock();
      if (child && !child->is_gone() && child->idle_since() >= since) {
        ++at;
        continue;
      }
      if (child) idle.push_back(std::move(child));
      at = state.kept.erase(at);
    }
  });
  for (const auto& child : idle) child->end();
}

void Children::end_all() {
  const auto all = state_.with([](State& state) { return std::exchange(state.all, {}); });
  for (const auto& weak : all)
    if (auto child = weak.lock()) child->end();
}

}  // namespace doorward::net
