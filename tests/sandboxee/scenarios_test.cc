// What needs more than one process to show: ends, neighbours, doors, runtimes.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <optional>
#include <thread>

#include "sandbox/uids.h"
#include "world.h"

namespace doorward::sandbox {
namespace {

using testing::HasSubstr;
using testing::Not;

// Waits for what must come true soon; how soon is not the test's matter.
template <class Question>
bool eventually(Question question) {
  for (int i = 0; i < 1000; ++i) {
    if (question()) return true;
    usleep(20'000);
  }
  return false;
}

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; read(fd, &c, 1) == 1 && c != '\n';) line.push_back(c);
  return line;
}

LaunchPlan script(const Folder& folder, const std::string& text, const std::string& name = "try") {
  LaunchPlan plan = shell(folder, text);
  plan.name = name;
  return plan;
}

TEST(End, TakesDaemonsAlong) {
  const Folder folder;
  const std::string mark = "doorward-mark-" + hex(random_bytes(6));
  auto child = launch(
      script(folder, "setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done; : " + mark +
                         "' >/dev/null 2>&1 & echo up; wait"),
      this_host());
  ASSERT_TRUE(child) << child.error().what;
  EXPECT_EQ(read_line(child->stdout_.get()), "up");
  ASSERT_TRUE(eventually([&] { return processes_with(mark) > 0; }));
  kill_all(*child);
  EXPECT_EQ(processes_with(mark), 0);
}

TEST(End, OfTheServerIsTheEndOfItsDaemons) {
  const Folder folder;
  const std::string mark = "doorward-mark-" + hex(random_bytes(6));
  const Outcome outcome = run(
      script(folder, "setsid sh -c 'while :; do sleep 1; done; : " + mark + "' & echo up; exit 0"));
  EXPECT_EQ(outcome.end.cause, "exited");
  EXPECT_EQ(processes_with(mark), 0);
}

// A gateway that is killed can't clean up; nothing of its servers may stay all the same.
void gateway_that_dies(const Folder& folder, const std::string& mark, int tell) {
  auto child = launch(script(folder, "while :; do sleep 1; done; : " + mark), this_host());
  if (!child) _exit(1);
  std::string text;
  for (const auto& group : child->cgroups) text += group + "\n";
  text += "end\n";
  (void)!write(tell, text.data(), text.size());
  pause();
}

TEST(End, OfTheGatewayByKillTakesAllAlong) {
  const Folder folder;
  const std::string mark = "doorward-mark-" + hex(random_bytes(6));
  int both[2];
  ASSERT_EQ(pipe(both), 0);
  const pid_t gateway = fork();
  if (gateway == 0) gateway_that_dies(folder, mark, both[1]);
  close(both[1]);
  std::vector<std::string> groups;
  for (std::string line; (line = read_line(both[0])) != "end" && !line.empty();) {
    EXPECT_TRUE(fs::exists(line)) << line;
    groups.push_back(line);
  }
  close(both[0]);
  EXPECT_GT(processes_with(mark), 0);
  kill(gateway, SIGKILL);
  waitpid(gateway, nullptr, 0);
  EXPECT_TRUE(eventually([&] { return processes_with(mark) == 0; }));
  EXPECT_TRUE(eventually([&] {
    return std::ranges::none_of(groups, [](const auto& each) { return fs::exists(each); });
  }));
}

// The kernel's parent-death signal follows the thread; a gateway's threads come and go.
TEST(End, IsNotThatOfTheThreadThatLaunched) {
  const Folder folder;
  std::optional<Expected<Child>> child;
  std::thread([&] { child = launch(script(folder, "cat"), this_host()); }).join();
  ASSERT_TRUE(*child) << child->error().what;
  ASSERT_EQ(write((*child)->stdin_.get(), "still here\n", 11), 11);
  EXPECT_EQ(read_line((*child)->stdout_.get()), "still here");
}

TEST(Launches, AtTheSameTimeDoNotMixTheirPipes) {
  const Folder folder;
  (void)shell(folder, "");  // makes the folders once
  std::vector<std::thread> threads;
  std::vector<std::string> said(6);
  for (size_t i = 0; i < said.size(); ++i) {
    threads.emplace_back([&, i] {
      LaunchPlan plan = shell(folder, "cat; echo " + std::to_string(i));
      plan.name = "server-" + std::to_string(i);
      said[i] = run(plan).out;
    });
  }
  for (auto& each : threads) each.join();
  for (size_t i = 0; i < said.size(); ++i) EXPECT_EQ(said[i], std::to_string(i) + "\n");
}

TEST(End, OfTheLauncherByKillTakesAllAlong) {
  const Folder folder;
  const std::string mark = "doorward-mark-" + hex(random_bytes(6));
  auto child = launch(script(folder, "while :; do sleep 1; done; : " + mark), this_host());
  ASSERT_TRUE(child) << child.error().what;
  ASSERT_GT(processes_with(mark), 0);
  ASSERT_EQ(kill(child->outer, SIGKILL), 0);
  EXPECT_EQ(wait_for_end(*child).cause, "lost");
  EXPECT_TRUE(eventually([&] { return processes_with(mark) == 0; }));
  const auto groups = child->cgroups;
  kill_all(*child);
  for (const auto& group : groups) EXPECT_FALSE(fs::exists(group)) << group;
}

TEST(Limits, TellWhichOneWasBroken) {
  LaunchPlan plan = world().plan("memory_together");
  const Outcome memory = run(plan);
  EXPECT_TRUE(memory.end.cause == "memory" || memory.end.status == 10) << memory.end.text;
  const Outcome disk = run(world().plan("fill_workspace"));
  EXPECT_EQ(disk.end.cause, "disk");
  EXPECT_THAT(disk.end.text, testing::MatchesRegex("what it writes grew by [0-9]+ MiB, its limit "
                                                   "is 32 MiB"));
}

TEST(Limits, OfDiskHoldOverRestarts) {
  const Folder folder;
  LaunchPlan plan = script(folder, "head -c 20000000 /dev/urandom > $0; sleep 1");
  plan.limits = {.disk = 32ULL << 20, .file_size = 32ULL << 20};
  plan.command.emplace_back("one");
  EXPECT_EQ(run(plan).end.cause, "exited");
  // What others do between two runs is none of its doing, what it did before is.
  std::ofstream(plan.write[0].from / "theirs") << std::string(40 << 20, 'x');
  plan.command = {"sh", "-c", "sleep 1"};
  EXPECT_EQ(run(plan).end.cause, "exited");
  plan.command = {"sh", "-c", "head -c 20000000 /dev/urandom > two; sleep 20"};
  const Outcome second = run(plan);
  EXPECT_EQ(second.end.cause, "disk") << second.end.text;
  fs::remove(plan.write[0].from / "one");
  fs::remove(plan.write[0].from / "two");
  fs::remove_all(plan.state / "disk" / plan.name);
  EXPECT_EQ(run(plan).end.cause, "exited");
}

TEST(Limits, OfDiskCountNobodyElsesFilesInItsOwnFolder) {
  if (!this_host().root) GTEST_SKIP() << "one kernel user for all";
  const Folder folder;
  LaunchPlan plan = script(folder, "echo up; read line; sleep 2; echo still here");
  plan.limits.disk = 32ULL << 20;
  const auto uid = uid_of(plan.name, plan.state / "uids");
  ASSERT_TRUE(uid);
  ASSERT_EQ(chown(plan.write[0].from.c_str(), *uid, *uid), 0);
  auto child = launch(plan, this_host());
  ASSERT_TRUE(child) << child.error().what;
  EXPECT_EQ(read_line(child->stdout_.get()), "up");
  std::ofstream(plan.write[0].from / "theirs") << std::string(60 << 20, 'x');
  ASSERT_EQ(write(child->stdin_.get(), "\n", 1), 1);
  EXPECT_EQ(read_line(child->stdout_.get()), "still here");
}

TEST(Limits, CapProcessors) {
  const Folder folder;
  LaunchPlan plan = script(folder, "sleep 1000");
  plan.limits.cpu = 0.5;
  auto child = launch(plan, this_host());
  ASSERT_TRUE(child) << child.error().what;
  std::string quota;
  for (const auto& group : child->cgroups) {
    for (const char* file : {"cpu.cfs_quota_us", "cpu.max"}) quota += slurp(fs::path(group) / file);
  }
  if (this_host().cgroups.cpu) {
    EXPECT_THAT(quota, testing::StartsWith("50000"));
  }
  // Where there is no quota, whole processors are the measure.
  Host bare = this_host();
  bare.cgroups = {CgroupKind::none, {}, false, "switched off by the test"};
  EXPECT_EQ(run(script(folder, "nproc"), bare).out, "1\n");
}

TEST(Limits, HoldWithoutControlGroups) {
  Host bare = this_host();
  bare.cgroups = {CgroupKind::none, {}, false, "switched off by the test"};
  for (const char* probe : {"memory_together", "pair_buffers", "loopback_buffers"})
    EXPECT_EQ(run(world().plan(probe), bare).end.cause, "memory") << probe;
  for (const char* probe :
       {"memory_files", "segments_let_go", "shared_let_go", "zero_device_let_go"})
    EXPECT_EQ(run(world().plan(probe), bare).end.status, 10) << probe;
  EXPECT_EQ(run(world().plan("unnamed_files"), bare).end.status, 0);
  EXPECT_EQ(run(world().plan("fork_bomb"), bare).end.status, 10);
  LaunchPlan plan = world().plan("workspace");
  EXPECT_EQ(run(plan, bare).end.status, 0);
  plan.require_cgroup = true;
  EXPECT_EQ(run(plan, bare).end.cause, "not started");
}

// The names of the forbidden calls that a probe was caught with.
std::vector<std::string> caught(const std::string& probe) {
  std::vector<std::string> names;
  auto child = launch(world().plan(probe), this_host());
  EXPECT_TRUE(child) << child.error().what;
  for (int i = 0; child && child->control && i < 500; ++i) {
    while (const auto event = next_event(*child)) {
      if (event->kind == ChildEvent::Kind::forbidden) names.push_back(event->cause);
    }
    pollfd ready{child->control.get(), POLLIN, 0};
    (void)poll(&ready, child->control ? 1 : 0, 100);
  }
  return names;
}

TEST(Violations, AreToldOnceEach) {
  EXPECT_THAT(caught("trace_child"), testing::ElementsAre("ptrace"));
  EXPECT_THAT(caught("mount_tmpfs"), testing::ElementsAre("mount"));
  EXPECT_THAT(caught("x32_entry"), testing::ElementsAre("a call of another architecture"));
  EXPECT_THAT(caught("take_descriptor"), testing::ElementsAre("pidfd_getfd"));
  // Probed for by honest libraries: refused, but nobody is accused.
  EXPECT_THAT(caught("io_uring_setup"), testing::IsEmpty());
  EXPECT_THAT(caught("keyctl"), testing::IsEmpty());
  EXPECT_THAT(caught("unshare_user"), testing::IsEmpty());
  EXPECT_THAT(caught("workspace"), testing::IsEmpty());
}

TEST(Violations, WithoutEndAreTheEnd) {
  EXPECT_EQ(run(world().plan("violate_for_ever")).end.cause, "forbidden");
}

TEST(Neighbours, SeeNothingOfEachOther) {
  const Folder first, second;
  LaunchPlan a =
      script(first, "echo canary > /tmp/a; echo canary > secret; echo up; sleep 1000", "a");
  a.env["KEY_OF_A"] = Secret<>("canary");
  LaunchPlan b = script(second,
                        "cat /tmp/* " + (first.path() / "workspace/secret").string() +
                            " /proc/*/environ; ls " + first.path().string() +
                            "; kill -9 -1; ls -d /proc/[0-9]* | wc -l",
                        "b");
  auto running = launch(a, this_host());
  ASSERT_TRUE(running) << running.error().what;
  EXPECT_EQ(read_line(running->stdout_.get()), "up");
  const Outcome outcome = run(b);
  EXPECT_THAT(outcome.out, Not(HasSubstr("canary")));
  EXPECT_FALSE(exited(*running));
  EXPECT_EQ(next_event(*running), std::nullopt);
}

uid_t owner_of(pid_t pid) {
  const std::string text = slurp("/proc/" + std::to_string(pid) + "/status");
  return static_cast<uid_t>(std::atoi(text.c_str() + text.find("Uid:") + 5));
}

pid_t process_with(const std::string& mark) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid > 0 && pid != getpid() &&
        slurp(entry.path() / "cmdline").find(mark) != std::string::npos &&
        slurp(entry.path() / "cmdline").starts_with("sh")) {
      return pid;
    }
  }
  return -1;
}

