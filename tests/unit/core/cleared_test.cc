#include "core/cleared.h"

#include <gmock/gmock.h>

#include "fakes.h"

namespace doorward::core {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Cleared judged(const std::string& text) {
  Asked asked(text);
  auto made = Pipeline({}).clear(asked.exchange, asked.notes, asked.permits);
  EXPECT_TRUE(made);
  return std::move(*made);
}
const std::string kPing = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";

std::string whole(const Cleared& cleared) {
  return std::string(cleared.head()) + std::string(cleared.body());
}

TEST(Cleared, AResponseStatesItsLength) {
  wire::ResponseFrame frame;
  frame.content_type = "application/json";
  frame.content_length = 9999;  // the true one is stated, whatever was asked
  auto made = judged(kPing).as_response(std::move(frame));
  ASSERT_TRUE(made);
  EXPECT_THAT(made->head(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(made->head(), HasSubstr("Content-Length: 40\r\n"));
  EXPECT_EQ(made->body(), kPing);
  EXPECT_EQ(made->size(), whole(*made).size());
}

TEST(Cleared, ARequestStatesItsLengthOnPostOnly) {
  wire::RequestFrame post{
      .method = "POST", .target = "/mcp", .host = "h", .fields = {}, .content_length = {}};
  auto sent = judged(kPing).as_request(std::move(post));
  ASSERT_TRUE(sent);
  EXPECT_THAT(sent->head(), HasSubstr("Content-Length: 40\r\n"));
  wire::RequestFrame get{
      .method = "GET", .target = "/mcp", .host = "h", .fields = {}, .content_length = {}};
  auto asked = Cleared::nothing().as_request(std::move(get));
  ASSERT_TRUE(asked);
  EXPECT_THAT(std::string(asked->head()), testing::Not(HasSubstr("Content-Length")));
}

TEST(Cleared, AFieldThatWouldEndTheHeadIsRefused) {
  wire::ResponseFrame frame;
  frame.session_id = "a\r\nSet-Cookie: x";
  EXPECT_FALSE(judged(kPing).as_response(frame));
  EXPECT_FALSE(judged(kPing).as_stream_head(frame));
  wire::RequestFrame request{
      .method = "POST", .target = "/mcp", .host = "h\r\nX: y", .fields = {}, .content_length = {}};
  EXPECT_FALSE(judged(kPing).as_request(std::move(request)));
}

TEST(Cleared, AStreamHeadIsChunkedAndHasNoLength) {
  wire::ResponseFrame frame;
  frame.content_length = 3;
  auto made = Cleared::nothing().as_stream_head(std::move(frame));
  ASSERT_TRUE(made);
  EXPECT_THAT(made->head(), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(std::string(made->head()), testing::Not(HasSubstr("Content-Length")));
}

TEST(Cleared, ALineHasOneLineEnd) {
  const Cleared line =
      judged("{\"jsonrpc\":\"2.0\",\n \"id\":7,\r\n\"method\":\"ping\"}\n").as_line();
  EXPECT_EQ(line.body(), "{\"jsonrpc\":\"2.0\",  \"id\":7,  \"method\":\"ping\"} \n");
}

TEST(Cleared, AnEventIsOneWholeChunk) {
  const Cleared event =
      judged("{\"jsonrpc\":\"2.0\",\n\"id\":7,\"method\":\"ping\"}").as_event("3-1", 500);
  const std::string content =
      "id: 3-1\nretry: 500\ndata: {\"jsonrpc\":\"2.0\", \"id\":7,\"method\":\"ping\"}\n\n";
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", content.size());
  EXPECT_EQ(whole(event), size + content + "\r\n");
}

TEST(Cleared, AnEmptyEventPrimesAStream) {
  EXPECT_EQ(whole(Cleared::nothing().as_event("3-0", std::nullopt)), "f\r\nid: 3-0\ndata:\n\n\r\n");
}

TEST(Cleared, TheMarksOfTheProtocols) {
  EXPECT_EQ(whole(Cleared::keep_alive_comment()), "3\r\n:\n\n\r\n");
  EXPECT_EQ(whole(Cleared::last_chunk()), "0\r\n\r\n");
  EXPECT_EQ(whole(Cleared::continue_100()), "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(Cleared, ABatchIsAnArrayOfTheAnswers) {
  std::vector<Cleared> answers;
  EXPECT_EQ(Cleared::batch(answers).body(), "[]");
  answers.push_back(judged(kPing));
  EXPECT_EQ(Cleared::batch(answers).body(), "[" + kPing + "]");
  answers.push_back(judged(kPing));
  EXPECT_EQ(Cleared::batch(answers).body(), "[" + kPing + "," + kPing + "]");
}

TEST(Cleared, EveryFrameIsCountedWithAllItsBytesAndNothingElseIs) {
  uint64_t before = Cleared::made();
  const auto counted = [&before](const Cleared& cleared) {
    const uint64_t now = Cleared::made();
    const bool right = now - before == cleared.size();
    before = now;
    return right;
  };
  Cleared plain = judged(kPing);
  EXPECT_EQ(Cleared::made(), before);  // unframed
  static_cast<void>(plain.again());
  EXPECT_EQ(Cleared::made(), before);
  EXPECT_TRUE(counted(plain.again().as_line()));
  EXPECT_TRUE(counted(plain.again().as_event("1-1", std::nullopt)));
  EXPECT_TRUE(counted(*plain.again().as_response({})));
  EXPECT_TRUE(counted(*Cleared::nothing().as_stream_head({})));
  EXPECT_TRUE(counted(*plain.again().as_request(
      {.method = "POST", .target = "/", .host = "h", .fields = {}, .content_length = {}})));
  EXPECT_TRUE(counted(Cleared::keep_alive_comment()));
  EXPECT_TRUE(counted(Cleared::last_chunk()));
  EXPECT_TRUE(counted(Cleared::continue_100()));
  // A frame that was refused is none.
  wire::ResponseFrame bad;
  bad.session_id = "\n";
  EXPECT_FALSE(plain.again().as_response(bad));
  EXPECT_EQ(Cleared::made(), before);
}

}  // namespace
}  // namespace doorward::core
