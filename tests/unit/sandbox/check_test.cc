#include "sandbox/check.h"

#include <gtest/gtest.h>

#include <functional>

namespace doorward::sandbox {
namespace {

LaunchPlan good() {
  LaunchPlan plan;
  plan.name = "files";
  plan.command = {"node", "index.js"};
  plan.state = "/srv/doorward/state";
  plan.read = {{"/srv/app", ""}};
  plan.write = {{"/srv/data", "/workspace"}};
  plan.network = {{"api.example", 443}};
  plan.env["LOG"] = Secret<>("1");
  return plan;
}

struct Case {
  const char* why;
  std::function<void(LaunchPlan&)> change;
};

TEST(Check, PassesOrdinaryPlans) {
  EXPECT_TRUE(check(good()));
  const Case cases[] = {
      {"a file", [](auto& p) { p.read = {{"/srv/config.json", "/etc/app.json"}}; }},
      {"etc, read-only, elsewhere", [](auto& p) { p.read = {{"/etc/app", "/srv/app"}}; }},
      {"a folder beside the state",
       [](auto& p) { p.write = {{"/srv/doorward/state-of-others", ""}}; }},
      {"a server's own folder in the state",
       [](auto& p) { p.write = {{"/srv/doorward/state/servers/files", "/workspace"}}; }},
      {"below tmp", [](auto& p) { p.write = {{"/srv/data", "/tmp/data"}}; }},
  };
  for (const auto& [why, change] : cases) {
    LaunchPlan plan = good();
    change(plan);
    const auto result = check(plan);
    EXPECT_TRUE(result) << why << ": " << result.error().what;
  }
}

TEST(Check, RefusesMountsThatBreakTheWalls) {
  const std::vector<Mount> never = {{"/", "/host"},
                                    {"/proc", "/p"},
                                    {"/proc/1", "/p"},
                                    {"/sys", "/s"},
                                    {"/dev", "/d"},
                                    {"/dev/sda", "/disk"},
                                    {"/srv/doorward", "/x"},
                                    {"/srv/doorward/state", "/x"},
                                    {"/srv/doorward/state/audit", "/x"},
                                    {"/srv", "/x"},
                                    {"/var/run/docker.sock", "/docker.sock"},
                                    {"relative", "/x"},
                                    {"/srv/../etc", "/x"},
                                    {"/srv/app", "x"},
                                    {"/srv/app", "/x/../usr"},
                                    {"/srv/app", "/usr/bin"},
                                    {"/srv/app", "/"},
                                    {"/srv/app", "/proc"},
                                    {"/srv/app", "/etc/passwd"},
                                    {"/srv/app", "/.doorward-init"},
                                    {"/srv/app", "/tmp"},
                                    {"/srv/./app", "/x"}};
  for (const Mount& mount : never) {
    LaunchPlan plan = good();
    plan.read = {mount};
    EXPECT_FALSE(check(plan)) << mount.from << " at " << mount.to;
  }
  for (const char* secret : {"/etc/shadow", "/etc/gshadow", "/etc/sudoers.d/ana", "/root/.ssh",
                             "/root/.ssh/id_rsa", "/etc/ssh/ssh_host_rsa_key"}) {
    LaunchPlan plan = good();
    plan.read = {{secret, "/data"}};
    EXPECT_FALSE(check(plan)) << secret;
  }
  for (const char* system : {"/usr", "/usr/lib/x", "/etc", "/etc/cron.d", "/boot", "/bin", "/run",
                             "/var/spool/cron", "/var/spool/cron/crontabs"}) {
    LaunchPlan plan = good();
    plan.write = {{system, "/data"}};
    EXPECT_FALSE(check(plan)) << system;
  }
}

TEST(Check, RefusesOtherFaults) {
  const Case cases[] = {
      {"name", [](auto& p) { p.name = "../x"; }},
      {"no name", [](auto& p) { p.name = ""; }},
      {"no command", [](auto& p) { p.command.clear(); }},
      {"NUL in the command", [](auto& p) { p.command.push_back(std::string("a\0b", 3)); }},
      {"two mounts at one place", [](auto& p) { p.read.push_back({"/srv/b", "/workspace"}); }},
      {"loader variable", [](auto& p) { p.env["LD_PRELOAD"] = Secret<>("x.so"); }},
      {"shell start file", [](auto& p) { p.env["BASH_ENV"] = Secret<>("x"); }},
      {"variable name", [](auto& p) { p.env["A=B"] = Secret<>("x"); }},
      {"variable value", [](auto& p) { p.env["A"] = Secret<>(std::string("x\0y", 3)); }},
      {"wide host", [](auto& p) { p.network = {{"*", 443}}; }},
      {"no port", [](auto& p) { p.network = {{"api.example", 0}}; }},
      {"no memory", [](auto& p) { p.limits.memory = 0; }},
      {"no processes", [](auto& p) { p.limits.processes = 0; }},
      {"no processor", [](auto& p) { p.limits.cpu = 0; }},
      {"not a number", [](auto& p) { p.limits.cpu = std::numeric_limits<double>::quiet_NaN(); }},
      {"no disk", [](auto& p) { p.limits.disk = 0; }},
  };
  for (const auto& [why, change] : cases) {
    LaunchPlan plan = good();
    change(plan);
    const auto result = check(plan);
    ASSERT_FALSE(result) << why;
    EXPECT_EQ(result.error().code, "sandbox.plan");
    EXPECT_EQ(result.error().fault, Fault::client);
  }
}

}  // namespace
}  // namespace doorward::sandbox
