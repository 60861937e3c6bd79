// Coroutines of net, run by a test step by step on its own thread.
#pragma once

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "core/pipeline.h"
#include "net/asio.h"
#include "net/stream.h"

namespace doorward::net {

// Where a coroutine's result appears once it has ended.
template <class T>
using Later = std::shared_ptr<std::optional<T>>;

template <class T>
Later<T> begin(asio::io_context& io, Task<T> task) {
  auto later = std::make_shared<std::optional<T>>();
  auto keep = [](Task<T> given, Later<T> into) -> Task<> {
    T value = co_await std::move(given);
    into->emplace(std::move(value));
  };
  asio::co_spawn(io, keep(std::move(task), later), asio::detached);
  io.restart();
  io.poll();
  return later;
}

// Runs a coroutine that needs nobody else.
template <class T>
T finish(asio::io_context& io, Task<T> task) {
  auto later = begin(io, std::move(task));
  io.restart();
  io.run();
  return std::move(later->value());
}

// Two ends of a connection: one for the code under test, one for the test's own hands.
struct Line {
  explicit Line(asio::io_context& on) : io(on) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) panic("no socket pair");
    near.emplace(io, asio::generic::stream_protocol(AF_UNIX, 0), ends[0]);
    peer.reset(ends[1]);
  }
  // Sends and lets the reader take it.
  void send(std::string_view text) {
    EXPECT_EQ(::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    io.restart();
    io.poll();
  }
  void send_by_bytes(std::string_view text) {
    for (const char& letter : text) send({&letter, 1});
  }
  void hang_up() {
    peer.reset();
    io.restart();
    io.poll();
  }
  asio::io_context& io;
  std::optional<Stream::Socket> near;
  Fd peer;
};

// A judged message: through a pipeline without guards.
[[nodiscard]] inline core::Cleared cleared(std::string text) {
  auto message = wire::Message::parse(std::move(text));
  core::Exchange exchange;
  exchange.stage = core::Stage::request;
  exchange.message = &*message;
  core::Notes notes;
  core::Permits permits;
  auto made = core::Pipeline({}).clear(exchange, notes, permits);
  return std::move(*made);
}
[[nodiscard]] inline core::Cleared numbered(int id) {
  return cleared(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":{}})");
}

}  // namespace doorward::net
