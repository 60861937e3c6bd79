// Request heads: what passes, what is refused and why, and that a cut anywhere changes nothing.
#include <gtest/gtest.h>

#include "wire/http.h"

namespace doorward::wire {
namespace {

// "whole", "partial" or the error's code.
std::string outcome(std::string_view bytes, const HttpLimits& limits = {}) {
  HttpRequestHead head;
  const auto parsed = parse_request_head(bytes, head, limits);
  if (!parsed) return parsed.error().code;
  return *parsed ? "whole" : "partial";
}

struct Case {
  const char* label;
  std::string_view bytes;
  const char* outcome;
};

using namespace std::string_view_literals;

const Case kCases[] = {
    {"plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "whole"},
    {"one empty line in front", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "whole"},
    {"body behind", "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"sv, "whole"},
    {"tab and latin-1 in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb \xE9\r\n\r\n"sv, "whole"},
    {"empty value", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \t \r\n\r\n"sv, "whole"},
    {"ipv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"sv, "whole"},
    {"1.0 without host", "GET / HTTP/1.0\r\n\r\n"sv, "whole"},
    {"unknown method", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"sv, "whole"},
    {"escape in path", "GET /a%20b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "whole"},
    {"stray percent in query", "GET /a?b=100% HTTP/1.1\r\nHost: a\r\n\r\n"sv, "whole"},
    {"chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"sv, "whole"},
    {"length of 19 digits",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n"sv, "whole"},
    {"nothing", ""sv, "partial"},
    {"no empty line", "GET / HTTP/1.1\r\nHost: a\r\n"sv, "partial"},
    {"half an empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r"sv, "partial"},

    {"two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"line feed in front", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"TLS client hello", "\x16\x03\x01\x02"sv, "http.syntax"},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, "http.target"},
    {"space in front", " GET / HTTP/1.1\r\n\r\n"sv, "http.syntax"},
    {"no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"two spaces", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"endless method", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"sv, "http.syntax"},
    {"0.9", "GET /\r\n"sv, "http.target"},
    {"absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"backslash", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"NUL in target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"UTF-8 in target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"DEL in target", "GET /\x7F HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"half an escape", "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"no hex escape", "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"escaped NUL", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "http.target"},
    {"version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"sv, "http.version"},
    {"version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"sv, "http.version"},
    {"version 1.11", "GET / HTTP/1.11\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"space behind version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"bare LF behind version", "GET / HTTP/1.1\nHost: a\r\n\r\n"sv, "http.syntax"},
    {"bare CR behind version", "GET / HTTP/1.1\rHost: a\r\n\r\n"sv, "http.syntax"},

    {"bare LF in fields", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"sv, "http.syntax"},
    {"bare LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n"sv, "http.syntax"},
    {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"sv, "http.syntax"},
    {"bare CR ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\rX"sv, "http.syntax"},
    {"NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"sv, "http.syntax"},
    {"control in a long value",
     "GET / HTTP/1.1\r\nHost: a\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x01\r\n\r\n"sv,
     "http.syntax"},
    {"DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: aaaaaaaaa\x7F\r\n\r\n"sv, "http.syntax"},
    {"control in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\x0BY: a\r\n\r\n"sv, "http.syntax"},
    {"obs-fold", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"sv, "http.syntax"},
    {"obs-fold with tab", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n"sv, "http.syntax"},
    {"fold in front", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"sv, "http.syntax"},
    {"space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"sv, "http.syntax"},
    {"no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n"sv, "http.syntax"},
    {"empty name", "GET / HTTP/1.1\r\n: a\r\n\r\n"sv, "http.syntax"},

    {"no host", "GET / HTTP/1.1\r\nX: a\r\n\r\n"sv, "http.host"},
    {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"sv, "http.host"},
    {"two hosts with 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"sv, "http.host"},
    {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"sv, "http.host"},
    {"host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"sv, "http.host"},
    {"host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"sv, "http.host"},
    {"host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv, "http.host"},
};

// Each is one field section that a lax parser and a strict one would frame differently.
const char* const kSmuggled[] = {
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 5",
    "Content-Length: 5\r\ncontent-length: 6",
    "Content-Length: 5, 5",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5 5",
    "Content-Length: 5;",
    "Content-Length: 5.0",
    "Content-Length:",
    "Content-Length: 10000000000000000000",
    "Content-Length: 00000000000000000005",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding:",
    "transfer-encoding: chunked\r\nTRANSFER-ENCODING: identity",
};

TEST(HttpRequest, Table) {
  for (const Case& one : kCases) EXPECT_EQ(outcome(one.bytes), one.outcome) << one.label;
}

TEST(HttpRequest, AmbiguousFraming) {
  for (const std::string fields : kSmuggled) {
    const std::string front = "POST / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(outcome(front + fields + "\r\n\r\n"), "http.framing") << fields;
    EXPECT_EQ(outcome("POST / HTTP/1.1\r\n" + fields + "\r\nHost: a\r\n\r\n"), "http.framing")
        << fields;
  }
  EXPECT_EQ(outcome("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "http.framing");
  // Names that hide from a comparison are refused by their own syntax.
  for (const char* name : {"Content-Length ", "Content Length",
                           "\x0B"
                           "Content-Length",
                           "Transfer-Encoding\t", "Transfer-Encoding\xA0"})
    EXPECT_EQ(outcome(std::string("POST / HTTP/1.1\r\nHost: a\r\n") + name + ": 5\r\n\r\n"),
              "http.syntax")
        << name;
}

// However the bytes arrive, the first outcome but "partial" is the outcome of the whole.
TEST(HttpRequest, CutAnywhere) {
  for (const Case& one : kCases) {
    bool settled = false;
    for (size_t size = 0; size <= one.bytes.size(); ++size) {
      const std::string here = outcome(one.bytes.substr(0, size));
      if (settled) {
        EXPECT_EQ(here, one.outcome) << one.label << " at " << size;
      } else if (here != "partial") {
        EXPECT_EQ(here, one.outcome) << one.label << " at " << size;
        settled = true;
      }
    }
    EXPECT_EQ(settled, std::string_view(one.outcome) != "partial") << one.label;
  }
}

TEST(HttpRequest, Values) {
  constexpr std::string_view kBytes =
      "POST /mcp/files?a=b?c HTTP/1.1\r\nHost: Example:8080\r\nContent-Length: 007\r\n"
      "X-One: \t v w \t\r\nX-Two: 1\r\nx-two: 2\r\nExpect: 100-Continue\r\n\r\n{}";
  HttpRequestHead head;
  const auto parsed = parse_request_head(kBytes, head);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(head.method, HttpMethod::post);
  EXPECT_EQ(head.target, "/mcp/files?a=b?c");
  EXPECT_EQ(head.path, "/mcp/files");
  EXPECT_EQ(head.query, "a=b?c");
  EXPECT_EQ(head.content_length, 7U);
  EXPECT_EQ(head.size, kBytes.size() - 2);
  EXPECT_EQ(head.fields.size(), 6U);
  EXPECT_EQ(head.field("HOST"), "Example:8080");
  EXPECT_EQ(head.field("x-one"), "v w");
  EXPECT_EQ(head.field("X-Two"), std::nullopt);
  EXPECT_EQ(head.count("X-Two"), 2U);
  EXPECT_EQ(head.field("X-Three"), std::nullopt);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.chunked);

  // The reused head keeps nothing of the one before.
  const auto again = parse_request_head("GET / HTTP/1.0\r\n\r\n", head);
  ASSERT_TRUE(again && *again);
  EXPECT_EQ(head.method, HttpMethod::get);
  EXPECT_EQ(head.query, "");
  EXPECT_EQ(head.content_length, std::nullopt);
  EXPECT_TRUE(head.fields.empty());
  EXPECT_FALSE(head.expects_continue);
  EXPECT_TRUE(head.http10);
  EXPECT_FALSE(head.keep_alive);
}

TEST(HttpRequest, KeepAlive) {
  const auto kept = [](std::string_view version, std::string_view fields) {
    HttpRequestHead head;
    const std::string bytes =
        "GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
    const auto parsed = parse_request_head(bytes, head);
    EXPECT_TRUE(parsed && *parsed) << bytes;
    return head.keep_alive;
  };
  EXPECT_TRUE(kept("HTTP/1.1", ""));
  EXPECT_FALSE(kept("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(kept("HTTP/1.1", "Connection: foo, Close\r\n"));
  EXPECT_FALSE(kept("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_TRUE(kept("HTTP/1.1", "Connection: closed\r\n"));
  EXPECT_FALSE(kept("HTTP/1.0", ""));
  EXPECT_TRUE(kept("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(kept("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(HttpRequest, Limits) {
  const HttpLimits limits{.head_bytes = 64, .headers = 3, .target_bytes = 8};
  EXPECT_EQ(outcome("GET /1234567 HTTP/1.1\r\nHost: a\r\n\r\n", limits), "whole");
  EXPECT_EQ(outcome("GET /12345678 HTTP/1.1\r\nHost: a\r\n\r\n", limits), "http.target");
  EXPECT_EQ(outcome("GET /12345678", limits), "http.target");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 1\r\n\r\n", limits), "whole");
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 1\r\nC", limits), "http.headers");
  std::string exact = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  exact.append(64 - 4 - exact.size(), 'x').append("\r\n\r\n");
  ASSERT_EQ(exact.size(), 64U);
  EXPECT_EQ(outcome(exact + "body", limits), "whole");
  exact.insert(exact.size() - 4, "x");
  EXPECT_EQ(outcome(exact, limits), "http.head_size");
  EXPECT_EQ(outcome(exact.substr(0, 63), limits), "partial");
  EXPECT_EQ(outcome(exact.substr(0, 64), limits), "http.head_size");
}

// The eight-bytes-a-step scan agrees with the byte rule for each byte at each offset.
TEST(HttpRequest, EachByteOfAValue) {
  for (size_t at = 0; at < 17; ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string value(17, 'x');
      value[at] = static_cast<char>(c);
      const bool allowed = c == '\t' || (c >= 0x20 && c != 0x7F);
      EXPECT_EQ(outcome("GET / HTTP/1.0\r\nX: " + value + "\r\n\r\n"),
                allowed ? "whole" : "http.syntax")
          << "byte " << c << " at " << at;
    }
  }
}

}  // namespace
}  // namespace doorward::wire
