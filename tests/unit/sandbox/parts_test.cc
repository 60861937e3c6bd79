// The parts that need no process: orders, users, control groups, programs, words.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "sandbox/cgroup.h"
#include "sandbox/explain.h"
#include "sandbox/order.h"
#include "sandbox/resolve.h"
#include "sandbox/seccomp.h"
#include "sandbox/spec.h"
#include "sandbox/uids.h"
#include "support.h"

namespace doorward::sandbox {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Spec, ComesBackAsItWent) {
  Spec spec;
  spec.program = "/usr/bin/node";
  spec.arguments = {"node", "", std::string("a\0b", 3)};
  spec.uid = 64001;
  spec.mounts = {{"/a", "/b", true, true}, {"/c", "/d"}};
  spec.listen = {{"127.77.0.1", 443}};
  spec.env = {{"KEY", "value"}};
  spec.memory = ~0ULL;
  const std::string bytes = encode(spec);
  const auto back = decode(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_EQ(back->arguments, spec.arguments);
  EXPECT_EQ(back->listen[0].port, 443);
  EXPECT_TRUE(back->mounts[0].map_owner);
}

TEST(Spec, IsRefusedWhenCutOrGrown) {
  Spec spec;
  spec.env = {{"KEY", "value"}};
  const std::string bytes = encode(spec);
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode(bytes.substr(0, size)));
  EXPECT_FALSE(decode(bytes + "x"));
  std::string other = bytes;
  other[0] ^= 1;
  EXPECT_FALSE(decode(other));
}

TEST(Filters, LetUnixSocketsPassOnlyWhereTheOperatorSaidSo) {
  const auto usual = filters(), wider = filters(AllowUnixSockets::as_the_operator_said());
  ASSERT_TRUE(usual && wider);
  EXPECT_NE(usual->allow, wider->allow);
  EXPECT_EQ(usual->deny, wider->deny);
}

TEST(Uids, AreStableAndNeverShared) {
  const Folder folder;
  const fs::path file = folder.path() / "uids";
  const auto a = uid_of("a", file), b = uid_of("b", file), again = uid_of("a", file);
  ASSERT_TRUE(a && b && again);
  EXPECT_EQ(*a, *again);
  EXPECT_NE(*a, *b);
  EXPECT_GE(*a, kFirstUid);
  struct stat info{};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(Uids, RefuseADamagedTable) {
  const Folder folder;
  for (const char* text :
       {"0 root\n", "64000 a\n64000 b\n", "64000 a", "x\n", "64000\n", "99999 a\n"}) {
    const fs::path file = folder.path() / "uids";
    std::ofstream(file) << text;
    EXPECT_FALSE(uid_of("a", file)) << text;
  }
}

TEST(Seccomp, MakesTwoPrograms) {
  const auto made = filters();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->allow.size() % 8, 0U);
  EXPECT_GT(made->allow.size(), 1000U);
  EXPECT_GT(made->deny.size(), 100U);
}

// A tree of plain files that looks like /sys/fs/cgroup.
struct FakeGroups {
  Folder folder;
  CgroupView view;
  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((folder.path() / path).parent_path());
    std::ofstream(folder.path() / path) << text;
  }
};

TEST(Cgroups, AreNoneWhereNothingIsHandedDown) {
  FakeGroups fake;
  fake.view = {"30 20 0:26 / /cg rw - cgroup2 cgroup2 rw\n", "0::/user/me\n", fake.folder.path()};
  fake.put("cg/user/me/cgroup.subtree_control", "\n");
  fake.put("cg/user/me/cgroup.controllers", "cpu\n");
  const CgroupHome home = find_cgroups(fake.view);
  EXPECT_EQ(home.kind, CgroupKind::none);
  EXPECT_THAT(home.why, HasSubstr("memory"));
  EXPECT_EQ(find_cgroups({"", "", "/"}).kind, CgroupKind::none);
}

TEST(Cgroups, NeedMoreThanAWord) {
  // The controllers are announced, but a group that is made has no files to limit with.
  FakeGroups fake;
  fake.view = {"30 20 0:26 / /cg rw - cgroup2 cgroup2 rw\n", "0::/svc\n", fake.folder.path()};
  fake.put("cg/svc/cgroup.subtree_control", "cpu memory pids\n");
  EXPECT_EQ(find_cgroups(fake.view).kind, CgroupKind::none);
  EXPECT_FALSE(
      fs::exists(fake.folder.path() / "cg/svc" / ("doorward-try-" + std::to_string(getpid()))));
}

