// What of git stays as it is in the folders that a server writes, and what belongs to Doorward.
#include "sandbox/repositories.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "sandbox/check.h"
#include "sandbox/explain.h"
#include "sandbox/order.h"
#include "sandbox/powers.h"
#include "support.h"

namespace doorward::sandbox {
namespace {

using testing::HasSubstr;

void git_folder(const fs::path& git) {
  for (const char* name : {"objects", "refs", "hooks"}) fs::create_directories(git / name);
  for (const char* name : {"HEAD", "config"}) std::ofstream(git / name) << "text\n";
}

std::vector<std::string> paths_in(const fs::path& folder, bool write_git = false) {
  std::vector<std::string> out;
  for (const Guarded& each : repositories_in(folder, write_git).guarded)
    out.push_back(each.path + (each.writable ? " rw" : " ro"));
  return out;
}

TEST(Repositories, AreFoundWithTheFoldersOnTheWay) {
  const Folder folder;
  const fs::path work = folder.make("work");
  EXPECT_THAT(paths_in(work), testing::IsEmpty());
  git_folder(work / ".git");
  git_folder(work / "a/b/.git");
  git_folder(work / "mirror");
  fs::create_directories(work / "linked");
  std::ofstream(work / "linked/.git") << "gitdir: /elsewhere\n";
  // Folders that only look like it.
  fs::create_directories(work / "plain/refs");
  std::ofstream(work / "plain/HEAD") << "text\n";
  EXPECT_THAT(paths_in(work),
              testing::UnorderedElementsAre(".git ro", "a rw", "a/b rw", "a/b/.git ro", "mirror ro",
                                            "linked rw", "linked/.git ro"));
  EXPECT_TRUE(is_git_folder(work / ".git"));
  EXPECT_TRUE(is_git_folder(work / ".git/hooks"));
  EXPECT_TRUE(is_git_folder(work / "mirror"));
  EXPECT_FALSE(is_git_folder(work));
  EXPECT_FALSE(is_git_folder(work / "plain"));
}

TEST(Repositories, OfAGitServerKeepTheirSettings) {
  const Folder folder;
  const fs::path work = folder.make("work");
  git_folder(work / ".git");
  git_folder(work / ".git/modules/part");
  EXPECT_THAT(
      paths_in(work, true),
      testing::UnorderedElementsAre(".git rw", ".git/hooks ro", ".git/config ro",
                                    ".git/modules/part/hooks ro", ".git/modules/part/config ro"));
}

TEST(Repositories, AreNotSoughtForEver) {
  const Folder folder;
  const fs::path work = folder.make("work");
  fs::path deep = work;
  for (int i = 0; i < 30; ++i) deep /= "d";
  git_folder(deep / ".git");
  EXPECT_THAT(paths_in(work), testing::IsEmpty());
  for (int i = 0; i < 70; ++i) git_folder(work / std::to_string(i) / ".git");
  EXPECT_FALSE(repositories_in(work, false).whole);
}

// A script's run, and the host's view of a file afterwards.
struct Try {
  const char* script;
  const char* file;
};

TEST(Repositories, StayAsTheyAreBehindTheWalls) {
  const Folder folder;
  for (const bool nested : {false, true}) {
    LaunchPlan plan = shell(folder, "");
    const fs::path work = plan.write[0].from, repository = nested ? work / "a/b" : work;
    fs::remove_all(work);
    (void)folder.make("workspace", fs::perms(0700));
    git_folder(repository / ".git");
    fs::remove_all(repository / ".git/hooks");
    const std::string here = nested ? "cd a/b && " : "";
    for (const auto& [script, file] :
         std::initializer_list<Try>{{"echo x > .git/commondir", ".git/commondir"},
                                    {"mkdir .git/hooks", ".git/hooks"},
                                    {"echo '[core] fsmonitor = x' >> .git/config", ""},
                                    {"rm .git/config", ""},
                                    {"mv .git aside", "aside"},
                                    {"ln -s /tmp .git/info", ".git/info"},
                                    {"cp -r .git new && mv -T new .git", ""}}) {
      plan.command = {"sh", "-c", here + script};
      const Outcome outcome = run(plan);
      EXPECT_NE(outcome.end.status, 0) << script << outcome.out << outcome.err;
      if (*file != '\0') {
        EXPECT_FALSE(fs::exists(repository / file)) << script;
      }
      EXPECT_EQ(slurp(repository / ".git/config"), "text\n") << script;
      fs::remove_all(repository / "new");
    }
    if (nested) {
      plan.command = {"sh", "-c", "mv a aside || mv a/b aside"};
      EXPECT_NE(run(plan).end.status, 0);
    }
    // Honest work beside it.
    plan.command = {"sh", "-c",
                    here +
                        "echo x > new && mkdir -p src && mv new src/new && "
                        "cat .git/HEAD src/new && rm -r src"};
    const Outcome outcome = run(plan);
    EXPECT_EQ(outcome.out, "text\nx\n") << outcome.err;
    EXPECT_EQ(outcome.end.status, 0);
  }
}

TEST(Repositories, AreWorkedOnByGitServers) {
  if (!fs::exists("/usr/bin/git")) GTEST_SKIP() << "no git";
  const Folder folder;
  const std::string commit =
      "git -c user.name=a -c user.email=a@b commit -q -m first && git log --format=%s";
  LaunchPlan plan = shell(folder, "git init -q . && echo x > x && git add x && " + commit);
  plan.env["GIT_CONFIG_NOSYSTEM"] = Secret<>("1");
  ASSERT_EQ(run(plan).out, "first\n");  // made anew: nobody's yet
  plan.command[2] = "echo y > y && git add y && " + commit;
  EXPECT_NE(run(plan).end.status, 0);
  plan.command[2] = "git status --short && cat x";
  EXPECT_THAT(run(plan).out, HasSubstr("?? y\nx\n"));
  plan.git_write = AllowGitWrite::as_the_operator_said();
  plan.command[2] = "git add y && " + commit;
  EXPECT_EQ(run(plan).out, "first\nfirst\n");
  plan.command[2] =
      "git config core.fsmonitor x || mv .git/hooks h || mv .git aside || "
      "echo x > .git/hooks/post-commit";
  EXPECT_NE(run(plan).end.status, 0);
  const auto powers = dangerous_powers(plan);
  EXPECT_TRUE(std::ranges::any_of(powers, [](auto& each) { return each.name == "git.write"; }));
  // `.git` itself as the folder to work in.
  plan.write[0].from = folder.path() / "workspace/.git";
  EXPECT_TRUE(make_order(plan, this_host(), 64000, "try"));
  plan.git_write.reset();
  const auto refused = make_order(plan, this_host(), 64000, "try");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("git_write"));
}

TEST(Own, ProgramsAndConfigurationAreWrittenByNobody) {
  const Folder folder;
  LaunchPlan plan = shell(folder, "true");
  plan.own = {folder.make("etc") / "doorward.yaml"};
  EXPECT_TRUE(make_order(plan, this_host(), 64000, "try"));
  plan.write[0].from = folder.path() / "etc";
  auto refused = make_order(plan, this_host(), 64000, "try");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("`doorward.yaml` lies there"));
  plan.write[0].from = this_host().launcher.parent_path();
  refused = make_order(plan, this_host(), 64000, "try");
  ASSERT_FALSE(refused);
  EXPECT_FALSE(explain_parts(plan, this_host()).refused.empty());
  // Reading them is no power.
  plan.write.clear();
  plan.read = {{this_host().launcher.parent_path(), "/programs"}, {folder.path() / "etc", "/cfg"}};
  EXPECT_TRUE(make_order(plan, this_host(), 64000, "try"));
}

