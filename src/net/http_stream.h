// HTTP/1.1 framing over a stream, either side: heads, bodies and pieces of bodies. Bounded by what
// the caller allows; a head's views stay valid until the next head is read.
#pragma once

#include <string>

#include "net/stream.h"
#include "wire/http.h"

namespace doorward::net {

// How a body ends.
struct BodyFrame {
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool until_close = false;  // responses only
};

// Asked before more of a body is taken into memory, with its size then; may wait. False: there is
// no room.
class BodyRoom {
 public:
  virtual ~BodyRoom() = default;
  [[nodiscard]] virtual Task<bool> have(size_t bytes) = 0;
};

class HttpStream {
 public:
  explicit HttpStream(Stream::Socket socket) : stream_(std::move(socket)) {}

  // False when the peer closed before the first byte. Errors: those of the parser, net.closed
  // (in the middle of a head).
  [[nodiscard]] Task<Expected<bool>> read_request_head(wire::HttpRequestHead& head,
                                                       const wire::HttpLimits& limits);
  // Skips 1xx responses.
  [[nodiscard]] Task<Expected<void>> read_response_head(wire::HttpResponseHead& head);

  // The whole body. Errors: http.body_size (over `limit`, also before it is read), http.no_room,
  // net.closed. `room` may be null.
  [[nodiscard]] Task<Expected<std::string>> read_body(BodyFrame frame, size_t limit,
                                                      BodyRoom* room = nullptr);

  // For streams: begins a body, then hands out pieces; an empty piece is the end.
  void begin_body(BodyFrame frame);
  [[nodiscard]] Task<Expected<std::string>> read_piece();

  // Says that no more is sent and takes what still comes for a moment, unread: a peer that is in
  // the middle of a body then gets its answer instead of a reset (RFC 9112 section 9.6).
  [[nodiscard]] Task<> linger();

  // Done with this message: what follows in the buffer is the next head.
  void finish_message();
  // Nothing of a next message is in the buffer.
  [[nodiscard]] bool is_clean() const { return begin_ == used_; }
  [[nodiscard]] Stream& stream() { return stream_; }

 private:
  [[nodiscard]] Task<Expected<size_t>> fill();  // reads once; 0 at the end of the connection
  [[nodiscard]] std::string_view unread() const {
    return std::string_view(buffer_).substr(begin_, used_ - begin_);
  }

  Stream stream_;
  std::string buffer_;
  std::string head_buffer_;  // of a message whose body is read in pieces
  size_t begin_ = 0;         // first byte that no message has consumed
  size_t used_ = 0;
  BodyFrame frame_;
  uint64_t body_left_ = 0;
  size_t most_ = 0;  // of the content of a chunked body
  wire::ChunkedDecoder chunks_;
};

}  // namespace doorward::net