TEST(Cgroups, OrderV2AndV1) {
  Limits limits;
  limits.memory = 1 << 20;
  limits.processes = 7;
  limits.cpu = 0.5;
  const CgroupOrder two = order_cgroups({CgroupKind::v2, {"/cg/own"}, true, ""}, "x", limits);
  EXPECT_THAT(two.folders, ElementsAre("/cg/own/x"));
  EXPECT_THAT(two.set,
              Contains(std::pair<std::string, std::string>("/cg/own/x/memory.max", "1048576")));
  EXPECT_THAT(two.set,
              Contains(std::pair<std::string, std::string>("/cg/own/x/cpu.max", "50000 100000")));
  EXPECT_THAT(two.set,
              Contains(std::pair<std::string, std::string>("?/cg/own/x/memory.oom.group", "1")));
  const CgroupOrder one =
      order_cgroups({CgroupKind::v1, {"/m", "/p", "/c"}, true, ""}, "x", limits);
  EXPECT_THAT(one.folders, ElementsAre("/m/x", "/p/x", "/c/x"));
  EXPECT_THAT(one.set, Contains(std::pair<std::string, std::string>("/p/x/pids.max", "7")));
  EXPECT_THAT(one.set,
              Contains(std::pair<std::string, std::string>("/c/x/cpu.cfs_quota_us", "50000")));
}

void program(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms(0755));
}

TEST(Resolve, FindsProgramsOfTheSystem) {
  const auto found = resolve_program("sh", "/", "/usr/bin:/bin");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, "/usr/bin/sh");
  EXPECT_TRUE(found->needs.empty());
  EXPECT_FALSE(resolve_program("sh", "/", "relative:."));
  EXPECT_FALSE(resolve_program("no-such-program", "/", ""));
  EXPECT_FALSE(resolve_program("", "/", ""));
  EXPECT_FALSE(resolve_program("./absent", "/", ""));
}

TEST(Resolve, BindsOneVersionOfAVersionManager) {
  const Folder folder;
  const fs::path version = folder.path() / "versions/v20";
  program(version / "bin/node",
          "\x7f"
          "ELF");
  fs::create_directories(version / "lib");
  fs::create_symlink(version, folder.path() / "current");
  const auto found = resolve_program("node", "/", (folder.path() / "current/bin").string());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->needs, Contains(version));
}

TEST(Resolve, FollowsShimsAndInterpreters) {
  const Folder folder;
  program(folder.path() / "shims/python3", "#!/bin/sh\n");
  program(folder.path() / "versions/3.12/bin/python3",
          "\x7f"
          "ELF");
  fs::create_directories(folder.path() / "versions/3.12/lib");
  const std::string search = (folder.path() / "shims").string() + ":/usr/bin";
  EXPECT_FALSE(resolve_program("python3", "/", search)) << "no version is chosen";
  std::ofstream(folder.path() / "version") << "3.12\n";
  const auto found = resolve_program("python3", "/", search);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, folder.path() / "versions/3.12/bin/python3");
  program(folder.path() / "tool", "#!/usr/bin/env special\n");
  EXPECT_FALSE(resolve_program("./tool", folder.path(), "/usr/bin"));
  program(folder.path() / "tools/special",
          "\x7f"
          "ELF");
  const auto tool = resolve_program("./tool", folder.path(), (folder.path() / "tools").string());
  ASSERT_TRUE(tool);
  EXPECT_THAT(tool->needs, ElementsAre(folder.path() / "tool", folder.path() / "tools/special"));
}

