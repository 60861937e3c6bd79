// Chunked bodies: each case is fed whole, byte by byte and cut in two at every place.
#include <gtest/gtest.h>

#include "wire/http.h"

namespace doorward::wire {
namespace {
using namespace std::string_view_literals;

struct Outcome {
  std::string end;  // "done", "more" or the error's code
  std::string content;
  size_t used = 0;
  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.end << " after " << outcome.used << ": " << outcome.content;
}

Outcome decode(std::initializer_list<std::string_view> pieces, size_t limit) {
  ChunkedDecoder decoder;
  Outcome outcome;
  for (const std::string_view piece : pieces) {
    const auto used = decoder.feed(piece, outcome.content, limit);
    if (!used) return {used.error().code, outcome.content, 0};
    outcome.used += *used;
  }
  outcome.end = decoder.done() ? "done" : "more";
  return outcome;
}

Outcome decode_bytes(std::string_view bytes, size_t limit) {
  ChunkedDecoder decoder;
  Outcome outcome;
  for (size_t i = 0; i < bytes.size() && !decoder.done(); ++i) {
    const auto used = decoder.feed(bytes.substr(i, 1), outcome.content, limit);
    if (!used) return {used.error().code, outcome.content, 0};
    outcome.used += *used;
  }
  outcome.end = decoder.done() ? "done" : "more";
  return outcome;
}

const std::string kLongExtension = "1;" + std::string(256, 'x') + "\r\na\r\n0\r\n\r\n";
const std::string kTooLongExtension = "1;" + std::string(257, 'x') + "\r\na\r\n0\r\n\r\n";
const std::string kLongTrailer = "0\r\nX: " + std::string(4096 - 7, 'x') + "\r\n\r\n";
const std::string kTooLongTrailer = "0\r\nX: " + std::string(4096 - 6, 'x') + "\r\n\r\n";

const struct {
  std::string_view bytes;
  const char* end;
  const char* content;
} kCases[] = {
    {"5\r\nhello\r\n0\r\n\r\n"sv, "done", "hello"},
    {"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET / HTTP/1.1"sv, "done", "hello!"},
    {"0\r\n\r\n"sv, "done", ""},
    {"00a\r\n0123456789\r\n000\r\n\r\n"sv, "done", "0123456789"},
    {"A\r\n0123456789\r\n0\r\n\r\n"sv, "done", "0123456789"},
    {"2;a=b;c=\"d e\"\r\nhi\r\n0;x\r\n\r\n"sv, "done", "hi"},
    {"2\r\nhi\r\n0\r\nX-Trailer: v\r\nY:\r\n\r\n"sv, "done", "hi"},
    {"2\r\n\r\n\r\n0\r\n\r\n"sv, "done", "\r\n"},
    {"0000000000000001\r\na\r\n0\r\n\r\n"sv, "done", "a"},
    {kLongExtension, "done", "a"},
    {kLongTrailer, "done", ""},
    {"2\r\nhi\r\n0\r\n"sv, "more", "hi"},
    {"2\r\nh"sv, "more", "h"},
    {"00000000000000001\r\na\r\n0\r\n\r\n"sv, "http.chunk", ""},
    {"FFFFFFFFFFFFFFFF\r\n"sv, "http.body_size", ""},
    {"1FFFFFFFFFFFFFFFF\r\n"sv, "http.chunk", ""},
    {"1\r\na\r\nFFFFFFFFFFFFFFFF\r\n"sv, "http.body_size", "a"},
    {"101\r\n"sv, "http.body_size", ""},
    {"-1\r\n"sv, "http.chunk", ""},
    {"+1\r\na\r\n"sv, "http.chunk", ""},
    {"0x1\r\na\r\n"sv, "http.chunk", ""},
    {" 1\r\na\r\n"sv, "http.chunk", ""},
    {"1 \r\na\r\n"sv, "http.chunk", ""},
    {"1 ;x\r\na\r\n"sv, "http.chunk", ""},
    {"\r\n"sv, "http.chunk", ""},
    {";x\r\n"sv, "http.chunk", ""},
    {"g\r\n"sv, "http.chunk", ""},
    {"1\na\r\n"sv, "http.chunk", ""},
    {"1\rXa\r\n"sv, "http.chunk", ""},
    {"1;x\na\r\n"sv, "http.chunk", ""},
    {"1;x\ry\r\na\r\n"sv, "http.chunk", ""},
    {"1;\0\r\na\r\n"sv, "http.chunk", ""},
    {"1\r\nab\r\n"sv, "http.chunk", "a"},
    {"1\r\na\n0\r\n\r\n"sv, "http.chunk", "a"},
    {"1\r\na\rX"sv, "http.chunk", "a"},
    {"0\r\nno colon\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\nname\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\n: v\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\nX : v\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\n folded\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\nX: v\n\r\n"sv, "http.chunk", ""},
    {"0\r\nX: \0\r\n\r\n"sv, "http.chunk", ""},
    {"0\r\n\n"sv, "http.chunk", ""},
    {"0\r\n\rX"sv, "http.chunk", ""},
    {kTooLongExtension, "http.chunk", ""},
    {kTooLongTrailer, "http.chunk", ""},
};

TEST(ChunkedDecoder, TableInAllCuts) {
  constexpr size_t kLimit = 256;
  for (const auto& one : kCases) {
    const Outcome whole = decode({one.bytes}, kLimit);
    EXPECT_EQ(whole.end, one.end) << one.bytes;
    EXPECT_EQ(whole.content, one.content) << one.bytes;
    EXPECT_EQ(decode_bytes(one.bytes, kLimit), whole) << one.bytes;
    for (size_t cut = 0; cut <= one.bytes.size(); ++cut)
      EXPECT_EQ(decode({one.bytes.substr(0, cut), one.bytes.substr(cut)}, kLimit), whole)
          << one.bytes << " cut at " << cut;
  }
}

TEST(ChunkedDecoder, LimitIsOfAllContent) {
  constexpr std::string_view kBytes = "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
  EXPECT_EQ(decode({kBytes}, 6).end, "done");
  EXPECT_EQ(decode({kBytes}, 5).end, "http.body_size");
  EXPECT_EQ(decode({"0\r\n\r\n"}, 0).end, "done");
}

TEST(ChunkedDecoder, ConsumesNothingBehindTheEnd) {
  ChunkedDecoder decoder;
  std::string out;
  EXPECT_EQ(decoder.feed("1\r\na\r\n0\r\n\r\nGET", out, 10).value_or(99), 11U);
  EXPECT_TRUE(decoder.done());
  EXPECT_EQ(decoder.feed("GET", out, 10).value_or(99), 0U);
}

TEST(ChunkedDecoder, StaysFailed) {
  ChunkedDecoder decoder;
  std::string out;
  EXPECT_FALSE(decoder.feed("x", out, 10));
  EXPECT_FALSE(decoder.feed("0\r\n\r\n", out, 10));
  EXPECT_FALSE(decoder.done());
}

}  // namespace
}  // namespace doorward::wire
