#include "net/upstream/egress.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "net/writer.h"

namespace doorward::net {

using std::chrono::steady_clock;
using Socket = asio::generic::stream_protocol::socket;

namespace {

constexpr size_t kHeadBytes = 4096;   // of a CONNECT request
constexpr size_t kPiece = 64 * 1024;  // moved at once

constexpr unsigned kHow = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

// Empties a pipe that holds `left` bytes into a socket; false when that is gone.
Task<bool> pour(const Fd& pipe, Socket& to, size_t left) {
  while (left > 0) {
    auto [error] = co_await to.async_wait(Socket::wait_write, kTuple);
    if (error) co_return false;
    const ssize_t put = ::splice(pipe.get(), nullptr, to.native_handle(), nullptr, left, kHow);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (put <= 0) co_return false;
    left -= static_cast<size_t>(put);
  }
  co_return true;
}

// The authority of `CONNECT host:port HTTP/1.1`; "" for any other head.
std::string_view connect_authority(std::string_view head) {
  constexpr std::string_view kBegin = "CONNECT ";
  const std::string_view line = head.substr(0, head.find("\r\n"));
  if (!line.starts_with(kBegin) || !line.ends_with(" HTTP/1.1")) return {};
  const std::string_view rest = line.substr(kBegin.size());
  const size_t space = rest.find(' ');
  return rest.size() - space == std::string_view(" HTTP/1.1").size() ? rest.substr(0, space)
                                                                     : std::string_view();
}

}  // namespace

struct Egress::Door {
  Door(const asio::any_io_executor& home, EgressDoor given)
      : socket(home, given.socket.release()), facts(std::move(given)) {}
  asio::posix::stream_descriptor socket;  // accepted from by hand: the family is not ours to know
  EgressDoor facts;
};

struct Egress::Carried {
  explicit Carried(const asio::any_io_executor& home)
      : inside(home), outside(home), watch(home), used(steady_clock::now()) {}
  void close() {
    error_code ignored;
    inside.close(ignored);
    outside.close(ignored);
    watch.cancel();
  }
  Socket inside, outside;
  asio::steady_timer watch;
  uint64_t bytes = 0;
  int ended = 0;  // directions
  steady_clock::time_point used;
};

Egress::Egress(asio::any_io_executor home, EgressLimits limits, EgressEvent event)
    : home_(std::move(home)), limits_(limits), event_(std::move(event)) {}

void Egress::serve(std::vector<EgressDoor> doors) {
  for (EgressDoor& given : doors) {
    auto door = std::make_shared<Door>(home_, std::move(given));
    doors_.push_back(door);
    asio::co_spawn(
        home_, [self = shared_from_this(), door] { return self->accept(door); }, asio::detached);
  }
}

void Egress::close() {
  if (std::exchange(closed_, true)) return;
  error_code ignored;
  for (const auto& door : doors_) door->socket.close(ignored);
  for (const auto& weak : open_)
    if (const auto pair = weak.lock()) pair->close();
}

void Egress::forget(const Carried* pair) {
  std::erase_if(open_, [pair](const auto& weak) {
    const auto held = weak.lock();
    return !held || held.get() == pair;
  });
}

Task<> Egress::accept(std::shared_ptr<Door> door) {
  while (!closed_) {
    auto [error] =
        co_await door->socket.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
    if (error || closed_) co_return;
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(door->socket.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                             &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) {
        asio::steady_timer pause(home_, std::chrono::milliseconds(50));
        co_await pause.async_wait(kTuple);
      }
      continue;
    }
    Fd held(fd);
    if (open_.size() >= limits_.connections) {
      event_("connections", "too many connections are open");
      continue;
    }
    auto pair = std::make_shared<Carried>(home_);
    error_code failed;
    pair->inside.assign(asio::generic::stream_protocol(peer.ss_family, IPPROTO_TCP), held.release(),
                        failed);
    if (failed) continue;
    open_.push_back(pair);
    asio::co_spawn(
        home_, [self = shared_from_this(), door, pair] { return self->connection(door, pair); },
        asio::detached);
  }
}

