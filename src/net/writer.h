// The one function that writes to a socket or a pipe. It takes only `Cleared`.
#pragma once

#include <array>
#include <atomic>

#include "core/cleared.h"
#include "net/stream.h"

namespace doorward::net {

// Bytes that `write` has handed to the kernel or to TLS; compared with Cleared::made() by a test.
[[nodiscard]] uint64_t bytes_written();
void count_written(uint64_t bytes);

template <class Sink>
Task<error_code> write_buffers(Sink& sink, std::string_view head, std::string_view body) {
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body)};
  if constexpr (std::is_same_v<Sink, Stream>) {
    if (sink.tls_) {
      auto [error, size] = co_await asio::async_write(*sink.tls_, buffers, kTuple);
      count_written(size);
      co_return error;
    }
    auto [error, size] = co_await asio::async_write(sink.socket_, buffers, kTuple);
    count_written(size);
    co_return error;
  } else {
    auto [error, size] = co_await asio::async_write(sink, buffers, kTuple);
    count_written(size);
    co_return error;
  }
}

// INVARIANT: at most one write per sink is under way.
template <class Sink>
Task<error_code> write(Sink& sink, core::Cleared cleared) {
  const error_code error = co_await write_buffers(sink, cleared.head(), cleared.body());
  co_return error;
}

}  // namespace doorward::net
