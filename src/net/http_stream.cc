#include "net/http_stream.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace doorward::net {

namespace {
constexpr size_t kFirstBuffer = 4096;
constexpr size_t kStep = 16 * 1024;
constexpr size_t kLeast = 8 * 1024;  // that is taken of a body at once

Error closed(std::string what) {
  return Error{"net.closed", Fault::client, true, std::move(what)};
}
std::unexpected<Error> no_room() {
  return failure("http.no_room", Fault::self, "as many messages are under way as may be");
}
}  // namespace

Task<Expected<size_t>> HttpStream::fill() {
  if (used_ == buffer_.size()) {
    if (begin_ > 0 && begin_ == used_) {
      begin_ = used_ = 0;
    } else {
      buffer_.resize(buffer_.empty() ? kFirstBuffer : buffer_.size() + kStep);
    }
  }
  auto [error, size] =
      co_await stream_.read_some(asio::buffer(buffer_.data() + used_, buffer_.size() - used_));
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) co_return size_t{0};
  if (error) co_return std::unexpected(closed("connection lost: `" + error.message() + "`"));
  used_ += size;
  co_return size;
}

Task<Expected<bool>> HttpStream::read_request_head(wire::HttpRequestHead& head,
                                                   const wire::HttpLimits& limits) {
  for (;;) {
    if (begin_ < used_) {
      auto parsed = wire::parse_request_head(unread(), head, limits);
      if (!parsed) co_return std::unexpected(std::move(parsed).error());
      if (*parsed) {
        begin_ += head.size;
        co_return true;
      }
    }
    auto size = co_await fill();
    if (!size) co_return std::unexpected(std::move(size).error());
    if (*size == 0) {
      if (begin_ == used_) co_return false;
      co_return std::unexpected(closed("connection closed in the middle of a request head"));
    }
  }
}

Task<Expected<void>> HttpStream::read_response_head(wire::HttpResponseHead& head) {
  for (int informational = 0; informational < 8;) {
    if (begin_ < used_) {
      auto parsed = wire::parse_response_head(unread(), head);
      if (!parsed) co_return std::unexpected(std::move(parsed).error());
      if (*parsed) {
        begin_ += head.size;
        if (head.status >= 200) co_return Expected<void>{};
        ++informational;
        continue;
      }
    }
    auto size = co_await fill();
    if (!size) co_return std::unexpected(std::move(size).error());
    if (*size == 0) co_return std::unexpected(closed("upstream closed the connection"));
  }
  co_return failure("http.syntax", Fault::server, "too many informational responses");
}

void HttpStream::begin_body(BodyFrame frame) {
  // The views of the head stay valid: its buffer is kept, what follows moves to a fresh one.
  if (frame.chunked || frame.until_close) {
    std::string rest(unread());
    head_buffer_ = std::move(buffer_);
    used_ = rest.size();
    begin_ = 0;
    buffer_ = std::move(rest);
    buffer_.resize(std::max(used_, kFirstBuffer));
  }
  frame_ = frame;
  body_left_ = frame.content_length.value_or(0);
  chunks_ = wire::ChunkedDecoder();
  most_ = std::numeric_limits<size_t>::max();
}

Task<Expected<std::string>> HttpStream::read_piece() {
  std::string piece;
  for (;;) {
    if (frame_.chunked) {
      if (chunks_.done()) co_return piece;
      auto used = chunks_.feed(unread(), piece, most_);
      if (!used) co_return std::unexpected(std::move(used).error());
      begin_ += *used;
      if (!piece.empty() || chunks_.done()) co_return piece;
    } else if (frame_.content_length) {
      if (body_left_ == 0) co_return piece;
      const std::string_view here = unread().substr(0, body_left_);
      if (!here.empty()) {
        piece = here;
        begin_ += here.size();
        body_left_ -= here.size();
        co_return piece;
      }
    } else if (frame_.until_close) {
      if (begin_ < used_) {
        piece = unread();
        begin_ = used_;
        co_return piece;
      }
    } else {
      co_return piece;
    }
    auto size = co_await fill();
    if (!size) co_return std::unexpected(std::move(size).error());
    if (*size == 0) {
      if (frame_.until_close) co_return piece;
      co_return std::unexpected(closed("connection closed in the middle of a body"));
    }
  }
}

