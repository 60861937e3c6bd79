// Names of the merged endpoint as `net` uses them.
#include "app/merged_naming.h"

#include <gtest/gtest.h>

namespace doorward::app {
namespace {

using net::Address;

TEST(MergedNaming, FindsTheServerOfAName) {
  const auto naming = merged_naming();
  const auto table = naming.table({{"files", "read"}, {"mail", "read"}});
  EXPECT_EQ(naming.merge("files", "read"), "files__read");
  ASSERT_NE(table->find("mail__read"), nullptr);
  EXPECT_EQ(*table->find("mail__read"), (Address{"mail", "read"}));
  EXPECT_EQ(table->find("files__write"), nullptr);
  EXPECT_FALSE(table->is_look_alike("files__write"));
  EXPECT_FALSE(table->is_look_alike("mail__read"));
}

TEST(MergedNaming, ANameThatCouldBeTwoIsNone) {
  const auto table = merged_naming().table({{"a", "_b"}, {"a_", "b"}, {"a", "c"}});
  EXPECT_EQ(table->find("a___b"), nullptr);
  EXPECT_TRUE(table->is_look_alike("a___b"));
  EXPECT_NE(table->find("a__c"), nullptr);
}

TEST(MergedNaming, ANameThatLooksLikeAnotherIsKnownAsSuch) {
  const auto table = merged_naming().table({{"files", "read"}});
  EXPECT_TRUE(table->is_look_alike("files__r\u0435ad"));
  EXPECT_TRUE(table->is_look_alike("FILES__read"));
}

}  // namespace
}  // namespace doorward::app
