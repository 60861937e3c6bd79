#include "sandbox/launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "support.h"

namespace doorward::sandbox {
namespace {

using testing::HasSubstr;

TEST(Launch, RunsACommandAndTellsHowItEnded) {
  const Folder folder;
  const Outcome outcome = run(shell(folder, "echo hello; echo there >&2; exit 7"));
  EXPECT_EQ(outcome.out, "hello\n");
  EXPECT_EQ(outcome.err, "there\n");
  EXPECT_EQ(outcome.end.cause, "exited");
  EXPECT_EQ(outcome.end.status, 7);
}

TEST(Launch, CarriesStandardInputAndSeesItsEnd) {
  const Folder folder;
  auto child = launch(shell(folder, "cat"), this_host());
  ASSERT_TRUE(child) << child.error().what;
  ASSERT_EQ(write(child->stdin_.get(), "ping\n", 5), 5);
  child->stdin_.reset();
  EXPECT_EQ(read_to_end(child->stdout_.get()), "ping\n");
  EXPECT_EQ(wait_for_end(*child).status, 0);
}

TEST(Launch, WritesTheWorkspaceAsItsOwner) {
  const Folder folder;
  const Outcome outcome = run(shell(folder, "pwd; echo text > note && cat note; stat -c %u:%g ."));
  EXPECT_EQ(outcome.out, "/workspace\ntext\n1000:1000\n") << outcome.err;
  const fs::path note = folder.path() / "workspace/note";
  EXPECT_EQ(slurp(note), "text\n");
  struct stat info{};
  ASSERT_EQ(stat(note.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, geteuid()) << "the file belongs to the owner of the workspace";
}

TEST(Launch, GivesOnlyTheEnvironmentOfThePlan) {
  const Folder folder;
  setenv("AWS_SECRET_ACCESS_KEY", "canary-of-the-gateway", 1);
  LaunchPlan plan = shell(folder, "env; cat /proc/self/environ /proc/1/environ");
  plan.env["API_KEY"] = Secret<>("from the plan");
  const Outcome outcome = run(plan);
  unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_THAT(outcome.out, HasSubstr("API_KEY=from the plan"));
  EXPECT_THAT(outcome.out, HasSubstr("HOME=/tmp\n"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("canary")));
}

TEST(Launch, EndsWithItsChildObject) {
  const Folder folder;
  pid_t outer = -1;
  std::vector<std::string> cgroups;
  {
    auto child = launch(shell(folder, "trap '' TERM; sleep 1000 & while :; do sleep 1000; done"),
                        this_host());
    ASSERT_TRUE(child) << child.error().what;
    outer = child->outer;
    cgroups = child->cgroups;
    terminate(*child);
    EXPECT_FALSE(exited(*child));
  }
  EXPECT_EQ(kill(outer, 0), -1);
  for (const auto& folder_of : cgroups) EXPECT_FALSE(fs::exists(folder_of)) << folder_of;
}

TEST(Launch, PassesTerminationOn) {
  const Folder folder;
  auto child = launch(shell(folder, "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done"),
                      this_host());
  ASSERT_TRUE(child) << child.error().what;
  char buffer[8];
  ASSERT_EQ(read(child->stdout_.get(), buffer, 3), 3);
  terminate(*child);
  EXPECT_EQ(wait_for_end(*child).status, 9);
}

TEST(Launch, RunsNoShellOfItsOwn) {
  const Folder folder;
  LaunchPlan plan = shell(folder, "");
  plan.command = {"echo", "a && touch /workspace/pwned", "$(id)", "`id`", ";id"};
  EXPECT_EQ(run(plan).out, "a && touch /workspace/pwned $(id) `id` ;id\n");
}

TEST(Launch, NamesTheStepThatFailed) {
  const Folder folder;
  LaunchPlan plan = shell(folder, "true");
  plan.command = {folder.path() / "absent"};
  EXPECT_THAT(run(plan).err, HasSubstr("is no program"));
  std::ofstream(folder.path() / "broken") << "\x7f"
                                             "ELF";
  fs::permissions(folder.path() / "broken", fs::perms(0755));
  plan.command = {folder.path() / "broken"};
  EXPECT_THAT(run(plan).err, HasSubstr("program: Exec format error"));
}

TEST(Launch, RefusesWithoutAnyOfItsParts) {
  const Folder folder;
  const LaunchPlan plan = shell(folder, "true");
  for (fs::path Host::* part : {&Host::bwrap, &Host::launcher, &Host::init}) {
    Host host = this_host();
    host.*part = "";
    const auto child = launch(plan, host);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().code, "sandbox.host");
  }
  Host host = this_host();
  host.bwrap = "/usr/bin/false";
  EXPECT_THAT(run(plan, host).err, HasSubstr("bubblewrap: it ended before the server began"));
}

}  // namespace
}  // namespace doorward::sandbox
