#include "sandbox/egress.h"

#include <gtest/gtest.h>

namespace doorward::sandbox {
namespace {

using namespace std::string_view_literals;

TEST(CanonicalName, TakesOrdinaryNamesInLowerCase) {
  EXPECT_EQ(canonical_name("api.example.com"), "api.example.com");
  EXPECT_EQ(canonical_name("API.Example.COM"), "api.example.com");
  EXPECT_EQ(canonical_name("localhost"), "localhost");
  EXPECT_EQ(canonical_name("xn--bcher-kva.example"), "xn--bcher-kva.example");
  EXPECT_EQ(canonical_name("1.2.3.4.example"), "1.2.3.4.example");
}

TEST(CanonicalName, RefusesWhatTwoParsersCouldReadDifferently) {
  for (const auto bad : {""sv,
                         "."sv,
                         "a."sv,
                         ".a"sv,
                         "a..b"sv,
                         "a b"sv,
                         "evil\0.allowed.com"sv,
                         "a%2e.com"sv,
                         "user@host.com"sv,
                         "[::1]"sv,
                         "a/b"sv,
                         "a:80"sv,
                         "b\xC3\xBC.example"sv,
                         "-a.com"sv,
                         "a-.com"sv,
                         "a_b.com"sv,
                         "127.1"sv,
                         "2130706433"sv,
                         "0x7f000001"sv,
                         "0x7f.1"sv,
                         "1.2.3.0x4"sv,
                         "allowed.com\r\nHost: x"sv,
                         "a.com\n"sv,
                         "*.com"sv}) {
    EXPECT_EQ(canonical_name(bad), std::nullopt) << bad;
  }
  EXPECT_TRUE(canonical_name(std::string(63, 'a') + ".com"));
  EXPECT_FALSE(canonical_name(std::string(64, 'a') + ".com"));
}

TEST(CanonicalLiteral, HasOneSpelling) {
  EXPECT_EQ(canonical_literal("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(canonical_literal("2001:DB8:0::1"), "2001:db8::1");
  for (const auto bad : {"127.1"sv, "0177.0.0.1"sv, "0x7f.0.0.1"sv, "2130706433"sv, "[::1]"sv,
                         "fe80::1%eth0"sv, "1.2.3.4\0"sv, " 1.2.3.4"sv, "1.2.3.4 "sv, ""sv}) {
    EXPECT_EQ(canonical_literal(bad), std::nullopt) << bad;
  }
}

TEST(ParseTarget, NeedsHostAndPort) {
  const auto good = parse_target("Api.Example:443");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->host, "api.example");
  EXPECT_EQ(good->port, 443);
  EXPECT_EQ(parse_target("[2001:db8::1]:443")->host, "2001:db8::1");
  for (const auto bad : {"api.example"sv, "api.example:"sv, "api.example:0"sv, ":443"sv,
                         "api.example:65536"sv, "api.example:+443"sv, "api.example:0443"sv,
                         "api.example:443x"sv, "api.example:443 "sv, "a:b:443"sv, "::1:443"sv,
                         "[127.0.0.1]:443"sv, "[::1]"sv, "[::1:443"sv, "u@api.example:443"sv}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

TEST(Permits, ExactNamesAndPorts) {
  const std::vector<NetworkRule> rules = {
      {"api.example", 443}, {"*.cdn.example", 443}, {"203.0.113.9", 80}, {"127.0.0.1", 5432, true}};
  EXPECT_TRUE(permits(rules, {"api.example", 443}));
  EXPECT_TRUE(permits(rules, {"a.b.cdn.example", 443}));
  EXPECT_TRUE(permits(rules, {"203.0.113.9", 80}));
  EXPECT_FALSE(permits(rules, {"api.example", 80}));
  EXPECT_FALSE(permits(rules, {"evil.api.example", 443}));
  EXPECT_FALSE(permits(rules, {"api.example.evil", 443}));
  EXPECT_FALSE(permits(rules, {"evilcdn.example", 443}));
  EXPECT_FALSE(permits(rules, {"cdn.example", 443}));
  EXPECT_FALSE(permits(rules, {".cdn.example", 443}));
  EXPECT_FALSE(permits(rules, {"127.0.0.1", 5432})) << "a forward is no target of the proxy";
  EXPECT_FALSE(permits({}, {"api.example", 443}));
}

TEST(PlaceOf, DecodesEveryDisguise) {
  const std::pair<const char*, Place> cases[] = {
      {"93.184.216.34", Place::global},
      {"2606:2800:220:1::1", Place::global},
      {"127.0.0.1", Place::loopback},
      {"127.255.0.9", Place::loopback},
      {"::1", Place::loopback},
      {"::ffff:127.0.0.1", Place::loopback},
      {"::127.0.0.1", Place::loopback},
      {"0.0.0.0", Place::reserved},
      {"::", Place::reserved},
      {"10.1.2.3", Place::private_},
      {"172.16.0.1", Place::private_},
      {"172.31.255.255", Place::private_},
      {"172.32.0.1", Place::global},
      {"192.168.1.1", Place::private_},
      {"100.64.0.1", Place::private_},
      {"100.128.0.1", Place::global},
      {"fd12::1", Place::private_},
      {"fc00::1", Place::private_},
      {"fec0::1", Place::private_},
      {"169.254.1.1", Place::link_local},
      {"fe80::1", Place::link_local},
      {"169.254.169.254", Place::metadata},
      {"::ffff:169.254.169.254", Place::metadata},
      {"::ffff:a9fe:a9fe", Place::metadata},
      {"64:ff9b::a9fe:a9fe", Place::metadata},
      {"2002:a9fe:a9fe::1", Place::metadata},
      {"fd00:ec2::254", Place::metadata},
      {"100.100.100.200", Place::metadata},
      {"2002:7f00:1::", Place::loopback},
      {"64:ff9b::10.0.0.1", Place::private_},
      {"2001:0:1:2:3:4:80ff:fffe", Place::loopback},
      {"224.0.0.1", Place::multicast},
      {"ff02::1", Place::multicast},
      {"255.255.255.255", Place::reserved},
      {"192.0.2.1", Place::reserved},
      {"2001:db8::1", Place::reserved},
      {"example.com", Place::invalid},
      {"127.1", Place::invalid},
  };
  for (const auto& [text, place] : cases) EXPECT_EQ(place_of(text), place) << text;
}

TEST(MayDial, PrivateOnlyWhereTheLiteralIsListed) {
  const NetworkRule name{"api.example", 443};
  EXPECT_TRUE(may_dial(name, "93.184.216.34"));
  EXPECT_FALSE(may_dial(name, "10.0.0.1")) << "a name that was rebound";
  EXPECT_FALSE(may_dial(name, "127.0.0.1"));
  EXPECT_FALSE(may_dial(name, "169.254.169.254"));
  EXPECT_TRUE(may_dial({"10.0.0.1", 5432}, "10.0.0.1"));
  EXPECT_FALSE(may_dial({"10.0.0.1", 5432}, "10.0.0.2"));
  EXPECT_TRUE(may_dial({"127.0.0.1", 5432, true}, "127.0.0.1"));
  EXPECT_TRUE(may_dial({"localhost", 5432, true}, "::1"));
  EXPECT_FALSE(may_dial({"localhost", 5432, true}, "10.0.0.1"));
  EXPECT_FALSE(may_dial({"127.0.0.1", 5432}, "127.0.0.1"));
  EXPECT_FALSE(may_dial({"169.254.169.254", 80}, "169.254.169.254"));
}

TEST(CheckRule, RefusesWhatCouldNeverBeMeant) {
  EXPECT_TRUE(check_rule({"api.example", 443}));
  EXPECT_TRUE(check_rule({"*.api.example", 443}));
  EXPECT_TRUE(check_rule({"127.0.0.1", 5432, true}));
  EXPECT_TRUE(check_rule({"localhost", 5432, true}));
  for (const NetworkRule& bad : std::vector<NetworkRule>{{"api.example", 0},
                                                         {"API.example", 443},
                                                         {"*", 443},
                                                         {"*.com", 443},
                                                         {"a.*.com", 443},
                                                         {"*.api.example", 443, true},
                                                         {"127.0.0.1", 80},
                                                         {"localhost", 80},
                                                         {"169.254.169.254", 80},
                                                         {"169.254.169.254", 80, true},
                                                         {"::ffff:169.254.169.254", 80},
                                                         {"2001:DB8::1", 80},
                                                         {"a b", 80},
                                                         {"api.example.", 443}}) {
    EXPECT_FALSE(check_rule(bad)) << bad.host;
  }
}

}  // namespace
}  // namespace doorward::sandbox
