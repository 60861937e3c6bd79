// The load of the gateway benchmark: a closed loop of MCP sessions over keep-alive connections, one
// thread, epoll. Each connection opens a session of its own, then always has one `tools/call` under
// way. Every answer is checked: status, id, size, no error.
//
//   gateway_load PORT PATH CONNECTIONS REQUESTS BYTES [FILE-WITH-BEARER-TOKEN]
//
// Prints `ready` when all sessions stand and are warm, waits for a line on standard input, makes
// REQUESTS calls of BYTES bytes each, prints one line of JSON, waits for the end of standard input,
// ends its sessions and exits. Exit 1: an answer was wrong or a connection was lost. Exit 3: no
// answer within 30 s.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "base/fd.h"
#include "http_text.h"

namespace doorward::bench {
namespace {

using std::chrono::steady_clock;

struct Plan {
  uint16_t port = 0;
  std::string path;
  size_t connections = 0, requests = 0, bytes = 0;
  std::string authorization;  // a whole field with its line end, or empty
};

constexpr size_t kWarmCalls = 8;  // of each session, before `ready`
constexpr std::string_view kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
    R"("capabilities":{},"clientInfo":{"name":"bench","version":"1"}}})";
constexpr std::string_view kInitialized =
    R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

[[noreturn]] void fail(std::string_view why, std::string_view what = {}) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(why.size()), why.data(),
               static_cast<int>(std::min<size_t>(what.size(), 600)), what.data());
  std::exit(1);
}

class Client {
 public:
  explicit Client(const Plan& plan) : plan_(plan) {
    fd_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      fail("connect", std::to_string(plan.port));
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Blocking: one exchange at a time.
  void open_session() {
    send("POST", kInitialize);
    const Framed answer = wait();
    const std::string_view id = field(answer.head, "mcp-session-id");
    if (!answer.head.starts_with("HTTP/1.1 200") || id.empty()) fail("initialize", in_);
    session_ = "Mcp-Session-Id: ";
    session_.append(id).append("\r\nMCP-Protocol-Version: 2025-11-25\r\n");
    in_.clear();
    send("POST", kInitialized);
    if (!wait().head.starts_with("HTTP/1.1 202")) fail("initialized", in_);
    in_.clear();
    prepare_call();
    for (size_t i = 0; i < kWarmCalls; ++i) {
      call();
      static_cast<void>(wait());
      if (!finish()) fail("call", in_);
    }
  }
  void end_session() {
    send("DELETE", {});
    static_cast<void>(wait());
  }

  // Sends the next call; its id was never used before in this session.
  void call() {
    std::string number = std::to_string(++id_);
    number.resize(kIdWidth, ' ');
    out_.replace(id_at_, kIdWidth, number);
    write(out_);
  }

  // True when the answer to the call is whole, and right.
  [[nodiscard]] bool finish() {
    if (in_.empty()) return false;
    const Framed answer = first_message(in_);
    if (answer.state == Framed::State::bad) fail("framing", in_);
    if (answer.state == Framed::State::incomplete) return false;
    const bool is_stream = equal_fold(field(answer.head, "content-type"), "text/event-stream");
    if (!answer.head.starts_with("HTTP/1.1 200") ||
        json_value(answer.body, R"("id")") != std::to_string(id_) ||
        answer.body.find(R"("isError":false)") == std::string_view::npos ||
        answer.body.size() + 16 < plan_.bytes)
      fail("wrong answer", in_);
    streams += is_stream ? 1 : 0;
    in_.erase(0, answer.size);
    if (!in_.empty()) fail("more than the answer", in_);
    return true;
  }
  void read() {
    static std::array<char, 64 * 1024> piece;
    const ssize_t got = ::recv(fd_.get(), piece.data(), piece.size(), 0);
    if (got <= 0) fail("connection lost", in_);
    in_.append(piece.data(), static_cast<size_t>(got));
  }

  size_t streams = 0;  // answers that came as an event stream

 private:
  // An id is written with spaces behind it, so that one buffer serves all calls of a connection.
  static constexpr size_t kIdWidth = 10;

  std::string request(std::string_view method, std::string_view body) const {
    std::string out(method);
    out.append(" ").append(plan_.path).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
    out.append(std::to_string(plan_.port)).append("\r\n");
    out.append("Accept: application/json, text/event-stream\r\n");
    if (!body.empty()) out.append("Content-Type: application/json\r\n");
    out.append(plan_.authorization).append(session_);
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return out.append(body);
  }

  void prepare_call() {
    std::string body = R"({"jsonrpc":"2.0","id":)";
    body.append(kIdWidth, '0');
    body.append(R"(,"method":"tools/call","params":{"name":"echo","arguments":{"text":")");
    for (size_t word = 0; body.size() + 4 < plan_.bytes; ++word)
      body.append("word ").append(std::to_string(word)).append(" of a text, ");
    body.resize(plan_.bytes - 4);
    body.append(R"("}}})");
    out_ = request("POST", body);
    id_at_ = out_.find(R"("id":)") + 5;
  }

  void send(std::string_view method, std::string_view body) const { write(request(method, body)); }
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) fail("connection lost", "while sending");
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  Framed wait() {
    for (;;) {
      const Framed answer = first_message(in_);
      if (answer.state != Framed::State::incomplete) return answer;
      read();
    }
  }

  const Plan& plan_;
  Fd fd_;
  std::string session_;
  std::string in_, out_;
  size_t id_at_ = 0;
  uint64_t id_ = 0;
};

