// Response heads, and the heads that are written.
#include <gtest/gtest.h>

#include "wire/http.h"
#include "wire/http_write.h"

namespace doorward::wire {
namespace {
using namespace std::string_view_literals;

std::string outcome(std::string_view bytes) {
  HttpResponseHead head;
  const auto parsed = parse_response_head(bytes, head);
  if (!parsed) {
    EXPECT_EQ(parsed.error().fault, Fault::server);
    return parsed.error().code;
  }
  return *parsed ? std::to_string(head.status) : "partial";
}

const struct {
  std::string_view bytes;
  const char* outcome;
} kCases[] = {
    {"HTTP/1.1 200 OK\r\n\r\n"sv, "200"},
    {"HTTP/1.1 200 \r\n\r\n"sv, "200"},
    {"HTTP/1.1 200\r\n\r\n"sv, "200"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"sv, "100"},
    {"HTTP/1.0 404 Not Found\r\nContent-Length: 3\r\n\r\nabc"sv, "404"},
    {"HTTP/1.1 599 caf\xE9\r\n\r\n"sv, "599"},
    {"HTTP/1.1 200 OK\r\n"sv, "partial"},
    {"HTTP/1"sv, "partial"},
    {"\r\nHTTP/1.1 200 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/2.0 200 OK\r\n\r\n"sv, "http.version"},
    {"HTTP/1.1  200 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 20 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 2000 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 099 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 600 OK\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 200 O\0K\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 200 OK\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 200 OK\rX: y\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n"sv, "http.syntax"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"sv, "http.framing"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "http.framing"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"sv, "http.framing"},
    {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"sv, "http.framing"},
    {"SSH-2.0-x\r\n"sv, "http.syntax"},
};

TEST(HttpResponse, TableCutAnywhere) {
  for (const auto& one : kCases) {
    EXPECT_EQ(outcome(one.bytes), one.outcome) << one.bytes;
    for (size_t size = 0; size < one.bytes.size(); ++size) {
      const std::string here = outcome(one.bytes.substr(0, size));
      EXPECT_TRUE(here == "partial" || here == one.outcome) << one.bytes << " at " << size;
    }
  }
}

TEST(HttpResponse, Values) {
  HttpResponseHead head;
  auto parsed = parse_response_head(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nA: b\r\n\r\n", head);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_TRUE(head.chunked);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_EQ(head.field("a"), "b");
  parsed = parse_response_head("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", head);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_FALSE(head.chunked);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_EQ(head.content_length, 3U);
  EXPECT_EQ(head.size, 38U);
}

TEST(HttpWrite, ResponseBytes) {
  std::string out = "before";
  ASSERT_TRUE(append_response_head(out, {.status = 401,
                                         .content_type = "application/json",
                                         .content_length = 12,
                                         .keep_alive = false,
                                         .www_authenticate = "Bearer"}));
  EXPECT_EQ(out,
            "beforeHTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\nWWW-Authenticate: Bearer\r\nCache-Control: no-store\r\n"
            "Connection: close\r\n\r\n");
  out.clear();
  ASSERT_TRUE(append_response_head(out, {.content_type = "text/event-stream",
                                         .chunked = true,
                                         .session_id = "abc",
                                         .no_store = false,
                                         .event_stream = true,
                                         .extra_name = "Retry-After",
                                         .extra_value = "1"}));
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
            "Mcp-Session-Id: abc\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
            "Retry-After: 1\r\n\r\n");
  out.clear();
  ASSERT_TRUE(append_response_head(out, {.status = 204, .content_length = 0}));
  EXPECT_EQ(out.find("Content-Length"), std::string::npos);
}

TEST(HttpWrite, WhatIsWrittenParses) {
  std::string out;
  ASSERT_TRUE(append_request_head(out, {.method = "POST",
                                        .target = "/mcp?x=1",
                                        .host = "[::1]:8080",
                                        .fields = {{"Accept", "a/b, c/d"}, {"X", ""}},
                                        .content_length = 7}));
  HttpRequestHead head;
  const auto parsed = parse_request_head(out, head);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(head.size, out.size());
  EXPECT_EQ(head.target, "/mcp?x=1");
  EXPECT_EQ(head.field("host"), "[::1]:8080");
  EXPECT_EQ(head.field("accept"), "a/b, c/d");
  EXPECT_EQ(head.content_length, 7U);
}

TEST(HttpWrite, NoByteOfAValueEndsItsField) {
  for (const std::string_view bad : {"a\rb"sv, "a\nb"sv, "a\0b"sv, "a\r\nX: y"sv, "\x7F"sv}) {
    ResponseFrame frames[6];
    frames[0].content_type = frames[1].session_id = frames[2].www_authenticate = bad;
    frames[3].allow = bad;
    frames[4].extra_name = "X";
    frames[4].extra_value = bad;
    frames[5].extra_name = bad;
    for (const ResponseFrame& frame : frames) {
      std::string out = "before";
      const auto put = append_response_head(out, frame);
      ASSERT_FALSE(put);
      EXPECT_EQ(put.error().code, "http.field_value");
      EXPECT_EQ(out, "before");
    }
    const RequestFrame requests[] = {
        {.method = bad, .target = "/", .host = "a", .fields = {}},
        {.method = "GET", .target = bad, .host = "a", .fields = {}},
        {.method = "GET", .target = "/", .host = bad, .fields = {}},
        {.method = "GET", .target = "/", .host = "a", .fields = {{"X", bad}}},
        {.method = "GET", .target = "/", .host = "a", .fields = {{bad, "x"}}},
    };
    for (const RequestFrame& frame : requests) {
      std::string out = "before";
      const auto put = append_request_head(out, frame);
      ASSERT_FALSE(put);
      EXPECT_EQ(put.error().code, "http.field_value");
      EXPECT_EQ(out, "before");
    }
  }
}

TEST(HttpWrite, OneEndOnly) {
  std::string out;
  EXPECT_EQ(append_response_head(out, {.content_length = 1, .chunked = true}).error().code,
            "http.framing");
  EXPECT_EQ(
      append_response_head(out, {.extra_name = "content-LENGTH", .extra_value = "1"}).error().code,
      "http.framing");
  for (const char* name : {"Host", "content-length", "Transfer-Encoding"})
    EXPECT_EQ(append_request_head(
                  out, {.method = "GET", .target = "/", .host = "a", .fields = {{name, "1"}}})
                  .error()
                  .code,
              "http.framing");
  EXPECT_EQ(append_response_head(out, {.status = 42}).error().code, "http.field_value");
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace doorward::wire
