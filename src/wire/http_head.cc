// The first line of requests and responses (RFC 9112 sections 3 and 4), in one pass over the bytes.
// Nothing is copied or allocated but the fields vector, which the caller reuses.
#include <algorithm>

#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {
using syntax::Framing;

// The longest registered method has 17 characters (UPDATEREDIRECTREF).
constexpr ptrdiff_t kMethodBytes = 32;

// `fault` says who sent the head: the client of a request, the server of a response.
Expected<bool> refuse(const char* code, Fault fault, const char* what) {
  return failure(code, fault, what);
}

// In the order of HttpMethod.
constexpr std::array<std::string_view, 6> kMethods = {"GET",     "POST", "DELETE",
                                                      "OPTIONS", "HEAD", "PUT"};

HttpMethod method_of(std::string_view name) {
  const auto found = std::ranges::find(kMethods, name);
  return static_cast<HttpMethod>(found - kMethods.begin());
}
static_assert(static_cast<size_t>(HttpMethod::other) == kMethods.size());

// Reads `HTTP/1.0` or `HTTP/1.1` at `p` and moves behind it; false while incomplete.
Expected<bool> read_version(const char*& p, const char* end, Fault fault, bool& http10) {
  constexpr std::string_view kName = "HTTP/";
  const size_t there = static_cast<size_t>(end - p);
  const size_t common = std::min(there, kName.size());
  if (std::string_view(p, common) != kName.substr(0, common))
    return refuse("http.syntax", fault, "malformed protocol version");
  if (there < kName.size() + 3) return false;
  if (p[5] != '1' || p[6] != '.' || (p[7] != '0' && p[7] != '1'))
    return refuse("http.version", fault, "protocol version is neither HTTP/1.0 nor HTTP/1.1");
  http10 = p[7] == '0';
  p += kName.size() + 3;
  return true;
}

// Reads CRLF at `p` and moves behind it; false while incomplete.
Expected<bool> read_line_end(const char*& p, const char* end, Fault fault) {
  if (p == end) return false;
  if (*p != '\r') return refuse("http.syntax", fault, "malformed first line");
  if (end - p < 2) return false;
  if (p[1] != '\n') return refuse("http.syntax", fault, "bare carriage return in the head");
  p += 2;
  return true;
}

// Method and target with the space behind each; false while incomplete.
Expected<bool> read_method_and_target(const char*& p, const char* end, HttpRequestHead& head,
                                      size_t max_target) {
  const char* const method = p;
  while (p != end && syntax::is(*p, syntax::kToken) && p - method <= kMethodBytes) ++p;
  if (p - method > kMethodBytes) return refuse("http.syntax", Fault::client, "method is too long");
  if (p == end) return false;
  if (*p != ' ' || p == method) return refuse("http.syntax", Fault::client, "malformed method");
  head.method = method_of({method, static_cast<size_t>(p - method)});

  const char* const target = ++p;
  if (p == end) return false;
  if (*p != '/')
    return refuse("http.target", Fault::client, "target is not in origin form, beginning with `/`");
  const char* query = nullptr;
  const char* const stop = static_cast<size_t>(end - p) > max_target ? p + max_target + 1 : end;
  while (p != stop && syntax::is(*p, syntax::kTarget)) {
    if (*p == '?' && query == nullptr) query = p;
    ++p;
  }
  if (static_cast<size_t>(p - target) > max_target)
    return refuse("http.target", Fault::client, "target is too long");
  if (p == end) return false;
  if (*p != ' ')
    return refuse("http.target", Fault::client, "target holds a byte that a URI cannot");
  head.target = {target, static_cast<size_t>(p - target)};
  const char* const path_end = query != nullptr ? query : p;
  head.path = {target, static_cast<size_t>(path_end - target)};
  head.query = query != nullptr ? std::string_view(query + 1, static_cast<size_t>(p - query - 1))
                                : std::string_view();
  if (!syntax::escapes_are_whole(head.path))
    return refuse("http.target", Fault::client, "malformed percent escape in the path");
  ++p;
  return true;
}

// Checks what only the whole field section can tell, and puts it into the head.
template <class Head>
Expected<bool> settle(Head& head, const Framing& framing, bool http10, Fault fault) {
  if (framing.chunked && http10)
    return refuse("http.framing", fault, "transfer-encoding with HTTP/1.0");
  head.chunked = framing.chunked;
  head.content_length = framing.content_length;
  head.keep_alive = !framing.close && (!http10 || framing.keep_alive);
  return true;
}

