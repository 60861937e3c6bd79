// What honest servers do; a sandbox that stops these is of no use.
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

Result yes(bool good) {
  return good ? Result::open : Result::denied;
}

bool round_trip(const std::string& path) {
  const int fd = open(path.c_str(), O_CREAT | O_RDWR | O_TRUNC, 0644);
  char copy[4] = {};
  return write(fd, "abc", 3) == 3 && pread(fd, copy, 3, 0) == 3 && std::strcmp(copy, "abc") == 0;
}
Result workspace() {
  const std::string at = given("P_WORK");
  mkdir((at + "/folder").c_str(), 0755);
  return yes(round_trip(at + "/folder/file") &&
             rename((at + "/folder/file").c_str(), (at + "/moved").c_str()) == 0 &&
             chmod((at + "/moved").c_str(), 0755) == 0 && unlink((at + "/moved").c_str()) == 0 &&
             rmdir((at + "/folder").c_str()) == 0);
}
Result temporary() {
  return yes(round_trip("/tmp/file") && round_trip("/dev/shm/file"));
}
Result read_mount() {
  const int fd = open((given("P_READ") + "/text").c_str(), O_RDONLY);
  char byte = 0;
  return yes(read(fd, &byte, 1) == 1);
}
Result threads() {
  pthread_t thread[8];
  for (auto& each : thread) {
    if (pthread_create(&each, nullptr, [](void*) -> void* { return nullptr; }, nullptr) != 0) {
      return Result::denied;
    }
  }
  for (auto& each : thread) pthread_join(each, nullptr);
  return Result::open;
}
Result child_process() {
  const pid_t pid = fork();
  if (pid == 0) {
    execlp("sh", "sh", "-c", "ls / | grep -q usr", nullptr);
    _exit(99);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  return yes(status == 0);
}
Result own_loopback() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (bind(server, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(server, 1) != 0 ||
      getsockname(server, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    return Result::denied;
  }
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  return yes(connect(client, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
}
Result local_name() {
  addrinfo* list = nullptr;
  return yes(getaddrinfo("localhost", "80", nullptr, &list) == 0);
}
Result socket_pair() {
  int both[2];
  return yes(socketpair(AF_UNIX, SOCK_STREAM, 0, both) == 0 && write(both[0], "x", 1) == 1);
}
Result event_sources() {
  return yes(eventfd(0, 0) >= 0 && timerfd_create(CLOCK_MONOTONIC, 0) >= 0 &&
             inotify_init1(0) >= 0 &&
             inotify_add_watch(inotify_init1(0), given("P_WORK").c_str(), IN_CREATE) >= 0);
}
// What a just-in-time compiler needs.
Result machine_code() {
  void* at = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return yes(at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0);
}
// The guard regions of WebAssembly: address space that is never used.
Result reservation() {
  void* at =
      mmap(nullptr, 10UL << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return yes(at != MAP_FAILED);
}
Result interfaces() {
  ifaddrs* list = nullptr;
  return yes(getifaddrs(&list) == 0 && list != nullptr);
}
Result own_process_files() {
  return yes(open("/proc/self/status", O_RDONLY) >= 0 && open("/proc/meminfo", O_RDONLY) >= 0 &&
             open("/dev/urandom", O_RDONLY) >= 0 && open("/dev/null", O_WRONLY) >= 0);
}
Result processors() {
  cpu_set_t set;
  return yes(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0);
}
Result certificates() {
  struct stat info{};
  // Only where the host has them.
  return yes(stat("/usr/share/ca-certificates", &info) != 0 || stat("/etc/ssl/certs", &info) == 0);
}
Result user_name() {
  return yes(getuid() == 1000 && geteuid() == 1000 && getgid() == 1000);
}

// A package installation: many small files, most of them links to a store. Counted once each.
Result linked_tree() {
  const std::string root = given("P_WORK") + "/modules";
  if (mkdir(root.c_str(), 0755) != 0) return Result::broken;
  const std::string store = root + "/store";
  const int fd = open(store.c_str(), O_CREAT | O_WRONLY, 0644);
  static char block[6 << 20];
  if (write(fd, block, sizeof block) != sizeof block) return Result::broken;
  close(fd);
  for (int i = 0; i < 60; ++i) {
    const std::string folder = root + "/" + std::to_string(i);
    if (mkdir(folder.c_str(), 0755) != 0) return Result::broken;
    if (link(store.c_str(), (folder + "/linked").c_str()) != 0) return Result::broken;
    const int own = open((folder + "/own").c_str(), O_CREAT | O_WRONLY, 0644);
    if (write(own, block, 4096) != 4096) return Result::broken;
    close(own);
  }
  usleep(1'500'000);  // so that somebody looks
  return Result::open;
}
// A temporary file that has no name, as many libraries make them; a memory file where it may.
Result unnamed_files() {
  const std::string path = given("P_WORK") + "/temporary";
  const int fd = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  unlink(path.c_str());
  static char block[4 << 20];
  if (write(fd, block, sizeof block) != sizeof block) return Result::broken;
  const int memory = memfd_create("held", 0);
  if (memory >= 0 && write(memory, block, sizeof block) != sizeof block) return Result::broken;
  usleep(1'500'000);
  return Result::open;
}

const Probe kProbes[] = {
    {"workspace", Kind::good, workspace},
    {"temporary", Kind::good, temporary},
    {"read_mount", Kind::good, read_mount},
    {"threads", Kind::good, threads},
    {"child_process", Kind::good, child_process},
    {"own_loopback", Kind::good, own_loopback},
    {"local_name", Kind::good, local_name},
    {"socket_pair", Kind::good, socket_pair},
    {"event_sources", Kind::good, event_sources},
    {"machine_code", Kind::good, machine_code},
    {"reservation", Kind::good, reservation},
    {"interfaces", Kind::good, interfaces},
    {"own_process_files", Kind::good, own_process_files},
    {"processors", Kind::good, processors},
    {"certificates", Kind::good, certificates},
    {"user_name", Kind::good, user_name},
    {"linked_tree", Kind::good, linked_tree},
    {"unnamed_files", Kind::good, unnamed_files},
};

}  // namespace

std::span<const Probe> good_probes() {
  return kProbes;
}

}  // namespace probe
