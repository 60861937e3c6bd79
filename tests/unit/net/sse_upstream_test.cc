#include "net/upstream/sse_upstream.h"

#include <gmock/gmock.h>

namespace doorward::net {
namespace {

std::string target(std::string_view data) {
  const auto base = wire::parse_url("https://tickets.example/a/sse?x=1");
  return endpoint_target(*base, data).value_or("none");
}

TEST(EndpointTarget, IsSeenFromTheStreamsOwnAddress) {
  EXPECT_EQ(target("/messages?session=1"), "/messages?session=1");
  EXPECT_EQ(target("messages?session=1"), "/a/messages?session=1");
  EXPECT_EQ(target("https://tickets.example/b"), "/b");
  EXPECT_EQ(target("https://tickets.example:443/b"), "/b");
  EXPECT_EQ(target("HTTPS://TICKETS.EXAMPLE/b"), "/b");
}

TEST(EndpointTarget, OfAnotherOriginIsNone) {
  EXPECT_EQ(target("https://evil.example/b"), "none");
  EXPECT_EQ(target("https://tickets.example:8443/b"), "none");
  EXPECT_EQ(target("http://tickets.example/b"), "none");
  EXPECT_EQ(target("//evil.example/b"), "none");
  EXPECT_EQ(target("https://tickets.example@evil.example/b"), "none");
  EXPECT_EQ(target("https://tickets.example.evil.example/b"), "none");
  EXPECT_EQ(target("file:///etc/passwd"), "none");
  EXPECT_EQ(target("/a\r\nHost: evil.example"), "none");
  EXPECT_EQ(target(""), "none");
  EXPECT_EQ(target(std::string(5000, '/')), "none");
}

}  // namespace
}  // namespace doorward::net
