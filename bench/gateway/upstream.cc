// The upstream of the gateway benchmark: an MCP server over Streamable HTTP that is cheap enough to
// be no bottleneck. One thread, epoll, keep-alive. The answer to `tools/call` on `/mcp/NAME` has as
// many bytes as NAME has in digits at its end (`/mcp/b4096`: 4096). Listens on loopback, prints its
// port, ends at SIGTERM or when its standard input ends.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <map>

#include "base/fd.h"
#include "http_text.h"

namespace doorward::bench {
namespace {

constexpr size_t kBuffer = 64 * 1024;
constexpr size_t kLargestAnswer = 1024 * 1024;

struct Connection {
  Fd fd;
  std::string in;
  std::string out;  // what the kernel did not take yet
};

std::string with_head(std::string_view status, std::string_view fields, std::string_view body) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\n").append(fields);
  out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return out.append(body);
}

std::string json(std::string_view body, std::string_view more_fields = {}) {
  std::string fields = "Content-Type: application/json\r\n";
  return with_head("200 OK", fields.append(more_fields), body);
}

std::string result(std::string_view id, std::string_view value) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  return out.append(id).append(R"(,"result":)").append(value).append("}");
}

// The number at the end of the request's path.
size_t answer_bytes(std::string_view head) {
  const size_t end = head.find(' ', head.find(' ') + 1);
  size_t begin = end;
  while (begin > 0 && head[begin - 1] >= '0' && head[begin - 1] <= '9') --begin;
  size_t bytes = 0;
  std::from_chars(head.data() + begin, head.data() + end, bytes);
  return std::min(bytes, kLargestAnswer);
}

// A tool result whose whole message has `bytes` bytes. Plain words: what a text tool answers.
std::string call_result(std::string_view id, size_t bytes) {
  static const std::string words = [] {
    std::string text;
    for (size_t i = 0; text.size() < kLargestAnswer; ++i)
      text.append("line ").append(std::to_string(i)).append(" of the answer, ");
    return text;
  }();
  const std::string frame =
      result(id, R"({"content":[{"type":"text","text":""}],"isError":false})");
  const size_t room = bytes > frame.size() ? bytes - frame.size() : 0;
  std::string value = R"({"content":[{"type":"text","text":")";
  value.append(words, 0, room).append(R"("}],"isError":false})");
  return result(id, value);
}

std::string answer(const Framed& request) {
  static uint64_t sessions = 0;
  if (request.head.starts_with("DELETE ")) return with_head("200 OK", "", "");
  if (!request.head.starts_with("POST ")) return with_head("405 Method Not Allowed", "", "");
  const std::string_view id = json_value(request.body, R"("id")");
  const std::string_view method = json_value(request.body, R"("method")");
  if (id.empty()) return with_head("202 Accepted", "", "");
  if (method == R"("initialize")") {
    std::string value = R"({"protocolVersion":)";
    value.append(json_value(request.body, R"("protocolVersion")"));
    value.append(R"(,"capabilities":{"tools":{}},"serverInfo":{"name":"bench","version":"1"}})");
    std::string session = "Mcp-Session-Id: bench-";
    session.append(std::to_string(++sessions)).append("\r\n");
    return json(result(id, value), session);
  }
  if (field(request.head, "mcp-session-id").empty()) return with_head("400 Bad Request", "", "");
  if (method == R"("tools/call")") return json(call_result(id, answer_bytes(request.head)));
  if (method == R"("tools/list")")
    return json(result(
        id, R"({"tools":[{"name":"echo","description":"Answers with text.",)"
            R"("inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]})"));
  return json(result(id, "{}"));
}

// False when the connection is over.
bool flush(Connection& connection) {
  while (!connection.out.empty()) {
    const ssize_t sent = ::send(connection.fd.get(), connection.out.data(), connection.out.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN;
    connection.out.erase(0, static_cast<size_t>(sent));
  }
  return true;
}

bool serve(Connection& connection) {
  static std::array<char, kBuffer> piece;
  const ssize_t got = ::recv(connection.fd.get(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) return false;
  connection.in.append(piece.data(), static_cast<size_t>(got));
  for (;;) {
    const Framed request = first_message(connection.in);
    if (request.state == Framed::State::bad) return false;
    if (request.state == Framed::State::incomplete) break;
    connection.out += answer(request);
    connection.in.erase(0, request.size);
  }
  return flush(connection);
}

int run() {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.get(), raw, size) != 0 || ::listen(listener.get(), 1024) != 0 ||
      ::getsockname(listener.get(), raw, &size) != 0) {
    std::perror("listen");
    return 3;
  }
  std::printf("port %u\n", ntohs(address.sin_port));
  std::fflush(stdout);

  const Fd poll(::epoll_create1(EPOLL_CLOEXEC));
  const auto watch = [&](int fd) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    return ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  };
  if (!watch(listener.get()) || !watch(STDIN_FILENO)) return 3;
  std::map<int, Connection> connections;
  std::array<epoll_event, 256> events;
  for (;;) {
    const int ready = ::epoll_wait(poll.get(), events.data(), events.size(), -1);
    if (ready < 0 && errno != EINTR) return 3;
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) return 0;
      if (fd != listener.get()) {
        const auto found = connections.find(fd);
        if (found == connections.end()) continue;
        const bool had_output = !found->second.out.empty();
        if (!serve(found->second) || !flush(found->second)) {
          connections.erase(found);
          continue;
        }
        if (had_output == !found->second.out.empty()) continue;
        epoll_event event{.events = EPOLLIN | (had_output ? 0U : EPOLLOUT), .data = {.fd = fd}};
        ::epoll_ctl(poll.get(), EPOLL_CTL_MOD, fd, &event);
        continue;
      }
      Fd fresh(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      const int number = fresh.get();
      const int on = 1;
      if (number < 0 || !watch(number)) continue;
      ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connections[number].fd = std::move(fresh);
    }
  }
}

}  // namespace
}  // namespace doorward::bench

int main() {
  return doorward::bench::run();
}