// Seconds that `plan.requests` calls took.
double measure(const Plan& plan, std::vector<Client>& clients) {
  const Fd poll(::epoll_create1(EPOLL_CLOEXEC));
  for (size_t i = 0; i < clients.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, clients[i].fd(), &event) != 0) fail("epoll");
  }
  const auto began = steady_clock::now();
  size_t sent = 0, answered = 0;
  for (auto& client : clients) {
    if (sent == plan.requests) break;
    client.call();
    ++sent;
  }
  std::array<epoll_event, 256> events;
  while (answered < plan.requests) {
    const int ready = ::epoll_wait(poll.get(), events.data(), events.size(), 30'000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      std::fprintf(stderr, "no answer in 30 s after %zu calls\n", answered);
      std::exit(3);
    }
    for (int i = 0; i < ready; ++i) {
      Client& client = clients[events[i].data.u64];
      client.read();
      if (!client.finish()) continue;
      ++answered;
      if (sent == plan.requests) continue;
      client.call();
      ++sent;
    }
  }
  return std::chrono::duration<double>(steady_clock::now() - began).count();
}

int run(const Plan& plan) {
  std::vector<Client> clients;
  clients.reserve(plan.connections);
  for (size_t i = 0; i < plan.connections; ++i) clients.emplace_back(plan).open_session();
  std::puts("ready");
  std::fflush(stdout);
  if (std::getchar() == EOF) return 0;
  const double seconds = measure(plan, clients);
  size_t streams = 0;
  for (const auto& client : clients) streams += client.streams;
  std::printf(R"({"requests":%zu,"seconds":%.6f,"streams":%zu})"
              "\n",
              plan.requests, seconds, streams);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  for (auto& client : clients) client.end_session();
  return 0;
}

}  // namespace
}  // namespace doorward::bench

int main(int count, char** arguments) {
  using doorward::bench::Plan;
  if (count < 6 || count > 7) {
    std::fputs("gateway_load PORT PATH CONNECTIONS REQUESTS BYTES [FILE-WITH-BEARER-TOKEN]\n",
               stderr);
    return 2;
  }
  Plan plan;
  plan.port = static_cast<uint16_t>(std::strtoul(arguments[1], nullptr, 10));
  plan.path = arguments[2];
  plan.connections = std::strtoul(arguments[3], nullptr, 10);
  plan.requests = std::strtoul(arguments[4], nullptr, 10);
  plan.bytes = std::strtoul(arguments[5], nullptr, 10);
  if (plan.port == 0 || plan.connections == 0 || plan.bytes < 120) {
    std::fputs("a port, a connection and 120 bytes at least\n", stderr);
    return 2;
  }
  if (count == 7) {
    std::ifstream file(arguments[6]);
    std::string token;
    if (!std::getline(file, token)) {
      std::fprintf(stderr, "can't read `%s`\n", arguments[6]);
      return 3;
    }
    plan.authorization = "Authorization: Bearer " + token + "\r\n";
  }
  return doorward::bench::run(plan);
}