TEST(Users, AreNeverRootAndOneForEachServer) {
  const Folder folder;
  const std::string one = "doorward-mark-" + hex(random_bytes(6));
  const std::string two = "doorward-mark-" + hex(random_bytes(6));
  auto a = launch(script(folder, "while :; do sleep 1; done; : " + one, "one"), this_host());
  auto b = launch(script(folder, "while :; do sleep 1; done; : " + two, "two"), this_host());
  ASSERT_TRUE(a && b);
  const uid_t first = owner_of(process_with(one));
  const uid_t second = owner_of(process_with(two));
  EXPECT_NE(first, 0U);
  if (this_host().root) {
    EXPECT_NE(first, second);
    EXPECT_GE(first, 64000U);
    EXPECT_GE(second, 64000U);
  } else {
    EXPECT_EQ(first, geteuid());
  }
}

// The gateway's side of a door: one connection, one line back.
std::string answer_at(Listening& door) {
  for (int i = 0; i < 500; ++i) {
    const Fd peer(accept4(door.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (peer) {
      std::string line = read_line(peer.get());
      (void)!write(peer.get(), "from outside\n", 13);
      return line;
    }
    usleep(20'000);
  }
  return "nobody came";
}

TEST(Doors, CarryListedTargetsAndNothingElse) {
  const Folder folder;
  LaunchPlan plan = script(folder, "");
  plan.command = {"node", "-e", R"(
    const net = require('net');
    const reach = (host, port) => new Promise((done) => {
      const s = net.connect(port, host, () => s.write('hello ' + host + '\n'));
      s.on('data', (d) => { done(host + ':' + port + ' ' + d.toString().trim()); s.destroy(); });
      s.on('error', (e) => done(host + ':' + port + ' ' + e.code));
    });
    (async () => {
      for (const [h, p] of [['api.example', 443], ['203.0.113.7', 8443], ['127.0.0.1', 5432], ['2001:db8::7', 8443],
                            ['api.example', 444], ['other.example', 443], ['203.0.113.8', 8443]])
        console.log(await reach(h, p));
    })();
  )"};
  if (!fs::exists("/usr/bin/node")) GTEST_SKIP() << "no node";
  plan.network = {{"api.example", 443},
                  {"203.0.113.7", 8443},
                  {"127.0.0.1", 5432, true},
                  {"2001:db8::7", 8443}};
  auto child = launch(plan, this_host());
  ASSERT_TRUE(child) << child.error().what;
  ASSERT_EQ(child->listening.size(), 4U);
  EXPECT_EQ(child->listening[0].target.host, "api.example");
  EXPECT_EQ(child->listening[2].kind, Listening::Kind::forward);
  EXPECT_EQ(answer_at(child->listening[0]), "hello api.example");
  EXPECT_EQ(answer_at(child->listening[1]), "hello 203.0.113.7");
  EXPECT_EQ(answer_at(child->listening[2]), "hello 127.0.0.1");
  EXPECT_EQ(answer_at(child->listening[3]), "hello 2001:db8::7");
  const std::string out = read_to_end(child->stdout_.get());
  EXPECT_THAT(out, HasSubstr("api.example:443 from outside"));
  EXPECT_THAT(out, HasSubstr("203.0.113.7:8443 from outside"));
  EXPECT_THAT(out, HasSubstr("127.0.0.1:5432 from outside"));
  EXPECT_THAT(out, HasSubstr("api.example:444 ECONNREFUSED"));
  EXPECT_THAT(out, HasSubstr("other.example:443 E"));
  EXPECT_THAT(out, HasSubstr("203.0.113.8:8443 E"));
}

TEST(Doors, CantStandTwiceAtOnePlace) {
  const Folder folder;
  LaunchPlan plan = script(folder, "true");
  plan.network = {{"127.0.0.1", 5432, true}, {"localhost", 5432, true}};
  EXPECT_THAT(run(plan).err, HasSubstr("two network entries would stand at 127.0.0.1 port 5432"));
}

TEST(Doors, OfAWildcardAreAProxy) {
  const Folder folder;
  LaunchPlan plan = script(folder, "echo $HTTPS_PROXY");
  plan.network = {{"*.example.com", 443}};
  auto child = launch(plan, this_host());
  ASSERT_TRUE(child) << child.error().what;
  ASSERT_EQ(child->listening.size(), 1U);
  EXPECT_EQ(child->listening[0].kind, Listening::Kind::proxy);
  EXPECT_EQ(read_line(child->stdout_.get()), "http://127.0.0.1:3128");
}

TEST(Runtimes, NodeAndWebAssembly) {
  if (!fs::exists("/usr/bin/node")) GTEST_SKIP() << "no node";
  const Folder folder;
  LaunchPlan plan = script(folder, "");
  plan.command = {"node", "-e",
                  "new WebAssembly.Memory({initial:1,maximum:65536});"
                  "const {execFileSync}=require('child_process');"
                  "require('fs').writeFileSync('note','x');"
                  "console.log('' + execFileSync('node',['-p','6*7']));"
                  "new (require('worker_threads').Worker)('console.log(\"worker\")',{eval:true})"};
  const Outcome outcome = run(plan);
  EXPECT_THAT(outcome.out, HasSubstr("42"));
  EXPECT_THAT(outcome.out, HasSubstr("worker")) << outcome.err;
}

TEST(Mounts, RefuseLinksAndWhatIsNoFileOrFolder) {
  const Folder folder;
  fs::create_symlink("/etc", folder.path() / "link");
  LaunchPlan plan = script(folder, "true");
  plan.read = {{folder.path() / "link", "/data"}};
  EXPECT_THAT(run(plan).err, HasSubstr("a symbolic link stands on the path"));
  plan.read = {{folder.path() / "link/ssl", "/data"}};
  EXPECT_THAT(run(plan).err, HasSubstr("a symbolic link stands on the path"));
  ASSERT_EQ(mkfifo((folder.path() / "fifo").c_str(), 0666), 0);
  plan.read = {{folder.path() / "fifo", "/data"}};
  EXPECT_THAT(run(plan).err, HasSubstr("neither a folder nor a plain file"));
  plan.read = {{folder.path() / "absent", "/data"}};
  EXPECT_THAT(run(plan).err, HasSubstr("No such file"));
}

TEST(Mounts, GoIntoEachOtherAndBelowClosedFolders) {
  const Folder folder;
  const fs::path closed = folder.make("closed", fs::perms(0700));
  std::ofstream(folder.make("closed/data", fs::perms(0700)) / "text") << "data\n";
  std::ofstream(closed / "one") << "one\n";
  LaunchPlan plan = script(folder, "cat inner/text /one; touch inner/x || echo kept");
  fs::create_directory(folder.path() / "workspace/inner");
  plan.read = {{closed / "data", "/workspace/inner"}, {closed / "one", "/one"}};
  EXPECT_EQ(run(plan).out, "data\none\nkept\n");
}

}  // namespace
}  // namespace doorward::sandbox
