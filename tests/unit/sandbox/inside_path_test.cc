#include "sandbox/inside_path.h"

#include "sandbox/quarantine.h"
#include "support.h"

namespace doorward::sandbox {
namespace {

TEST(InsidePath, FollowsLinksToWhereTheyLead) {
  const Folder folder;
  const fs::path work = folder.make("work");
  std::ofstream(work / "note") << "text";
  const auto link = [&](const char* name, const fs::path& target) {
    fs::create_symlink(target, work / name);
  };
  link("passwd", "/etc/passwd");
  link("twin", "/srv/inside-evil");
  link("up", "../inside-evil");
  link("round", "round");
  link("note-too", "note");
  link("by-its-name", "/inside/note");
  link("temporary", "/tmp/made-there");
  fs::create_directories(work / "sub");
  link("sub/back", "../note");
  const std::vector<Mount> mounts = {{work, "/inside"}, {"", "/of-one-principal"}};
  for (const char* path : {"/inside/passwd", "/inside/twin/secret", "/inside/up/secret",
                           "/inside/round", "passwd", "twin/secret", "/inside/sub/../passwd"})
    EXPECT_TRUE(leads_out(mounts, path)) << path;
  for (const char* path :
       {"/inside", "/inside/note", "/inside/note-too", "/inside/by-its-name", "/inside/temporary",
        "/inside/sub/back", "/inside/not/there/yet", "note", "/of-one-principal/any", "/tmp/x"})
    EXPECT_FALSE(leads_out(mounts, path)) << path;
}

TEST(Quarantine, ComesAfterTheThirdLimitWithinAnHour) {
  const Folder folder;
  Quarantine quarantine(folder.path());
  const std::chrono::steady_clock::time_point start{std::chrono::hours(100)};
  const auto after = [&](int minutes) {
    return quarantine.hit_limit("a", start + std::chrono::minutes(minutes));
  };
  EXPECT_FALSE(after(0));
  EXPECT_FALSE(after(30));
  EXPECT_FALSE(after(80));  // the first is forgotten
  EXPECT_FALSE(quarantine.hit_limit("b", start + std::chrono::minutes(81)));
  EXPECT_TRUE(after(85));
  EXPECT_FALSE(after(86));
  // A person's word also opens a new account of what it writes.
  fs::create_directories(folder.path() / "disk/a");
  EXPECT_TRUE(quarantine.release("a"));
  EXPECT_FALSE(fs::exists(folder.path() / "disk/a"));
}

}  // namespace
}  // namespace doorward::sandbox
