#include <gtest/gtest.h>

#include "wire/http.h"

namespace doorward::wire {
namespace {
using namespace std::string_view_literals;

TEST(Url, Authority) {
  const struct {
    std::string_view text;
    const char* host;  // null: refused
    uint16_t port;
  } cases[] = {
      {"example.com", "example.com", 0},
      {"EXAMPLE.com:8080", "example.com", 8080},
      {"localhost.", "localhost.", 0},
      {"a_b", "a_b", 0},
      {"127.0.0.1:1", "127.0.0.1", 1},
      {"[::1]", "[::1]", 0},
      {"[FE80::A]:65535", "[fe80::a]", 65535},
      {"[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", 0},
      {"1.2.3.4.example", "1.2.3.4.example", 0},
      {"", nullptr, 0},
      {":80", nullptr, 0},
      {"a:", nullptr, 0},
      {"a:0", nullptr, 0},
      {"a:65536", nullptr, 0},
      {"a:000080", nullptr, 0},
      {"a:+80", nullptr, 0},
      {"a:80:80", nullptr, 0},
      {"a b", nullptr, 0},
      {"u@a", nullptr, 0},
      {"a/b", nullptr, 0},
      {"a%2e", nullptr, 0},
      {"a\\b", nullptr, 0},
      {"a..b", nullptr, 0},
      {".", nullptr, 0},
      {"\xC3\xA9.example", nullptr, 0},
      {"a\0b"sv, nullptr, 0},
      {"::1", nullptr, 0},
      {"[::1", nullptr, 0},
      {"[::1]80", nullptr, 0},
      {"[::1%25lo]", nullptr, 0},
      {"[]", nullptr, 0},
      {"[1.2.3.4]", nullptr, 0},
      {"[::1\0]"sv, nullptr, 0},
      // What resolvers read as 127.0.0.1, in other spellings.
      {"2130706433", nullptr, 0},
      {"0x7f000001", nullptr, 0},
      {"0x7f.1", nullptr, 0},
      {"127.1", nullptr, 0},
      {"0177.0.0.1", nullptr, 0},
      {"127.0.0.01", nullptr, 0},
      {"127.0.0.256", nullptr, 0},
      {"127.0.0.0x1", nullptr, 0},
      {"127.0.0.1.", nullptr, 0},
      {"127.0.0.1.1", nullptr, 0},
  };
  for (const auto& one : cases) {
    const auto authority = parse_authority(one.text);
    ASSERT_EQ(authority.has_value(), one.host != nullptr) << one.text;
    if (!authority) continue;
    EXPECT_EQ(authority->host, one.host);
    EXPECT_EQ(authority->port, one.port) << one.text;
  }
  EXPECT_TRUE(parse_authority(std::string(253, 'a')));
  EXPECT_FALSE(parse_authority(std::string(254, 'a')));
}

TEST(Url, Parse) {
  const struct {
    std::string_view text;
    const char* outcome;  // "origin target" or the error's code
  } cases[] = {
      {"http://a", "http://a /"},
      {"HTTPS://A.example/x?y=z", "https://a.example /x?y=z"},
      {"http://a:80/", "http://a /"},
      {"https://a:443/", "https://a /"},
      {"https://a:80/", "https://a:80 /"},
      {"http://[::1]:8080/mcp", "http://[::1]:8080 /mcp"},
      {"http://a?q", "http://a /?q"},
      {"http://a/%41", "http://a /%41"},
      {"ftp://a/", "url.scheme"},
      {"javascript://a/", "url.scheme"},
      {"", "url.syntax"},
      {"a", "url.syntax"},
      {"//a/", "url.syntax"},
      {"://a/", "url.syntax"},
      {"http:/a/", "url.syntax"},
      {"http:///x", "url.syntax"},
      {"http://u:p@a/", "url.syntax"},
      {"http://a@b/", "url.syntax"},
      {"http://a/#f", "url.syntax"},
      {"http://a#f", "url.syntax"},
      {"http://a\\@b/", "url.syntax"},
      {"http://a/\\b", "url.syntax"},
      {"http://a/ b", "url.syntax"},
      {" http://a/", "url.scheme"},
      {"http://a/\r\nX: y", "url.syntax"},
      {"http://a/\0"sv, "url.syntax"},
      {"http://a/%", "url.syntax"},
      {"http://a/%0", "url.syntax"},
      {"http://a/%00", "url.syntax"},
      {"http://a/%zz", "url.syntax"},
      {"http://0x7f.1/", "url.syntax"},
      {"http://a:99999/", "url.syntax"},
      {"http://a:/", "url.syntax"},
  };
  for (const auto& one : cases) {
    const auto url = parse_url(one.text);
    EXPECT_EQ(url ? url->origin() + " " + url->target : url.error().code, one.outcome) << one.text;
  }
  EXPECT_EQ(parse_url("http://a")->port(), 80);
  EXPECT_EQ(parse_url("https://a")->port(), 443);
  EXPECT_EQ(parse_url("https://a:8443")->port(), 8443);
  EXPECT_EQ((Url{.scheme = "ftp", .authority = {.host = "a"}, .target = "/"}.port()), 0);
}

TEST(Url, Loopback) {
  for (const char* host : {"localhost", "LOCALHOST", "x.localhost", "127.0.0.1", "127.255.255.255",
                           "[::1]", "[0:0:0:0:0:0:0:1]"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const char* host :
       {"", "localhost.", ".localhost", "xlocalhost", "localhost.example", "128.0.0.1",
        "127.0.0.1.example", "127.1", "0.0.0.0", "[::]", "[::2]", "::1", "[::ffff:127.0.0.1]",
        "127.0.0.1:80", "a b.localhost", "a@.localhost"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

TEST(Url, PercentDecode) {
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("%C3%a9"), "\xC3\xA9");
  EXPECT_EQ(percent_decode("%2541"), "%41");
  EXPECT_EQ(percent_decode(""), "");
  for (const char* bad : {"%", "a%", "%4", "%4g", "%g4", "%00", "a%00b", "%%41", "%41%"})
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace doorward::wire