TEST(Explain, RefusesMountsThatCouldNotBeMade) {
  const Folder folder;
  fs::create_symlink(folder.make("real"), folder.path() / "link");
  for (const char* path : {"link", "link/below", "nothing"}) {
    LaunchPlan plan = shell(folder, "true");
    plan.read = {{folder.path() / path, "/there"}};
    EXPECT_FALSE(explain_parts(plan, this_host()).refused.empty()) << path;
  }
  LaunchPlan plan = shell(folder, "true");
  plan.write = {{plan.state / "servers/try", "/own"}};  // made at its first launch
  EXPECT_TRUE(explain_parts(plan, this_host()).refused.empty());
}

TEST(Sockets, OfContainersAreOutOfReach) {
  const Folder folder;
  LaunchPlan plan = shell(folder, "true");
  const fs::path at = plan.write[0].from / "docker.sock";
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, at.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_TRUE(make_order(plan, this_host(), 64000, "try"));  // it can't connect
  plan.unix_sockets = AllowUnixSockets::as_the_operator_said();
  EXPECT_FALSE(make_order(plan, this_host(), 64000, "try"));
  fs::rename(at, at.parent_path() / "editor.sock");
  EXPECT_TRUE(make_order(plan, this_host(), 64000, "try"));
  plan.read = {{"/run", "/host"}};
  EXPECT_FALSE(check(plan));
}

TEST(Powers, NameCredentialsWhereverTheyLie) {
  const Folder folder;
  LaunchPlan plan = shell(folder, "true");
  const auto has = [&](const char* power) {
    return std::ranges::any_of(dangerous_powers(plan), [&](auto& p) { return p.name == power; });
  };
  EXPECT_FALSE(has("files.credentials"));
  fs::create_directories(plan.write[0].from / ".aws");
  EXPECT_TRUE(has("files.credentials"));
  fs::remove_all(plan.write[0].from / ".aws");
  EXPECT_FALSE(has("files.credentials"));
  plan.read = {{"/etc/ssh", "/ssh"}};
  EXPECT_TRUE(has("files.credentials"));
  plan.read.clear();
  plan.write = {{"/var/lib", "/lib-of-others"}};
  EXPECT_TRUE(has("files.wide"));
  plan.write = {{"/var/lib/app/data", "/data"}};
  EXPECT_FALSE(has("files.wide"));
}

}  // namespace
}  // namespace doorward::sandbox
