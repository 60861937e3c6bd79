// Heads as bytes, for the one writer. Values are checked as they are written: a control character
// (CR, LF and NUL among them) in a value, or a name that is no token, is refused and nothing is
// appended, so that no value can add a field or end a head.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace doorward::wire {

struct ResponseFrame {
  int status = 200;
  std::string_view content_type;         // "" for none, as all views below
  std::optional<size_t> content_length;  // bytes
  bool chunked = false;
  bool keep_alive = true;
  std::string_view session_id;  // Mcp-Session-Id
  std::string_view www_authenticate;
  std::string_view allow;
  bool no_store = true;
  bool event_stream = false;  // adds Cache-Control: no-store and X-Accel-Buffering: no
  std::string_view extra_name;
  std::string_view extra_value;
};

struct RequestFrame {
  std::string_view method;
  std::string_view target;  // origin form
  std::string_view host;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::optional<size_t> content_length;
};

// Appends a whole head with its empty line; `out` is unchanged on error. Errors: http.field_value,
// http.framing (both a length and chunked, a second length, encoding or host among the fields).
[[nodiscard]] Expected<void> append_response_head(std::string& out, const ResponseFrame& frame);
[[nodiscard]] Expected<void> append_request_head(std::string& out, const RequestFrame& frame);

// The standard reason phrase (RFC 9110 section 15), "" for a status without one.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace doorward::wire
