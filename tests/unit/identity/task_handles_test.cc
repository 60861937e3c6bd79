#include "identity/task_handles.h"

#include <gtest/gtest.h>

namespace doorward::identity {
namespace {

TEST(TaskHandles, BelongToWhomTheyWereGiven) {
  TaskHandles handles;
  handles.give("3:ana", "files", "t-1");
  EXPECT_TRUE(handles.has("3:ana", "files", "t-1"));
  EXPECT_FALSE(handles.has("3:bob", "files", "t-1"));
  EXPECT_FALSE(handles.has("3:ana", "mail", "t-1"));
  EXPECT_FALSE(handles.has("3:ana", "files", "t-2"));
}

TEST(TaskHandles, TellServerAndPrincipalApart) {
  TaskHandles handles;
  handles.give("b:x", "a", "t");
  EXPECT_FALSE(handles.has(":x", "ab", "t"));
}

TEST(TaskHandles, TheSameIdMayBeGivenToTwo) {
  TaskHandles handles;
  handles.give("3:ana", "files", "1");
  handles.give("3:bob", "files", "1");
  EXPECT_TRUE(handles.has("3:ana", "files", "1"));
  EXPECT_TRUE(handles.has("3:bob", "files", "1"));
}

TEST(TaskHandles, TheOldestOfAnOwnerGoes) {
  TaskHandles handles({.owners = 4, .of_each = 2});
  for (const char* handle : {"1", "2", "2", "3"}) handles.give("3:ana", "files", handle);
  EXPECT_FALSE(handles.has("3:ana", "files", "1"));
  EXPECT_TRUE(handles.has("3:ana", "files", "2"));
  EXPECT_TRUE(handles.has("3:ana", "files", "3"));
}

TEST(TaskHandles, TheOwnerThatWasQuietForLongestGoes) {
  TaskHandles handles({.owners = 2, .of_each = 2});
  handles.give("3:ana", "files", "1");
  handles.give("3:bob", "files", "1");
  handles.give("3:ana", "files", "2");
  handles.give("3:eve", "files", "1");
  EXPECT_TRUE(handles.has("3:ana", "files", "1"));
  EXPECT_FALSE(handles.has("3:bob", "files", "1"));
  EXPECT_TRUE(handles.has("3:eve", "files", "1"));
}

}  // namespace
}  // namespace doorward::identity
