// A live gateway on loopback, its clients and servers the test's own. Every byte that reached
// either of them was counted by the one writer and was made as a Cleared: no second path, however
// small.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "net/server.h"
#include "net/writer.h"
#include "support.h"

namespace doorward::net {
namespace {

Fd tcp_socket() {
  return Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void put(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::write(fd, text.data(), text.size());
    if (sent <= 0) return;
    text.remove_prefix(static_cast<size_t>(sent));
  }
}

std::string take(int fd) {
  char piece[4096];
  const ssize_t got = ::read(fd, piece, sizeof piece);
  return got > 0 ? std::string(piece, static_cast<size_t>(got)) : std::string();
}

// What a server answers: nothing to a notification.
std::string answer_to(const std::string& text) {
  const auto message = wire::Message::parse(text);
  if (!message || !message->is_request()) return "";
  const std::string id(message->id().raw());
  if (message->method() == wire::Method::initialize)
    return wire::make_result(id, R"({"protocolVersion":"2025-06-18","capabilities":{},)"
                                 R"("serverInfo":{"name":"s","version":"1"}})");
  return wire::make_result(id, R"({"content":[{"type":"text","text":"done"}]})");
}

// A server over HTTP, one request a connection; tools/call is answered by an event stream.
class HttpServer {
 public:
  HttpServer() : listener_(tcp_socket()) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      panic("can't listen");
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  uint16_t port = 0;
  std::atomic<uint64_t> received{0};