// Parses the head in `view`, which is cut to the size limit; false while incomplete.
Expected<bool> parse_request(std::string_view view, HttpRequestHead& head,
                             const HttpLimits& limits) {
  const char* p = view.data();
  const char* const end = p + view.size();
  // RFC 9112 section 2.2: one empty line in front is an old client's habit.
  if (p != end && *p == '\r') {
    auto skipped = read_line_end(p, end, Fault::client);
    if (!skipped || !*skipped) return skipped;
  }
  auto first = read_method_and_target(p, end, head, limits.target_bytes);
  if (!first || !*first) return first;
  auto version = read_version(p, end, Fault::client, head.http10);
  if (!version || !*version) return version;
  auto line = read_line_end(p, end, Fault::client);
  if (!line || !*line) return line;

  Framing framing;
  auto behind = syntax::parse_fields(p, end, limits.headers, Fault::client, head.fields, framing);
  if (!behind) return std::unexpected(std::move(behind).error());
  if (*behind == nullptr) return false;
  // RFC 9112 section 3.2: exactly one Host with HTTP/1.1, and never an invalid one.
  if (!framing.has_host && !head.http10) return refuse("http.host", Fault::client, "no host field");
  if (framing.has_host && (framing.host.empty() || !syntax::all(framing.host, syntax::kHost)))
    return refuse("http.host", Fault::client, "malformed host field");
  head.expects_continue = framing.expects_continue && !head.http10;
  head.size = static_cast<size_t>(*behind - view.data());
  return settle(head, framing, head.http10, Fault::client);
}

Expected<bool> read_status(const char*& p, const char* end, int& status) {
  if (p == end) return false;
  if (*p != ' ') return refuse("http.syntax", Fault::server, "malformed status line");
  ++p;
  int number = 0;
  for (int digit = 0; digit < 3; ++digit, ++p) {
    if (p == end) return false;
    if (*p < '0' || *p > '9') return refuse("http.syntax", Fault::server, "malformed status");
    number = number * 10 + (*p - '0');
  }
  if (number < 100 || number > 599)
    return refuse("http.syntax", Fault::server, "status is not between 100 and 599");
  if (p == end) return false;
  // The space is due even before an empty reason, but some servers leave both out.
  if (*p != ' ' && *p != '\r') return refuse("http.syntax", Fault::server, "malformed status");
  p = syntax::skip_value(p, end);
  status = number;
  return true;
}

Expected<bool> parse_response(std::string_view view, HttpResponseHead& head,
                              const HttpLimits& limits) {
  const char* p = view.data();
  const char* const end = p + view.size();
  bool http10 = false;
  auto version = read_version(p, end, Fault::server, http10);
  if (!version || !*version) return version;
  auto status = read_status(p, end, head.status);
  if (!status || !*status) return status;
  auto line = read_line_end(p, end, Fault::server);
  if (!line || !*line) return line;

  Framing framing;
  auto behind = syntax::parse_fields(p, end, limits.headers, Fault::server, head.fields, framing);
  if (!behind) return std::unexpected(std::move(behind).error());
  if (*behind == nullptr) return false;
  head.size = static_cast<size_t>(*behind - view.data());
  return settle(head, framing, http10, Fault::server);
}
}  // namespace

Expected<bool> parse_request_head(std::string_view buffer, HttpRequestHead& head,
                                  const HttpLimits& limits) {
  head.fields.clear();
  head.http10 = head.expects_continue = head.chunked = false;
  head.keep_alive = true;
  head.content_length.reset();
  head.size = 0;
  // Only what the limit allows is looked at, so a large buffer is judged as its bytes arrive.
  auto parsed = parse_request(buffer.substr(0, limits.head_bytes), head, limits);
  if (parsed && !*parsed && buffer.size() >= limits.head_bytes)
    return refuse("http.head_size", Fault::client, "request head is too large");
  return parsed;
}

Expected<bool> parse_response_head(std::string_view buffer, HttpResponseHead& head,
                                   const HttpLimits& limits) {
  head.fields.clear();
  head.status = 0;
  head.chunked = false;
  head.keep_alive = true;
  head.content_length.reset();
  head.size = 0;
  auto parsed = parse_response(buffer.substr(0, limits.head_bytes), head, limits);
  if (parsed && !*parsed && buffer.size() >= limits.head_bytes)
    return refuse("http.head_size", Fault::server, "response head is too large");
  return parsed;
}

std::string_view method_text(HttpMethod method) {
  return method == HttpMethod::other ? "" : kMethods[static_cast<size_t>(method)];
}

}  // namespace doorward::wire
