#include "wire/uri_template.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::wire {
namespace {

// The last of a pair of columns: whether RFC 6570 lets the template put out the URI.
TEST(UriTemplate, TakesWhatItCouldPutOut) {
  const struct {
    std::string_view pattern, uri;
    bool fits;
  } cases[] = {
      {"note://one", "note://one", true},
      {"note://one", "note://one/", false},
      {"note://{id}", "note://7", true},
      {"note://{id}", "note://a%2Fb", true},
      {"note://{id}", "note://a/b", false},
      {"note://{id}/text", "note://7/text", true},
      {"note://{id}/text", "note://7/8/text", false},
      {"note://{a}-{b}", "note://x-y-z", true},
      {"file:///{+path}", "file:///a/b.txt", true},
      {"file:///{+path}", "http:///a", false},
      {"db://t{/table}", "db://t/users", true},
      {"db://t{/table}", "db://tusers", false},
      {"q://s{?name,page}", "q://s?name=a&page=2", true},
      {"q://s{?name,page}", "q://s", true},
      {"q://s{?name}", "q://s/x", false},
      {"q://s?a=1{&b}", "q://s?a=1&b=2", true},
      {"q://{a,b}", "q://1,2", true},
      {"q://s{#part}", "q://s#top/x", true},
      {"q://s{;p}", "q://s;p=1", true},
  };
  for (const auto& it : cases)
    EXPECT_EQ(fits_template(it.uri, it.pattern), it.fits) << it.pattern << " " << it.uri;
}

TEST(UriTemplate, WhatIsNoTemplatePutsOutNothing) {
  for (const std::string_view pattern : {"a{", "a}", "a{b{c}}", "a{}", "{"})
    EXPECT_FALSE(fits_template(pattern, pattern)) << pattern;
  EXPECT_FALSE(fits_template("a", std::string(1025, 'a')));
  EXPECT_FALSE(fits_template(std::string(8193, 'a'), "{a}"));
}

TEST(UriTemplate, ManyExpressionsCostNoMoreThanTheirNumber) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "{+a}";
  EXPECT_FALSE(fits_template(std::string(8000, 'a') + "\n", pattern + "x"));
  EXPECT_TRUE(fits_template(std::string(8000, 'a'), pattern));
}

}  // namespace
}  // namespace doorward::wire