 private:
  void serve() {
    for (;;) {
      const Fd connection(::accept(listener_.get(), nullptr, nullptr));
      if (!connection) return;
      one(connection.get());
    }
  }
  void one(int fd) {
    std::string text;
    wire::HttpRequestHead head;
    while (!wire::parse_request_head(text, head).value_or(false)) {
      const std::string piece = take(fd);
      if (piece.empty()) return;
      received += piece.size();
      text += piece;
    }
    const size_t whole = head.size + head.content_length.value_or(0);
    while (text.size() < whole) {
      const std::string piece = take(fd);
      if (piece.empty()) return;
      received += piece.size();
      text += piece;
    }
    static_cast<void>(wire::parse_request_head(text, head));
    const std::string body = answer_to(text.substr(head.size));
    if (head.method != wire::HttpMethod::post || body.empty())
      return put(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    if (text.find("tools/call") == std::string::npos)
      return put(fd,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: up\r\n"
                 "Connection: close\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body);
    put(fd,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
        "{\"level\":\"info\",\"data\":\"working\"}}\n\ndata: " +
            body + "\n\n");
  }
  Fd listener_;
  std::thread thread_;
};

// A server over pipes: reads lines, writes lines.
class PipeServer {
 public:
  ChildPipes start() {
    int in[2], out[2], errors[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 ||
        ::pipe2(errors, O_CLOEXEC) != 0)
      panic("no pipes");
    thread_ = std::thread([this, from = Fd(in[0]), to = Fd(out[1]), keep = Fd(errors[1])] {
      std::string text;
      for (std::string piece = take(from.get()); !piece.empty(); piece = take(from.get())) {
        received += piece.size();
        text += piece;
        for (size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
          const std::string answer = answer_to(text.substr(0, end));
          if (!answer.empty()) put(to.get(), answer + "\n");
          text.erase(0, end + 1);
        }
      }
    });
    ChildPipes pipes;
    pipes.input = Fd(in[1]);
    pipes.output = Fd(out[0]);
    pipes.errors = Fd(errors[0]);
    pipes.kill = [] {};
    return pipes;
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  std::atomic<uint64_t> received{0};

 private:
  std::thread thread_;
};

// Everyone is `ana`, everything passes, but the tool `refused`.
class SmallGuard : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override {
    static constexpr core::GuardFacts kFacts{
        "identity.test", core::Area::identity,
        core::stages(core::Stage::accept, core::Stage::request, core::Stage::response,
                     core::Stage::server_message, core::Stage::client_reply),
        false};
    return kFacts;
  }
  [[nodiscard]] core::Verdict judge(const core::Exchange& exchange,
                                    core::Notes& notes) const override {
    if (exchange.stage == core::Stage::accept) {
      if (exchange.head->count("authorization") == 0)
        return core::deny("identity.none", "R4.1", "no", core::Answer::unauthenticated);
      notes.principal = core::Principal{.user = "ana"};
    }
    if (exchange.message != nullptr && exchange.message->target() == "refused")
      return core::deny("privilege.denied", "R9.1", "no");
    if (exchange.message == nullptr && exchange.parse_error != nullptr)
      return core::deny("instability.strict_rpc", "R2.7", "no", core::Answer::parse_error);
    return core::pass();
  }
};

std::shared_ptr<const core::Pipeline> small_pipeline() {
  std::vector<core::Pipeline::Door> doors;
  doors.push_back({std::make_unique<SmallGuard>(), core::Mode::enforce});
  return std::make_shared<const core::Pipeline>(std::move(doors));
}

class CountedBytes : public testing::Test {
 protected:
  CountedBytes() {
    auto routes = std::make_shared<Routes>();
    auto http = std::make_shared<ServerRoute>();
    http->name = "web";
    http->url = *wire::parse_url("http://127.0.0.1:" + std::to_string(upstream_.port) + "/mcp");
    http->credential = [](Caller, bool) -> Task<Expected<ServerRoute::Headers>> {
      ServerRoute::Headers headers;
      headers.emplace_back("Authorization", Secret<>("Bearer upstream"));
      co_return headers;
    };
    (*routes)["web"] = http;
    auto pipe = std::make_shared<ServerRoute>();
    pipe->name = "pipe";
    pipe->launch = [this](const core::Principal&) -> Expected<ChildPipes> {
      return child_.start();
    };
    (*routes)["pipe"] = pipe;
    gateway_ = std::make_unique<Gateway>(small_pipeline(), std::move(routes), GatewaySettings{});
    server_ = std::make_unique<Server>(*gateway_, 2);
    const auto bound = server_->listen({"127.0.0.1", 0, "", nullptr}, core::Listener::client);
    if (!bound) panic(bound.error().what);
    port_ = static_cast<uint16_t>(std::stoi(bound->substr(bound->rfind(':') + 1)));
    server_->start();
  }

  // One request on a connection of its own; the whole answer, head and all.
  std::string ask(std::string_view method, std::string_view path, const std::string& body,
                  const std::string& fields = "Authorization: x\r\n") {
    const Fd fd = tcp_socket();
    const sockaddr_in address = loopback(port_);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    std::string text = std::string(method) + " " + std::string(path) +
                       " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields;
    if (!session_.empty()) text += "Mcp-Session-Id: " + session_ + "\r\n";
    if (method == "POST")
      text +=
          "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
          "Content-Length: " +
          std::to_string(body.size()) + "\r\n";
    put(fd.get(), text + "\r\n" + body);
    std::string answer;
    for (std::string piece = take(fd.get()); !piece.empty(); piece = take(fd.get()))
      answer += piece;
    received_ += answer.size();
    return answer;
  }

  // A whole session with a server, good and bad requests alike.
  void converse(const std::string& path) {
    session_.clear();
    const std::string opened = ask(
        "POST", path,
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",)"
        R"("capabilities":{},"clientInfo":{"name":"c","version":"1"}}})");
    EXPECT_THAT(opened, testing::StartsWith("HTTP/1.1 200"));
    wire::HttpResponseHead head;
    ASSERT_TRUE(wire::parse_response_head(opened, head).value_or(false));
    session_ = head.field("mcp-session-id").value_or("");
    ASSERT_FALSE(session_.empty());
    EXPECT_THAT(ask("POST", path, R"({"jsonrpc":"2.0","method":"notifications/initialized"})"),
                testing::StartsWith("HTTP/1.1 202"));
    for (int id = 2; id < 6; ++id)
      EXPECT_THAT(ask("POST", path,
                      R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                          R"(,"method":"tools/call","params":{"name":"t"}})"),
                  testing::HasSubstr("done"));
    EXPECT_THAT(
        ask("POST", path,
            R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"refused"}})"),
        testing::HasSubstr("isError"));
    EXPECT_THAT(ask("POST", path, "{"), testing::HasSubstr("-32700"));
    EXPECT_THAT(ask("POST", path, R"({"jsonrpc":"2.0","id":8,"method":"ping"})",
                    "Authorization: x\r\nExpect: 100-continue\r\n"),
                testing::StartsWith("HTTP/1.1 100 Continue"));
    EXPECT_THAT(ask("PUT", path, ""), testing::StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(ask("POST", path, "{}", ""), testing::StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(ask("DELETE", path, ""), testing::StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(ask("DELETE", path, ""), testing::StartsWith("HTTP/1.1 "));
  }

  HttpServer upstream_;
  PipeServer child_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Server> server_;
  uint16_t port_ = 0;
  std::string session_;
  uint64_t received_ = 0;
};

TEST_F(CountedBytes, WhatArrivedIsWhatWasWrittenIsWhatWasCleared) {
  const uint64_t written_before = bytes_written(), made_before = core::Cleared::made();
  converse("/mcp/web");
  converse("/mcp/pipe");
  session_.clear();
  EXPECT_THAT(ask("GET", "/mcp/nobody", ""), testing::StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(ask("POST", "/mcp/web", "{}", "Authorization: x\r\nbad header\r\n"),
              testing::StartsWith("HTTP/1.1 400"));
  server_->drain();
  child_.join();
  const uint64_t arrived = received_ + upstream_.received + child_.received;
  EXPECT_GT(upstream_.received.load(), 0u);
  EXPECT_GT(child_.received.load(), 0u);
  EXPECT_EQ(bytes_written() - written_before, arrived);
  EXPECT_EQ(core::Cleared::made() - made_before, arrived);
}

}  // namespace
}  // namespace doorward::net
