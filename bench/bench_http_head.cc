// Heads, chunks and events on the hot path: nanoseconds a call, median of fifteen rounds.
// Benches module: wire
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "wire/http.h"
#include "wire/http_write.h"
#include "wire/sse.h"

using namespace doorward::wire;

namespace {
constexpr std::string_view kRequest =
    "POST /mcp/files HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench-client/1.0\r\n"
    "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n"
    "MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: 0123456789abcdef0123456789abcdef\r\n"
    "Authorization: Bearer 0123456789abcdef012345\r\nContent-Length: 200\r\n\r\n";
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: "
    "0123456789abcdef0123456789abcdef\r\nDate: Tue, 24 Nov 2026 00:00:00 GMT\r\n"
    "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 200\r\n\r\n";

double thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
void measure(const char* name, size_t bytes, int calls, Work work) {
  std::array<double, 15> rounds{};
  for (double& round : rounds) {
    const double start = thread_ns();
    for (int i = 0; i < calls; ++i)
      if (!work()) std::abort();
    round = (thread_ns() - start) / calls;
  }
  std::ranges::sort(rounds);
  std::printf("%-28s %6zu bytes %9.1f ns (best %.1f)\n", name, bytes, rounds[7], rounds[0]);
}
}  // namespace

int main() {
  HttpRequestHead request;
  measure("request head", kRequest.size(), 50000, [&] {
    const auto parsed = parse_request_head(kRequest, request);
    return parsed && *parsed;
  });
  HttpResponseHead response;
  measure("response head", kResponse.size(), 50000, [&] {
    const auto parsed = parse_response_head(kResponse, response);
    return parsed && *parsed;
  });
  std::string out;
  measure("response head, written", 0, 50000, [&] {
    out.clear();
    return append_response_head(out, {.content_type = "application/json",
                                      .content_length = 200,
                                      .session_id = "0123456789abcdef0123456789abcdef"})
        .has_value();
  });
  const std::string content(4096, 'x');
  const std::string chunked = "1000\r\n" + content + "\r\n0\r\n\r\n";
  measure("chunked body", chunked.size(), 5000, [&] {
    ChunkedDecoder decoder;
    out.clear();
    return decoder.feed(chunked, out, 1 << 20).has_value() && decoder.done();
  });
  const std::string event = sse_event(content, "7");
  std::vector<SseEvent> events;
  measure("event parsed", event.size(), 5000, [&] {
    SseParser parser;
    events.clear();
    return parser.feed(event, events).has_value() && events.size() == 1;
  });
  measure("event written", event.size(), 5000,
          [&] { return sse_event(content, "7").size() == event.size(); });
  return 0;
}
