// Server-sent events (WHATWG HTML, section 9.2), both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::wire {

struct SseEvent {
  std::string event;  // "" means "message"
  std::string data;
  std::optional<std::string> id;
  std::optional<uint32_t> retry;  // milliseconds
  bool has_data = false;          // a `data` field was there, even an empty one
};

// Bytes in, whole events out. CR, LF and CRLF end lines; a byte order mark at the start is skipped;
// comments are dropped; an id with NUL is ignored. An event without data but with an id or a retry
// is handed out too (has_data false): polling servers prime their streams with those.
class SseParser {
 public:
  explicit SseParser(size_t event_bytes = 8 * 1024 * 1024) : limit_(event_bytes) {}
  // Appends complete events. Errors: sse.event_size, sse.utf8.
  [[nodiscard]] Expected<void> feed(std::string_view bytes, std::vector<SseEvent>& out);

 private:
  void line(std::string_view text, std::vector<SseEvent>& out);
  size_t limit_;
  std::string partial_;
  SseEvent current_;
  bool after_cr_ = false;
  bool started_ = false;
};

// One event as bytes: `id:`, `retry:`, `data:` lines (data split at line ends) and the empty line.
[[nodiscard]] std::string sse_event(std::string_view data, std::string_view id = {},
                                    std::optional<uint32_t> retry_ms = std::nullopt);

}  // namespace doorward::wire