Task<Expected<std::string>> HttpStream::read_body(BodyFrame frame, size_t limit, BodyRoom* room) {
  if (frame.content_length && *frame.content_length > limit)
    co_return failure("http.body_size", Fault::client,
                      "body of `" + std::to_string(*frame.content_length) +
                          "` bytes is over the limit of `" + std::to_string(limit) + "` bytes");
  std::string body;
  if (frame.content_length) {
    // Straight into place: what follows the head in the buffer, then the rest from the socket.
    const size_t whole = static_cast<size_t>(*frame.content_length);
    const std::string_view here = unread().substr(0, whole);
    size_t have = here.size();
    if (room != nullptr) {
      const bool found = co_await room->have(have);
      if (!found) co_return no_room();
    }
    begin_ += have;
    body.reserve(std::min<size_t>(whole, 1 << 20));
    body.assign(here);
    while (have < whole) {
      // Grows with what arrives: a large announced length alone costs no memory.
      const size_t more = std::min<size_t>(whole - have, std::max<size_t>(have, kLeast));
      if (room != nullptr) {
        const bool found = co_await room->have(have + more);
        if (!found) co_return no_room();
      }
      body.resize(have + more);
      auto [error, size] = co_await stream_.read_some(asio::buffer(body.data() + have, more));
      if (error) co_return std::unexpected(closed("connection closed in the middle of a body"));
      have += size;
      body.resize(have);
    }
    co_return body;
  }
  begin_body(frame);
  most_ = limit;  // a chunk that is announced larger is not waited for
  for (;;) {
    auto piece = co_await read_piece();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (piece->empty()) co_return body;
    if (body.size() + piece->size() > limit)
      co_return failure("http.body_size", Fault::client,
                        "body is over the limit of `" + std::to_string(limit) + "` bytes");
    if (room != nullptr) {
      const bool found = co_await room->have(body.size() + piece->size());
      if (!found) co_return no_room();
    }
    body += *piece;
  }
}

namespace {

// What a thread reads only to throw it away, in all: a peer that sends much is slowed down by its
// own connection, and others are served meanwhile.
class Unwanted {
 public:
  // So many bytes were read; how long to leave the rest where it is.
  std::chrono::milliseconds read(size_t bytes) {
    constexpr double kPerSecond = 16.0 * 1024 * 1024;
    constexpr double kBurst = kPerSecond / 8;
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> since = now - at_;
    at_ = now;
    left_ = std::min(kBurst, left_ + since.count() * kPerSecond) - static_cast<double>(bytes);
    if (left_ >= 0) return {};
    return std::chrono::milliseconds(1 + static_cast<int64_t>(-left_ / kPerSecond * 1000));
  }

 private:
  std::chrono::steady_clock::time_point at_ = std::chrono::steady_clock::now();
  double left_ = 0;
};

Unwanted& unwanted_of_thread() {
  thread_local Unwanted unwanted;
  return unwanted;
}

}  // namespace

Task<> HttpStream::linger() {
  constexpr size_t kMost = 8 * 1024 * 1024;
  error_code ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  std::string unwanted(kStep, '\0');
  for (size_t taken = 0; taken < kMost;) {
    auto [error, size] = co_await stream_.socket().async_read_some(asio::buffer(unwanted), kTuple);
    if (error) co_return;
    taken += size;
    const auto pause = unwanted_of_thread().read(size);
    if (pause.count() == 0) continue;
    asio::steady_timer timer(stream_.executor(), pause);
    co_await timer.async_wait(kTuple);
  }
}

void HttpStream::finish_message() {
  head_buffer_.clear();
  head_buffer_.shrink_to_fit();
  if (begin_ == used_) {
    begin_ = used_ = 0;
    if (buffer_.size() > 2 * kStep) {
      buffer_.resize(kFirstBuffer);
      buffer_.shrink_to_fit();
    }
    return;
  }
  // The next head begins at the front, so that its views have room to grow behind it.
  std::memmove(buffer_.data(), buffer_.data() + begin_, used_ - begin_);
  used_ -= begin_;
  begin_ = 0;
}

}  // namespace doorward::net