TEST(DefaultReads, AreCodeAndNeverData) {
  const Folder folder;
  program(folder.path() / "app/node_modules/pkg/node_modules/inner/x.js", "");
  program(folder.path() / "app/node_modules/pkg/dist/index.js", "");
  program(folder.path() / "own/package.json", "{}");
  program(folder.path() / "own/server.mjs", "");
  program(folder.path() / "lone.py", "");
  program(folder.path() / "data/secrets.txt", "");
  const auto of = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "node");
    std::vector<fs::path> all;
    for (const auto& mount : default_reads(words, folder.path())) all.push_back(mount.from);
    return all;
  };
  const fs::path tree = folder.path() / "app/node_modules";
  EXPECT_THAT(of({"app/node_modules/pkg/dist/index.js", "data"}), ElementsAre(tree));
  EXPECT_THAT(of({"app/node_modules/pkg/node_modules/inner/x.js"}), ElementsAre(tree));
  EXPECT_THAT(of({"own/server.mjs"}), ElementsAre(folder.path() / "own"));
  EXPECT_THAT(of({"lone.py", "--file=own/server.mjs"}), ElementsAre(folder.path() / "lone.py"));
  EXPECT_THAT(of({"data", "data/secrets.txt", "absent.js"}), ElementsAre());
}

TEST(InsideWords, NameMountedFilesByTheirPlaceInside) {
  const Folder folder;
  program(folder.path() / "app/dist/index.js", "");
  program(folder.path() / "run.js", "");
  fs::create_directories(folder.path() / "data/deep");
  fs::create_directories(folder.path() / "list");
  LaunchPlan plan;
  plan.folder = folder.path();
  plan.read = {{folder.path() / "app", ""}, {folder.path() / "run.js", "/run.js"}};
  plan.write = {{folder.path() / "data", "/workspace"}, {folder.path() / "list", "/list"}};
  plan.command = {"node", "app/dist/index.js", "run.js",      "./data",   "data/deep",
                  "list", "/workspace",        "--at=./data", "absent/x", "../etc/passwd",
                  ""};
  EXPECT_THAT(inside_words(plan),
              ElementsAre("node", (folder.path() / "app/dist/index.js").string(), "/run.js",
                          "/workspace", "/workspace/deep", "list", "/workspace", "--at=./data",
                          "absent/x", "../etc/passwd", ""));
}

TEST(Offers, GiveEachHostItsOwnAddress) {
  const auto list = offers({{"a.example", 443},
                            {"b.example", 443},
                            {"a.example", 80},
                            {"*.c.example", 443},
                            {"198.51.100.1", 22},
                            {"db.example", 5432, true}});
  ASSERT_EQ(list.size(), 6U);
  EXPECT_EQ(list[0].address, list[2].address);
  EXPECT_NE(list[0].address, list[1].address);
  EXPECT_EQ(list[3].address, "");
  EXPECT_EQ(list[4].address, "198.51.100.1");
  EXPECT_EQ(list[5].address, "127.0.0.1");
}

TEST(Explain, SaysWhatItGetsAndNeverAValue) {
  LaunchPlan plan;
  plan.name = "files";
  plan.command = {"sh"};
  plan.state = "/srv/doorward";
  plan.read = {{"/home", ""}};
  plan.write = {{"/srv/data", "/workspace"}};
  plan.network = {{"*.example.com", 443}};
  plan.env["API_KEY"] = Secret<>("the value");
  const std::string text = explain(plan, this_host());
  for (const char* part : {"server `files`", "read `/home`", "change and delete in `/srv/data`",
                           "*.example.com:443", "API_KEY", "list the folders it needs"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::Not(HasSubstr("the value")));
  LaunchPlan small;
  small.name = "small";
  small.command = {"sh"};
  EXPECT_GT(explain_parts(small, this_host()).score, explain_parts(plan, this_host()).score + 30);
  small.read = {{"/proc", ""}};
  EXPECT_THAT(explain(small, this_host()), HasSubstr("It would NOT start"));
}

TEST(Report, NamesWhatIsMissingAndHowToMendIt) {
  EXPECT_TRUE(report(this_host()).can_launch());
  Host host = this_host();
  host.bwrap = "";
  host.cgroups = {};
  host.landlock = 0;
  const HostReport all = report(host);
  EXPECT_FALSE(all.can_launch());
  for (const HostItem& item : all.items) {
    EXPECT_EQ(item.level == Level::ok, item.mend.empty()) << item.name;
    if (item.name == "bubblewrap") {
      EXPECT_EQ(item.level, Level::missing);
    }
    if (item.name == "landlock") {
      EXPECT_EQ(item.level, Level::reduced);
    }
  }
}

}  // namespace
}  // namespace doorward::sandbox
