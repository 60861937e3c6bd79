#include "guards/injection/url_scheme.h"

#include <gmock/gmock.h>

namespace doorward::guards {
namespace {

TEST(LinkFault, LetsClearPublicAddressesPass) {
  for (const std::string_view url :
       {"https://a.example", "https://a.example:8443/x?y=1#z", "HTTPS://A.EXAMPLE/",
        "http://localhost:3000/", "http://127.0.0.1/", "http://[::1]:80/x", "https://8.8.8.8/",
        "https://[2606:4700::1111]/", "https://127.0.0.1/", "https://x.10.example/"})
    EXPECT_EQ(fault_of_link(url), "") << url;
}

TEST(LinkFault, StopsEverythingElse) {
  for (const std::string_view url : {"",
                                     "a.example",
                                     "//a.example",
                                     "javascript:1",
                                     "\x01javascript:1",
                                     "java\nscript:1",
                                     "data:text/html,x",
                                     "file:///etc/passwd",
                                     "vbscript:1",
                                     "ftp://a.example/",
                                     "blob:x",
                                     "http://a.example/",
                                     "http://10.0.0.1/",
                                     "https://10.0.0.1/",
                                     "https://169.254.169.254/",
                                     "https://192.168.0.1:8080/",
                                     "https://172.31.255.255/",
                                     "https://100.64.0.1/",
                                     "https://0.0.0.0/",
                                     "https://224.0.0.1/",
                                     "https://2130706433/",
                                     "https://0x7f.1/",
                                     "https://127.1/",
                                     "https://[fe80::1]/",
                                     "https://[fd00::1]/",
                                     "https://[::ffff:10.0.0.1]/",
                                     "https://[2002:a00:1::]/",
                                     "https://user@a.example/",
                                     "https://a.example\\@b.example/",
                                     "https://",
                                     "https:a.example",
                                     "https:///a.example"})
    EXPECT_NE(fault_of_link(url), "") << url;
}

}  // namespace
}  // namespace doorward::guards
