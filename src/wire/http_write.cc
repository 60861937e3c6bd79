#include "wire/http_write.h"

#include <array>
#include <charconv>

#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {
// Collects a head behind what `out` held, and takes it back when any part was refused.
class Head {
 public:
  explicit Head(std::string& out) : out_(out), before_(out.size()) {}

  void raw(std::string_view text) { out_.append(text); }
  void number(size_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  // A part of the first line, which must be of one class of bytes and not empty.
  void part(std::string_view text, syntax::Class wanted) {
    if (text.empty() || !syntax::all(text, wanted)) good_ = false;
    out_.append(text);
  }
  void field(std::string_view name, std::string_view value) {
    part(name, syntax::kToken);
    const char* const end = value.data() + value.size();
    if (syntax::skip_value(value.data(), end) != end) good_ = false;
    out_.append(": ").append(value).append("\r\n");
  }
  void optional_field(std::string_view name, std::string_view value) {
    if (!value.empty()) field(name, value);
  }
  void length(size_t value) {
    raw("Content-Length: ");
    number(value);
    raw("\r\n");
  }
  [[nodiscard]] Expected<void> end() {
    out_.append("\r\n");
    if (good_) return {};
    return take_back("http.field_value", "a head would hold a byte that its place does not allow");
  }
  [[nodiscard]] Expected<void> take_back(const char* code, const char* what) {
    out_.resize(before_);
    return failure(code, Fault::self, what);
  }

 private:
  std::string& out_;
  size_t before_;
  bool good_ = true;
};

// Fields that the frame itself writes; a second one would make the message's end ambiguous.
bool frames(std::string_view name) {
  return equals_ignoring_case(name, "content-length") ||
         equals_ignoring_case(name, "transfer-encoding") || equals_ignoring_case(name, "host");
}
}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return {};
  }
}

Expected<void> append_response_head(std::string& out, const ResponseFrame& frame) {
  Head head(out);
  if (frame.status < 100 || frame.status > 599)
    return failure("http.field_value", Fault::self, "status is not between 100 and 599");
  if ((frame.content_length && frame.chunked) || frames(frame.extra_name))
    return failure("http.framing", Fault::self, "a head would tell its body's end twice");
  head.raw("HTTP/1.1 ");
  head.number(static_cast<size_t>(frame.status));
  head.raw(" ");
  head.raw(reason_phrase(frame.status));
  head.raw("\r\n");
  head.optional_field("Content-Type", frame.content_type);
  // RFC 9110 section 8.6: no length with a 1xx or 204.
  if (frame.content_length && frame.status >= 200 && frame.status != 204)
    head.length(*frame.content_length);
  if (frame.chunked) head.raw("Transfer-Encoding: chunked\r\n");
  head.optional_field("Mcp-Session-Id", frame.session_id);
  head.optional_field("WWW-Authenticate", frame.www_authenticate);
  head.optional_field("Allow", frame.allow);
  if (frame.no_store || frame.event_stream) head.raw("Cache-Control: no-store\r\n");
  if (frame.event_stream) head.raw("X-Accel-Buffering: no\r\n");
  if (!frame.extra_name.empty() || !frame.extra_value.empty())
    head.field(frame.extra_name, frame.extra_value);
  if (!frame.keep_alive) head.raw("Connection: close\r\n");
  return head.end();
}

Expected<void> append_request_head(std::string& out, const RequestFrame& frame) {
  Head head(out);
  head.part(frame.method, syntax::kToken);
  head.raw(" ");
  head.part(frame.target, syntax::kTarget);
  head.raw(" HTTP/1.1\r\nHost: ");
  head.part(frame.host, syntax::kHost);
  head.raw("\r\n");
  for (const auto& [name, value] : frame.fields) {
    if (frames(name))
      return head.take_back("http.framing", "a field would be written twice by its frame");
    head.field(name, value);
  }
  if (frame.content_length) head.length(*frame.content_length);
  return head.end();
}

}  // namespace doorward::wire
