#include "wire/path.h"

#include <gtest/gtest.h>

namespace doorward::wire {
namespace {

TEST(Path, HonestOnesAreNormal) {
  EXPECT_EQ(read_path("/workspace//notes/./a.txt/").normal, "/workspace/notes/a.txt");
  EXPECT_EQ(read_path("/workspace/a/../b.txt").normal, "/workspace/b.txt");
  EXPECT_EQ(read_path("notes/a-b.txt").normal, "notes/a-b.txt");
  EXPECT_EQ(read_path("/").normal, "/");
  EXPECT_EQ(read_path("file:///workspace/a%20b").normal, "/workspace/a b");
  for (const char* name : {"100%25.txt", "a..b", "...", "bei%20spiel", "ad hoc.md", "x\\y.txt",
                           "日本語/ファイル.txt", "50%", "..hidden", "v1..v2.diff"})
    EXPECT_EQ(read_path(name).fault, PathFault::none) << name;
}

TEST(Path, WhatClimbsIsSeen) {
  for (const char* text : {"../etc/passwd", "a/../../b", "..", "a/b/../../../c", "..\\..\\etc",
                           "./../x", "a\\..\\..\\b"})
    EXPECT_EQ(read_path(text).fault, PathFault::climbs) << text;
  EXPECT_EQ(read_path("/workspace/../etc/passwd").normal, "/etc/passwd");
}

TEST(Path, DisguisesAreSeen) {
  for (const char* text :
       {"%2e%2e%2fetc", "%2e%2e/etc", "..%2fetc", "%252e%252e%252fetc", "a%2f..%2f..%2fb",
        "%c0%ae%c0%ae/x", "%ef%bc%8e%ef%bc%8e/x", "\xEF\xBC\x8E\xEF\xBC\x8E/x", "\xE2\x80\xA5/x",
        "..\xEF\xBC\x8F"
        "etc",
        "a%5c..%5c..%5cb", "%25252e%25252e/x"})
    EXPECT_EQ(read_path(text).fault, PathFault::disguised) << text;
  EXPECT_EQ(read_path("a%00.txt").fault, PathFault::control);
  EXPECT_EQ(read_path("a\nb").fault, PathFault::control);
  EXPECT_EQ(read_path("file:///%2e%2e/%2e%2e/etc").normal, "/etc");
}

TEST(Path, PrefixTwinsAreNotBelow) {
  EXPECT_TRUE(is_below("/data", "/data"));
  EXPECT_TRUE(is_below("/data/x", "/data/"));
  EXPECT_FALSE(is_below("/data-evil/x", "/data"));
  EXPECT_FALSE(is_below("/dat", "/data"));
  EXPECT_TRUE(is_below("/anything", "/"));
}

}  // namespace
}  // namespace doorward::wire
