// Bytes that may leave. Only the pipeline makes them from a message, after judging it; the one
// writer of `net` takes nothing else. Frames (HTTP heads, event lines, chunk marks) are built here
// from fixed fields, so that every byte on a socket or pipe is counted in `made`.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/http_write.h"
#include "wire/json.h"

namespace doorward::core {

class Cleared {
 public:
  Cleared(Cleared&&) noexcept = default;
  Cleared& operator=(Cleared&&) noexcept = default;
  Cleared(const Cleared&) = delete;
  Cleared& operator=(const Cleared&) = delete;

  // Without content, to be framed: a 202, a stream's head, a GET.
  [[nodiscard]] static Cleared nothing() { return Cleared(std::string()); }
  // The same judged message once more, unframed: for a client that resumes a stream.
  [[nodiscard]] Cleared again() const { return Cleared(body_); }
  // The answers to a batch as one JSON array.
  [[nodiscard]] static Cleared batch(const std::vector<Cleared>& answers);
  // A form (application/x-www-form-urlencoded) for an authorization server that the operator
  // configured: names and values are escaped, so that it can be no message.
  using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;
  [[nodiscard]] static Cleared form(const FormFields& fields);
  // Entries of the log, and its checkpoints, for receivers that the operator configured. None can
  // be a message: octet counted frames (RFC 6587, 3.4.1) begin with a digit, a request for a
  // collector of OTLP logs with `{"resourceLogs":`, one for a witness with `old ` (anything else
  // panics).
  [[nodiscard]] static Cleared syslog_frames(const std::vector<std::string>& messages);
  [[nodiscard]] static Cleared otlp_logs(std::string json);
  [[nodiscard]] static Cleared add_checkpoint(std::string request);  // C2SP tlog-witness
  // A notice for a system that the operator configured: `{"type","timestamp","data"}`, whose
  // members of the top make it no JSON-RPC message, whatever `data` (an object) holds.
  [[nodiscard]] static Cleared notice(std::string_view type, std::string_view timestamp,
                                      const wire::JsonValue& data);
  // A question for a classifier that the operator configured: an object without a member `jsonrpc`,
  // so that it is no JSON-RPC message, whatever its texts hold (anything else panics).
  [[nodiscard]] static Cleared question(const wire::JsonValue& body);
  // Fixed marks of the protocols.
  [[nodiscard]] static Cleared keep_alive_comment();  // an SSE comment, as a chunk
  [[nodiscard]] static Cleared last_chunk();
  [[nodiscard]] static Cleared continue_100();
  // Answers to CONNECT (RFC 9110, 9.3.6).
  [[nodiscard]] static Cleared connected_200();
  [[nodiscard]] static Cleared forbidden_403();

  // Frames; each may be put on once. Errors: http.field_value.
  [[nodiscard]] Expected<Cleared> as_response(wire::ResponseFrame frame) &&;  // sets the length
  [[nodiscard]] Expected<Cleared> as_stream_head(wire::ResponseFrame frame) &&;
  [[nodiscard]] Expected<Cleared> as_request(wire::RequestFrame frame) &&;  // sets the length
  [[nodiscard]] Cleared as_line() &&;                                       // stdio: newline
  // One SSE event in one chunk. Newlines of the message are split over data lines.
  [[nodiscard]] Cleared as_event(std::string_view id, std::optional<uint32_t> retry_ms) &&;

  [[nodiscard]] std::string_view head() const { return head_; }
  [[nodiscard]] std::string_view body() const { return body_; }
  [[nodiscard]] size_t size() const { return head_.size() + body_.size(); }

  // Bytes of all framed Cleared so far; compared with what was written by a test.
  [[nodiscard]] static uint64_t made() { return made_.load(std::memory_order_relaxed); }

 private:
  friend class Pipeline;
  explicit Cleared(std::string body) : body_(std::move(body)) {}
  [[nodiscard]] static Cleared mark(std::string_view text);
  Cleared framed() &&;

  std::string head_;
  std::string body_;
  static inline std::atomic<uint64_t> made_{0};
};

}  // namespace doorward::core
