#include "policy/resource_forms.h"

#include <gtest/gtest.h>

namespace doorward::policy {
namespace {

TEST(ResourceForms, SpellingsOfOneHaveOneForm) {
  for (const std::string_view uri :
       {"file:///pub/secret/k", "FILE:///pub/secret/k", "file://localhost/pub/secret/k",
        "file:/pub/secret/k", "file:///pub//secret/k", "file:///pub/./secret/k",
        "file:///pub/%73ecret/k", "file:///pub/s%65cret/k", "file:///pub/secret/k?"}) {
    const auto forms = resource_forms(uri);
    ASSERT_TRUE(forms) << uri;
    EXPECT_EQ(forms->canonical, "file:///pub/secret/k") << uri;
  }
  EXPECT_EQ(resource_forms("https://Docs.Example:443/A//b")->canonical, "https://docs.example/A/b");
  EXPECT_EQ(resource_forms("memo://ProjectA/X")->canonical, "memo://projecta/X");
  EXPECT_EQ(resource_forms("note 1")->canonical, "note 1");
}

TEST(ResourceForms, WhatIsCutAndWhatIsNear) {
  const auto file = resource_forms("file:///a/b/?q=1#f");
  EXPECT_EQ(file->canonical, "file:///a/b/?q=1#f");
  EXPECT_EQ(file->cut, (std::vector<std::string>{"file:///a/b/?q=1", "file:///a/b/"}));
  EXPECT_EQ(file->near, std::vector<std::string>{"file:///a/b"});
  const auto page = resource_forms("https://u@h.example/a?q=1");
  EXPECT_TRUE(page->cut.empty());
  EXPECT_EQ(page->near,
            (std::vector<std::string>{"https://u@h.example/a", "https://h.example/a?q=1",
                                      "https://h.example/a"}));
  EXPECT_TRUE(resource_forms("file:///a/b")->near.empty());
}

TEST(ResourceForms, AmbiguousOnesHaveNone) {
  for (const std::string_view uri :
       {"", " file:///a", "file:///a ", "file:///a/../b", "file:///a/..", "file:///a/%2e%2e/b",
        "file:///a%2fb", "file:///a\\b", "file:///a%5cb", "file:///a%00", "file:///a%0ab",
        "file:///a\nb", "file:///100%", "file:///%zz", "file:///a%2541"})
    EXPECT_FALSE(resource_forms(uri)) << uri;
  for (const std::string_view uri : {"file:///a/..b", "file:///a/b...", "file:///a%20b", "a b"})
    EXPECT_TRUE(resource_forms(uri)) << uri;
}

TEST(ResourceForms, GlobsGetTheFormOfTheirMatches) {
  EXPECT_EQ(canonical_glob("file:///pub/my%20notes/*"), "file:///pub/my notes/*");
  EXPECT_EQ(canonical_glob("FILE:///pub//a/*"), "file:///pub/a/*");
  EXPECT_EQ(canonical_glob("memo://ProjectA/*"), "memo://projecta/*");
  for (const std::string_view same :
       {"file:///pub/*", "*", "*.heldp", "files.Payroll", "*://host/*", "held://*", "https://h*"})
    EXPECT_EQ(canonical_glob(same), same);
}

}  // namespace
}  // namespace doorward::policy
