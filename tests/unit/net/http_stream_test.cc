#include "net/http_stream.h"

#include "support.h"

namespace doorward::net {
namespace {

constexpr std::string_view kPost =
    "POST /mcp/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view kGet = "GET /mcp/b HTTP/1.1\r\nHost: localhost\r\n\r\n";

class HttpStreamTest : public testing::Test {
 protected:
  Later<Expected<bool>> read_head() { return begin(io, http.read_request_head(head, limits)); }
  Later<Expected<std::string>> read_body(BodyFrame frame, size_t limit = 1 << 20) {
    return begin(io, http.read_body(frame, limit));
  }
  static BodyFrame length(uint64_t bytes) {
    BodyFrame frame;
    frame.content_length = bytes;
    return frame;
  }
  static BodyFrame chunked() {
    BodyFrame frame;
    frame.chunked = true;
    return frame;
  }
  static std::string code(const Later<Expected<std::string>>& later) {
    if (!later->has_value()) return "not ended";
    return **later ? "read " + ***later : (*later)->error().code;
  }

  const wire::HttpLimits limits{};  // lives as long as the coroutines that refer to it
  asio::io_context io;
  Line line{io};
  HttpStream http{std::move(*line.near)};
  wire::HttpRequestHead head;
};

TEST_F(HttpStreamTest, ReadsAHeadThatComesByteByByte) {
  const auto read = read_head();
  line.send_by_bytes(kPost.substr(0, kPost.size() - 1));
  EXPECT_FALSE(read->has_value());
  line.send_by_bytes("\n");
  ASSERT_TRUE(read->has_value());
  ASSERT_TRUE(**read) << (*read)->error().what;
  EXPECT_TRUE(***read);
  EXPECT_EQ(head.path, "/mcp/a");
  EXPECT_TRUE(http.is_clean());
}

TEST_F(HttpStreamTest, ReadsRequestsThatFollowEachOtherInOnePiece) {
  const auto first = read_head();
  line.send(std::string(kPost) + "body" + std::string(kGet));
  ASSERT_TRUE(first->has_value());
  EXPECT_EQ(code(read_body(length(4))), "read body");
  EXPECT_FALSE(http.is_clean());
  http.finish_message();
  const auto second = read_head();
  ASSERT_TRUE(second->has_value() && **second && ***second);
  EXPECT_EQ(head.path, "/mcp/b");
  EXPECT_TRUE(http.is_clean());
}

TEST_F(HttpStreamTest, AHeadsViewsOutliveTheReadingOfItsBody) {
  const std::string large(200'000, 'x');
  for (const bool in_chunks : {false, true}) {
    asio::io_context loop;
    Line wire(loop);
    HttpStream stream(std::move(*wire.near));
    wire::HttpRequestHead kept;
    const auto read = begin(loop, stream.read_request_head(kept, limits));
    wire.send("POST /mcp/kept HTTP/1.1\r\nHost: localhost\r\nX-Kept: value\r\n" +
              std::string(in_chunks ? "Transfer-Encoding: chunked" : "Content-Length: 200000") +
              "\r\n\r\n");
    ASSERT_TRUE(read->has_value());
    const auto body =
        begin(loop, stream.read_body(in_chunks ? chunked() : length(200'000), 1 << 20));
    if (in_chunks) wire.send("30d40\r\n");
    for (size_t at = 0; at < large.size(); at += 20'000) wire.send(large.substr(at, 20'000));
    if (in_chunks) wire.send("\r\n0\r\n\r\n");
    EXPECT_EQ(code(body), "read " + large);
    EXPECT_EQ(kept.path, "/mcp/kept");
    EXPECT_EQ(kept.field("x-kept"), "value");
  }
}

TEST_F(HttpStreamTest, AnEndBeforeAHeadIsNone) {
  const auto read = read_head();
  line.hang_up();
  ASSERT_TRUE(read->has_value() && **read);
  EXPECT_FALSE(***read);
}

TEST_F(HttpStreamTest, AnEndInsideAHeadIsAnError) {
  const auto read = read_head();
  line.send("GET /mcp");
  line.hang_up();
  ASSERT_TRUE(read->has_value() && !**read);
  EXPECT_EQ((*read)->error().code, "net.closed");
}

TEST_F(HttpStreamTest, AHeadThatNeverEndsIsCutOff) {
  const auto read = read_head();
  for (int i = 0; i < 20 && !read->has_value(); ++i)
    line.send(i == 0 ? "GET / HTTP/1.1\r\nX: " : std::string(1000, 'x'));
  ASSERT_TRUE(read->has_value() && !**read);
  EXPECT_EQ((*read)->error().code, "http.head_size");
}

TEST_F(HttpStreamTest, ABodyOverItsLimitIsRefusedBeforeItIsRead) {
  EXPECT_EQ(code(read_body(length(1001), 1000)), "http.body_size");
  EXPECT_EQ(code(read_body(length(0), 0)), "read ");
  const auto whole = read_body(length(5), 5);
  line.send("12345");
  EXPECT_EQ(code(whole), "read 12345");
}

TEST_F(HttpStreamTest, ABodyThatEndsEarlyIsAnError) {
  const auto body = read_body(length(10));
  line.send("12345");
  line.hang_up();
  EXPECT_EQ(code(body), "net.closed");
}

TEST_F(HttpStreamTest, AChunkedBodyMayComeByteByByte) {
  const auto body = read_body(chunked());
  line.send_by_bytes("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(code(body), "read abcde");
}

TEST_F(HttpStreamTest, AChunkedBodyOverItsLimitIsRefused) {
  const auto body = read_body(chunked(), 6);
  line.send("4\r\nabcd\r\n");
  EXPECT_EQ(code(body), "not ended");
  line.send("4\r\nefgh\r\n");
  EXPECT_EQ(code(body), "http.body_size");
}

TEST_F(HttpStreamTest, BadChunksAreAnError) {
  const auto body = read_body(chunked());
  line.send("zz\r\n");
  EXPECT_EQ(code(body), "http.chunk");
}

TEST_F(HttpStreamTest, ABodyWithoutALengthEndsWithTheConnection) {
  BodyFrame frame;
  frame.until_close = true;
  const auto body = read_body(frame);
  line.send("all that ");
  line.send("comes");
  EXPECT_EQ(code(body), "not ended");
  line.hang_up();
  EXPECT_EQ(code(body), "read all that comes");
}

TEST_F(HttpStreamTest, HandsOutPiecesAsTheyCome) {
  http.begin_body(chunked());
  const auto first = begin(io, http.read_piece());
  EXPECT_EQ(code(first), "not ended");
  line.send("5\r\ndata:\r\n");
  EXPECT_EQ(code(first), "read data:");
  const auto last = begin(io, http.read_piece());
  line.send("0\r\n\r\n");
  EXPECT_EQ(code(last), "read ");
  EXPECT_EQ(code(begin(io, http.read_piece())), "read ");
}

TEST_F(HttpStreamTest, WhatFollowsAChunkedBodyIsTheNextHead) {
  const auto body = read_body(chunked());
  line.send("1\r\na\r\n0\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(code(body), "read a");
  http.finish_message();
  const auto next = read_head();
  ASSERT_TRUE(next->has_value() && **next);
  EXPECT_EQ(head.path, "/mcp/b");
}

TEST_F(HttpStreamTest, SkipsInformationalResponsesButNotForEver) {
  wire::HttpResponseHead answer;
  const auto read = begin(io, http.read_response_head(answer));
  line.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n");
  EXPECT_FALSE(read->has_value());
  line.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(read->has_value() && **read);
  EXPECT_EQ(answer.status, 202);

  const auto flood = begin(io, http.read_response_head(answer));
  for (int i = 0; i < 8; ++i) line.send("HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(flood->has_value() && !**flood);
  EXPECT_EQ((*flood)->error().code, "http.syntax");
}

TEST_F(HttpStreamTest, AResponseThatNeverComesIsAnError) {
  wire::HttpResponseHead answer;
  const auto read = begin(io, http.read_response_head(answer));
  line.hang_up();
  ASSERT_TRUE(read->has_value() && !**read);
  EXPECT_EQ((*read)->error().code, "net.closed");
}

TEST_F(HttpStreamTest, KnowsAnIdleConnection) {
  EXPECT_TRUE(http.stream().is_idle_and_open());
  line.send("x");
  EXPECT_FALSE(http.stream().is_idle_and_open());  // unread bytes belong to no request of ours
  line.hang_up();
  EXPECT_FALSE(http.stream().is_idle_and_open());
}

// Its content never comes: what it says of itself is enough.
TEST_F(HttpStreamTest, RefusesAChunkThatIsAnnouncedTooLarge) {
  const auto read = read_head();
  line.send("POST /mcp/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_TRUE(read->has_value());
  const auto body = read_body(chunked(), 1000);
  line.send("3E8\r\n" + std::string(1000, 'x') + "\r\n");
  EXPECT_EQ(code(body), "not ended");
  line.send("1\r\n");
  EXPECT_EQ(code(body), "http.body_size");
}

}  // namespace
}  // namespace doorward::net