Task<> Egress::connection(std::shared_ptr<Door> door, std::shared_ptr<Carried> pair) {
  pair->watch.expires_after(limits_.connect);
  pair->watch.async_wait([pair](error_code error) {
    if (!error) pair->close();
  });
  std::optional<EgressTarget> chosen = door->facts.target;
  if (door->facts.choose) chosen = co_await ask_target(*door, *pair);
  bool there = false;
  if (chosen) there = co_await dial(*chosen, *pair);
  if (door->facts.choose && pair->inside.is_open()) {
    core::Cleared mark = there ? core::Cleared::connected_200() : core::Cleared::forbidden_403();
    const error_code error = co_await write(pair->inside, std::move(mark));
    if (error) there = false;
  }
  if (there && !closed_) {
    for (const bool outward : {true, false})
      asio::co_spawn(
          home_, [self = shared_from_this(), pair, outward] { return self->carry(pair, outward); },
          asio::detached);
    // Silence ends it too: a half-open connection is not kept for ever.
    while (pair->inside.is_open() && steady_clock::now() - pair->used < limits_.idle) {
      pair->watch.expires_at(pair->used + limits_.idle);
      co_await pair->watch.async_wait(kTuple);
    }
  }
  pair->close();
  forget(pair.get());
}

Task<std::optional<EgressTarget>> Egress::ask_target(Door& door, Carried& pair) {
  std::string head;
  std::array<char, 512> piece{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (head.size() > kHeadBytes) co_return std::nullopt;
    auto [error, size] = co_await pair.inside.async_read_some(asio::buffer(piece), kTuple);
    if (error) co_return std::nullopt;
    head.append(piece.data(), size);
  }
  // Bytes behind the head would be lost: no client sends any before it was answered.
  const std::string_view authority = head.ends_with("\r\n\r\n") ? connect_authority(head) : "";
  auto target = door.facts.choose(authority);
  if (!target) event_("refused", authority.empty() ? "not a CONNECT request" : authority);
  co_return target;
}

Task<bool> Egress::dial(const EgressTarget& target, Carried& pair) {
  asio::ip::tcp::resolver resolver(home_);
  const std::string port = std::to_string(target.port);
  auto [error, found] = co_await resolver.async_resolve(
      target.host, port, asio::ip::resolver_base::numeric_service, kTuple);
  const std::string name = target.host + ":" + port;
  if (error) {
    event_("unresolved", name);
    co_return false;
  }
  bool judged = false;
  for (const auto& entry : found) {
    if (!target.may_dial(entry.endpoint().address().to_string())) continue;
    judged = true;
    const asio::generic::stream_protocol::endpoint endpoint(entry.endpoint());
    error_code ignored;
    pair.outside.close(ignored);
    auto [failed] = co_await pair.outside.async_connect(endpoint, kTuple);
    if (!failed) co_return true;
    if (!pair.inside.is_open()) co_return false;
  }
  event_(judged ? "unreachable" : "refused", name);
  co_return false;
}

// Moves bytes without looking at them: they go from socket to socket through a pipe of the kernel,
// so that nothing of this process can get among them.
Task<> Egress::carry(std::shared_ptr<Carried> pair, bool outward) {
  Socket& from = outward ? pair->inside : pair->outside;
  Socket& to = outward ? pair->outside : pair->inside;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    pair->close();
    co_return;
  }
  const Fd out(ends[0]), in(ends[1]);
  for (;;) {
    pair->used = steady_clock::now();
    auto [error] = co_await from.async_wait(Socket::wait_read, kTuple);
    if (error) break;
    const ssize_t got = ::splice(from.native_handle(), nullptr, in.get(), nullptr, kPiece, kHow);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got == 0) {
      // This side has said all; the other may still answer.
      error_code ignored;
      to.shutdown(Socket::shutdown_send, ignored);
      if (++pair->ended < 2) co_return;
      break;
    }
    if (got < 0) break;
    const bool whole = co_await pour(out, to, static_cast<size_t>(got));
    if (!whole) break;
    pair->bytes += static_cast<uint64_t>(got);
    if (pair->bytes > limits_.bytes) {
      event_("bytes", "a connection carried more than it may");
      break;
    }
  }
  pair->close();
}

}  // namespace doorward::net
