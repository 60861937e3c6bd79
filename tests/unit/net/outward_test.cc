// Which addresses are public, and whose word on the client counts.
#include <gmock/gmock.h>

#include "net/dial.h"
#include "net/forwarded.h"

namespace doorward::net {
namespace {

TEST(PublicAddress, IsGloballyReachable) {
  for (const char* text : {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
    EXPECT_TRUE(is_public(asio::ip::make_address(text))) << text;
  for (const char* text : {"127.0.0.1",
                           "10.1.2.3",
                           "172.16.0.1",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "198.18.0.1",
                           "192.0.2.1",
                           "203.0.113.9",
                           "::1",
                           "::",
                           "fe80::1",
                           "fd00:ec2::254",
                           "::ffff:8.8.8.8",
                           "64:ff9b::808:808",
                           "2002:808:808::",
                           "2001::1",
                           "2001:db8::1",
                           "3fff::1",
                           "ff02::1"})
    EXPECT_FALSE(is_public(asio::ip::make_address(text))) << text;
}

TEST(OperatorAddress, IsNeverWhatNoServerIs) {
  const auto may = [](const char* host, const char* address) {
    return operator_may_mean(host, asio::ip::make_address(address));
  };
  for (const char* address : {"8.8.8.8", "10.1.2.3", "192.168.1.1", "100.64.0.1", "fd12::1"})
    EXPECT_TRUE(may("tickets.example", address)) << address;
  for (const char* address :
       {"127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "169.254.0.1",
        "::ffff:169.254.169.254", "100.100.100.200", "fe80::1", "fd00:ec2::254", "0.0.0.0",
        "::", "224.0.0.1", "ff02::1", "255.255.255.255"})
    EXPECT_FALSE(may("tickets.example", address)) << address;
  EXPECT_TRUE(may("localhost", "::1") && may("127.0.0.1", "127.0.0.1") && may("[::1]", "::1"));
  EXPECT_FALSE(may("169.254.169.254", "169.254.169.254"));
  EXPECT_FALSE(may("localhost.evil.example", "127.0.0.1"));
}

TEST(Networks, AreAddressesAndRanges) {
  const auto known = Networks::parse({"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"});
  ASSERT_TRUE(known);
  for (const char* text : {"10.255.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8::1"})
    EXPECT_TRUE(known->contains(text)) << text;
  for (const char* text : {"11.0.0.1", "192.0.2.8", "2001:db9::1", "unix", ""})
    EXPECT_FALSE(known->contains(text)) << text;
  for (const char* text : {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129"})
    EXPECT_FALSE(Networks::parse({text})) << text;
}

class Seen : public testing::Test {
 protected:
  ClientSeen see(std::string_view peer, std::string_view fields) {
    text_ = "GET / HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
    EXPECT_TRUE(wire::parse_request_head(text_, head_).value_or(false));
    return client_seen(peer, false, head_, *Networks::parse({"10.0.0.0/24"}));
  }
  std::string text_;
  wire::HttpRequestHead head_;
};

TEST_F(Seen, AStrangersWordIsNothing) {
  const auto seen = see("10.0.1.1", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n");
  EXPECT_EQ(seen.address, "10.0.1.1");
  EXPECT_FALSE(seen.secure);
}

TEST_F(Seen, AProxySaysWhoCame) {
  EXPECT_EQ(see("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.2\r\n").address, "1.2.3.4");
  EXPECT_EQ(see("10.0.0.1", "X-Forwarded-For: 6.6.6.6, nonsense\r\n").address, "10.0.0.1");
  EXPECT_EQ(see("10.0.0.1", "").address, "10.0.0.1");
  EXPECT_TRUE(see("10.0.0.1", "").secure) << "it ends TLS, as the operator stated";
  EXPECT_TRUE(see("10.0.0.1", "X-Forwarded-Proto: HTTPS\r\n").secure);
  EXPECT_FALSE(see("10.0.0.1", "X-Forwarded-Proto: http\r\n").secure);
  EXPECT_FALSE(see("10.0.0.1", "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n").secure);
}

}  // namespace
}  // namespace doorward::net
