#include "world.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>
#include <iostream>

namespace doorward::sandbox {
namespace {

Fd listen_local(const std::string& name, bool abstract) {
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fd;
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::memcpy(at.sun_path + (abstract ? 1 : 0), name.data(), name.size());
  const auto size = offsetof(sockaddr_un, sun_path) + name.size() + 1;
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), static_cast<socklen_t>(size)), 0);
  EXPECT_EQ(listen(fd.get(), 64), 0);
  if (!abstract) fs::permissions(name, fs::perms::all);
  return fd;
}

Fd listen_loopback(int& port) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fd;
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(listen(fd.get(), 64), 0);
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size);
  port = ntohs(at.sin_port);
  return fd;
}

fs::path write(const fs::path& file) {
  std::ofstream(file) << "canary\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
                            fs::perms::others_read);
  return file;
}

}  // namespace

World::World() {
  setenv("DOORWARD_TEST_KEY", "CANARY_OF_THE_GATEWAY", 1);
  told_["P_CANARY"] = write(folder_.make("elsewhere") / "canary");
  told_["P_STATE"] = folder_.make("state", fs::perms(0700));
  (void)write(folder_.path() / "state/operator-token");
  told_["P_NEIGHBOUR"] = write(folder_.make("neighbour") / "secret");
  (void)write(folder_.make("read") / "text");
  const std::string abstract = "doorward-test-" + hex(random_bytes(6));
  told_["P_ABSTRACT"] = abstract;
  open_.push_back(listen_local(abstract, true));
  int port = 0;
  open_.push_back(listen_loopback(port));
  told_["P_PORT"] = std::to_string(port);
  // Without CLOEXEC, as a library might have left it.
  open_.emplace_back(open(told_["P_CANARY"].c_str(), O_RDONLY));
  open_.emplace_back(fcntl(open_.back().get(), F_DUPFD, 251));
  shared_ = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
  told_["P_SHM"] = std::to_string(shared_);
  target_ = fork();
  if (target_ == 0) {
    // It ends with the tests, and holds no pipe of theirs open.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int standard : {0, 1, 2}) close(standard);
    pause();
    _exit(0);
  }
  told_["P_PID"] = std::to_string(target_);
}

World::~World() {
  kill(target_, SIGKILL);
  waitpid(target_, nullptr, 0);
  shmctl(shared_, IPC_RMID, nullptr);
}

fs::path World::workspace() const {
  const fs::path path = folder_.make("workspace-" + hex(random_bytes(4)), fs::perms(0700));
  std::error_code error;
  fs::create_symlink(told_.at("P_CANARY"), path / "link", error);
  return path;
}

LaunchPlan World::plan(const std::string& probe) const {
  LaunchPlan plan;
  plan.name = "probed";
  plan.command = {PROBE, probe};
  plan.state = folder_.path() / "state";
  plan.read = {{folder_.path() / "read", "/readable"}};
  plan.write = {{workspace(), "/workspace"}};
  for (const auto& [name, value] : told_) plan.env[name] = Secret<>(value);
  plan.env["P_WORK"] = Secret<>("/workspace");
  plan.env["P_READ"] = Secret<>("/readable");
  plan.limits = {.memory = 128ULL << 20,
                 .processes = 24,
                 .cpu = 1.0,
                 .disk = 32ULL << 20,
                 .open_files = 128,
                 .file_size = 8ULL << 20,
                 .tmp = 8ULL << 20};
  return plan;
}

int World::run_bare(const std::string& probe) const {
  const fs::path work = workspace();
  const Fd socket = listen_local(work / "socket", false);
  const pid_t pid = fork();
  if (pid == 0) {
    for (const auto& [name, value] : told_) setenv(name.c_str(), value.c_str(), 1);
    setenv("P_WORK", work.c_str(), 1);
    setenv("P_READ", (folder_.path() / "read").c_str(), 1);
    execl(PROBE, "probe", probe.c_str(), nullptr);
    _exit(99);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

World& world() {
  static World one;
  return one;
}

int processes_with(const std::string& mark) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (name == std::to_string(getpid())) continue;
    if (slurp(entry.path() / "cmdline").find(mark) != std::string::npos) ++count;
  }
  return count;
}

}  // namespace doorward::sandbox

namespace doorward::sandbox {
void register_probes();
}

// `--as-user` gives up root first: the same tests on the path of a gateway that is not root.
int main(int count, char** words) {
  const bool as_user = count > 1 && std::strcmp(words[1], "--as-user") == 0;
  // A report that this user may not write would abort the program after its last test.
  if (as_user) GTEST_FLAG_SET(output, "");
  testing::InitGoogleMock(&count, words);
  if (as_user) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() != 0 || setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
        setresuid(kNobody, kNobody, kNobody) != 0) {
      std::cout << "skipped: root is needed to become another user\n";
      return 77;
    }
    if (access(PROBE, X_OK) != 0) {
      std::cout << "skipped: other users can't reach " << PROBE << "\n";
      return 77;
    }
  }
  doorward::sandbox::register_probes();
  return RUN_ALL_TESTS();
}
