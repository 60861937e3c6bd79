// Event streams: each case is fed whole, byte by byte and cut in two at every place.
#include "wire/sse.h"

#include <gtest/gtest.h>

namespace doorward::wire {
namespace {
using namespace std::string_view_literals;

// One line of text for all that was parsed, the error's code at its end.
std::string parse(const std::vector<std::string_view>& pieces, size_t limit = 64) {
  SseParser parser(limit);
  std::vector<SseEvent> events;
  std::string error;
  for (const std::string_view piece : pieces) {
    if (const auto fed = parser.feed(piece, events); !fed) {
      error = fed.error().code;
      break;
    }
  }
  std::string text;
  for (const SseEvent& event : events) {
    text += "{";
    if (!event.event.empty()) text += event.event + "|";
    text += event.has_data ? event.data : "-";
    if (event.id) text += "|id=" + *event.id;
    if (event.retry) text += "|retry=" + std::to_string(*event.retry);
    text += "}";
  }
  return text + error;
}

const struct {
  std::string_view bytes;
  std::string_view events;
} kCases[] = {
    {"data: a\n\n"sv, "{a}"sv},
    {"data:a\r\n\r\n"sv, "{a}"sv},
    {"data: a\r\r"sv, "{a}"sv},
    {"data: a\r\n\rdata: b\n\r\n"sv, "{a}{b}"sv},
    {"\xEF\xBB\xBF"
     "data: a\n\n"sv,
     "{a}"sv},
    {"\n\xEF\xBB\xBF"
     "data: a\n\n"sv,
     ""sv},
    {"data:  a\n\n"sv, "{ a}"sv},
    {"data: a\ndata: b\ndata:\ndata: c\n\n"sv, "{a\nb\n\nc}"sv},
    {"data\n\n"sv, "{}"sv},
    {"data\ndata\n\n"sv, "{\n}"sv},
    {"data:\n\ndata: x"sv, "{}"sv},
    {"data: x\n"sv, ""sv},
    {": ping\n\n"sv, ""sv},
    {":\n:\ndata: a\n: b\n\n"sv, "{a}"sv},
    {"event: e\ndata: a\nid: 7\nretry: 10\n\n"sv, "{e|a|id=7|retry=10}"sv},
    {"event: e\n\ndata: a\n\n"sv, "{a}"sv},
    {"event: e\nevent\ndata: a\n\n"sv, "{a}"sv},
    {"id: 7\nretry: 10\n\n"sv, "{-|id=7|retry=10}"sv},
    {"id: 7\ndata:\n\ndata: b\n\n"sv, "{|id=7}{b}"sv},
    {"id\ndata: a\n\n"sv, "{a|id=}"sv},
    {"id: a\0b\ndata: a\n\n"sv, "{a}"sv},
    {"retry: 1x\ndata: a\n\n"sv, "{a}"sv},
    {"retry: -1\n\n"sv, ""sv},
    {"retry:\n\n"sv, ""sv},
    {"retry: 4294967295\n\n"sv, "{-|retry=4294967295}"sv},
    {"retry: 4294967296\n\n"sv, ""sv},
    {"Data: a\n data: b\ndatax: c\n\n"sv, ""sv},
    {"data: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n\n"sv,
     "{\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80}"sv},
    {"data: a\n\ndata: \xC3\n\n"sv, "{a}sse.utf8"sv},
    {"data: \xC0\x80\n\n"sv, "sse.utf8"sv},
    {"data: \xED\xA0\x80\n\n"sv, "sse.utf8"sv},
    {"data: \xE0\x80\x80\n\n"sv, "sse.utf8"sv},
    {"data: \xF0\x80\x80\x80\n\n"sv, "sse.utf8"sv},
    {"data: \xF4\x90\x80\x80\n\n"sv, "sse.utf8"sv},
    {"data: \xF8\x88\x80\x80\x80\n\n"sv, "sse.utf8"sv},
    {"data: \x80\n\n"sv, "sse.utf8"sv},
    {": \xFF\n\n"sv, "sse.utf8"sv},
    {"data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n"sv,
     "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"sv},
    {"data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n"sv, "sse.event_size"sv},
    {"data: a\n\ndata: aaaaaaaaaaaaaaaaaaaaaaaaaa\ndata: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
     "data: aaaaaaaaaa\n\n"sv,
     "{a}sse.event_size"sv},
    {"id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nevent: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
     "data: a\n\n"sv,
     "sse.event_size"sv},
};

TEST(SseParser, TableInAllCuts) {
  for (const auto& one : kCases) {
    EXPECT_EQ(parse({one.bytes}), one.events) << one.bytes;
    std::vector<std::string_view> bytes;
    for (size_t i = 0; i < one.bytes.size(); ++i) bytes.push_back(one.bytes.substr(i, 1));
    EXPECT_EQ(parse(bytes), one.events) << one.bytes;
    for (size_t cut = 0; cut <= one.bytes.size(); ++cut)
      EXPECT_EQ(parse({one.bytes.substr(0, cut), one.bytes.substr(cut)}), one.events)
          << one.bytes << " cut at " << cut;
  }
}

TEST(SseParser, ManyEventsAreNotOneEvent) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "data: 0123456789\n\n";
  SseParser parser(64);
  std::vector<SseEvent> events;
  ASSERT_TRUE(parser.feed(many, events));
  EXPECT_EQ(events.size(), 1000U);
}

// A line end is found at each offset of the eight-bytes-a-step scan.
TEST(SseParser, LineEndAtEachOffset) {
  for (const char* end : {"\n", "\r", "\r\n"}) {
    for (size_t size = 0; size < 34; ++size) {
      const std::string data(size, '\x0B');
      EXPECT_EQ(parse({"data: " + data + end + end}), "{" + data + "}") << size;
    }
  }
}

TEST(SseEvent, Bytes) {
  EXPECT_EQ(sse_event("{}"), "data: {}\n\n");
  EXPECT_EQ(sse_event("a\nb\r\nc\rd\n", "7", 10),
            "id: 7\nretry: 10\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
  EXPECT_EQ(sse_event("", "7"), "id: 7\ndata: \n\n");
  EXPECT_EQ(sse_event("x", "7\ndata: forged"), "data: x\n\n");
  EXPECT_EQ(sse_event("x", "7\rdata: forged"), "data: x\n\n");
}

TEST(SseEvent, ParsesBack) {
  for (const std::string_view data : {""sv, "a"sv, " a"sv, "a\nb"sv, "\n\n"sv, ":x"sv, "id: 1"sv})
    EXPECT_EQ(parse({sse_event(data, "i", 3)}), "{" + std::string(data) + "|id=i|retry=3}");
}

}  // namespace
}  // namespace doorward::wire
