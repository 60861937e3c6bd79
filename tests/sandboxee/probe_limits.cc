// Taking more than the limits of the test's plan give: 128 MiB, 24 processes, 32 MiB of disk,
// 8 MiB a file, 8 MiB of /tmp, 128 descriptors. Never run outside.
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

constexpr size_t kMiB = 1 << 20;

// Bytes that could be written to one file.
size_t fill(const std::string& path, size_t most) {
  signal(SIGXFSZ, SIG_IGN);
  static char block[kMiB];
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
  size_t done = 0;
  while (fd >= 0 && done < most) {
    const ssize_t size = write(fd, block, sizeof block);
    if (size <= 0) break;
    done += static_cast<size_t>(size);
  }
  close(fd);
  return done;
}

Result fork_bomb() {
  int count = 0;
  while (count < 400) {
    const pid_t pid = fork();
    if (pid < 0) return count < 30 ? Result::denied : Result::open;
    if (pid == 0) {
      pause();
      _exit(0);
    }
    ++count;
  }
  return Result::open;
}
Result thread_bomb() {
  for (int count = 0; count < 400; ++count) {
    pthread_t thread;
    const auto sleep = [](void*) -> void* {
      pause();
      return nullptr;
    };
    if (pthread_create(&thread, nullptr, sleep, nullptr) != 0) return Result::denied;
  }
  return Result::open;
}
// One process: its own limit or the group's.
Result memory_bomb() {
  for (size_t total = 0; total < 1024 * kMiB; total += 16 * kMiB) {
    void* at = mmap(nullptr, 16 * kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return Result::denied;
    std::memset(at, 1, 16 * kMiB);
  }
  return Result::open;
}
// Many processes, each below its own limit. Ends by being killed.
Result memory_together() {
  for (int i = 0; i < 8; ++i) {
    if (fork() != 0) continue;
    void* at = mmap(nullptr, 48 * kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at != MAP_FAILED) std::memset(at, 1, 48 * kMiB);
    sleep(20);
    _exit(0);
  }
  int status = 0;
  while (wait(&status) > 0) {
    if (WIFSIGNALED(status)) return Result::denied;
  }
  return Result::open;
}
Result shared_memory_bomb() {
  const int fd = memfd_create("bomb", 0);
  static char block[kMiB];
  size_t done = 0;
  while (done < 512 * kMiB && write(fd, block, sizeof block) > 0) done += sizeof block;
  return done < 512 * kMiB ? Result::denied : Result::open;
}
Result descriptor_bomb() {
  int count = 0;
  while (count < 5000 && open("/dev/null", O_RDONLY) >= 0) ++count;
  return count < 200 ? Result::denied : Result::open;
}
Result large_file() {
  return fill(given("P_WORK") + "/large", 64 * kMiB) <= 8 * kMiB ? Result::denied : Result::open;
}
Result fill_tmp() {
  size_t total = 0;
  for (int i = 0; i < 8; ++i) total += fill("/tmp/fill" + std::to_string(i), 4 * kMiB);
  return total <= 8 * kMiB ? Result::denied : Result::open;
}
Result fill_shared() {
  size_t total = 0;
  for (int i = 0; i < 8; ++i) total += fill("/dev/shm/fill" + std::to_string(i), 4 * kMiB);
  return total <= 16 * kMiB ? Result::denied : Result::open;
}
// Many files, each small enough. Ends by being killed.
Result fill_workspace() {
  for (int i = 0; i < 20; ++i) {
    if (fill(given("P_WORK") + "/part" + std::to_string(i), 6 * kMiB) < 6 * kMiB) {
      return Result::denied;
    }
  }
  sleep(20);
  return Result::open;
}
Result lock_memory() {
  void* at = mmap(nullptr, 32 * kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return refused(mlock(at, 32 * kMiB));
}

// Files that no folder shows. Each is small enough, together they are not; ends by being killed.
int unnamed(int index) {
  const std::string path = given("P_WORK") + "/unnamed" + std::to_string(index);
  const int fd = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  unlink(path.c_str());
  static char block[kMiB];
  for (int i = 0; i < 6; ++i)
    if (write(fd, block, sizeof block) != sizeof block) return -1;
  return fd;
}
Result unlinked_files() {
  for (int i = 0; i < 12; ++i)
    if (unnamed(i) < 0) return Result::denied;
  sleep(20);
  return Result::open;
}
Result unlinked_maps() {
  for (int i = 0; i < 12; ++i) {
    const int fd = unnamed(i);
    if (fd < 0) return Result::denied;
    if (mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) return Result::broken;
    close(fd);
  }
  sleep(20);
  return Result::open;
}
Result unlinked_in_flight() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) return Result::broken;
  for (int i = 0; i < 9; ++i) {
    const int fd = unnamed(i);
    if (fd < 0) return Result::denied;
    char letter = 'f';
    iovec part{&letter, 1};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof fd)] = {};
    msghdr head{};
    head.msg_iov = &part;
    head.msg_iovlen = 1;
    head.msg_control = space;
    head.msg_controllen = sizeof space;
    cmsghdr* extra = CMSG_FIRSTHDR(&head);
    extra->cmsg_level = SOL_SOCKET;
    extra->cmsg_type = SCM_RIGHTS;
    extra->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(extra), &fd, sizeof fd);
    if (sendmsg(ends[0], &head, 0) != 1) return Result::denied;
    close(fd);
  }
  sleep(20);
  return Result::open;
}
// Files in a folder that this probe is in, whatever its place.
Result fill_here() {
  for (int i = 0; i < 12; ++i)
    if (fill("part" + std::to_string(i), 6 * kMiB) < 6 * kMiB) return Result::denied;
  return Result::open;
}
Result fill_deep() {
  if (chdir(given("P_WORK").c_str()) != 0) return Result::broken;
  for (int i = 0; i < 300; ++i)
    if (mkdir("d", 0700) != 0 || chdir("d") != 0) return Result::broken;
  if (fill_here() == Result::denied) return Result::denied;
  sleep(20);
  return Result::open;
}
Result fill_closed() {
  const std::string folder = given("P_WORK") + "/closed";
  int files[12];
  if (mkdir(folder.c_str(), 0700) != 0) return Result::broken;
  for (int i = 0; i < 12; ++i)
    files[i] = open((folder + "/" + std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0600);
  chmod(folder.c_str(), 0);
  static char block[kMiB];
  for (const int file : files)
    for (int i = 0; i < 6; ++i)
      if (write(file, block, sizeof block) != sizeof block) return Result::denied;
  sleep(20);
  return Result::open;
}
// Memory that no process shows as its own. Ends by being killed where it is not refused.
Result memory_files() {
  static char block[kMiB];
  for (int i = 0; i < 100; ++i) {
    const int fd = memfd_create("held", 0);
    if (fd < 0) return Result::denied;
    for (int k = 0; k < 6; ++k)
      if (write(fd, block, sizeof block) != sizeof block) return Result::denied;
  }
  sleep(20);
  return Result::open;
}
Result segments_let_go() {
  for (int i = 0; i < 12; ++i) {
    const int id = shmget(IPC_PRIVATE, 48 * kMiB, IPC_CREAT | 0600);
    if (id < 0) return Result::denied;
    void* at = shmat(id, nullptr, 0);
    std::memset(at, 1, 48 * kMiB);
    shmdt(at);
  }
  sleep(20);
  return Result::open;
}
Result let_go_of(int fd, int flags) {
  for (int i = 0; i < 12; ++i) {
    void* at = mmap(nullptr, 48 * kMiB, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);
    if (at == MAP_FAILED) return Result::denied;
    std::memset(at, 1, 48 * kMiB);
    madvise(at, 48 * kMiB, MADV_DONTNEED);
    munmap(static_cast<char*>(at) + 4096, 48 * kMiB - 4096);
  }
  sleep(20);
  return Result::open;
}
Result shared_let_go() {
  return let_go_of(-1, MAP_ANONYMOUS);
}
Result zero_device_let_go() {
  const int fd = open("/dev/zero", O_RDWR);
  return fd < 0 ? Result::denied : let_go_of(fd, 0);
}
void send_all(int fd) {
  static char block[64 << 10];
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while (write(fd, block, sizeof block) > 0) {
  }
}
// In 20 processes, so that no limit of one is met.
Result in_many(void (*part)()) {
  for (int i = 0; i < 20; ++i) {
    if (fork() != 0) continue;
    part();
    sleep(20);
    _exit(0);
  }
  int status = 0;
  while (wait(&status) > 0) {
    if (WIFSIGNALED(status)) return Result::denied;
  }
  return Result::open;
}
Result pair_buffers() {
  return in_many([] {
    int ends[2];
    const int most = 16 << 20;
    for (int i = 0; i < 50 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0; ++i) {
      setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &most, sizeof most);
      send_all(ends[0]);
    }
  });
}
Result loopback_buffers() {
  return in_many([] {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (bind(listener, reinterpret_cast<sockaddr*>(&at), size) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      return;
    for (int i = 0; i < 50; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(fd, reinterpret_cast<sockaddr*>(&at), size) != 0) return;
      send_all(fd);
    }
  });
}

Result violate_for_ever() {
  for (int i = 0; i < 100'000; ++i) syscall(SYS_ptrace, -1, 0, 0, 0);
  return Result::open;
}

const Probe kProbes[] = {
    {"fork_bomb", Kind::attack, fork_bomb},
    {"thread_bomb", Kind::attack, thread_bomb},
    {"memory_bomb", Kind::attack, memory_bomb},
    {"memory_together", Kind::attack, memory_together},
    {"shared_memory_bomb", Kind::attack, shared_memory_bomb},
    {"descriptor_bomb", Kind::attack, descriptor_bomb},
    {"large_file", Kind::attack, large_file},
    {"fill_tmp", Kind::attack, fill_tmp},
    {"fill_shared", Kind::attack, fill_shared},
    {"fill_workspace", Kind::attack, fill_workspace},
    {"unlinked_files", Kind::attack, unlinked_files},
    {"unlinked_maps", Kind::attack, unlinked_maps},
    {"unlinked_in_flight", Kind::attack, unlinked_in_flight},
    {"fill_deep", Kind::attack, fill_deep},
    {"fill_closed", Kind::attack, fill_closed},
    {"memory_files", Kind::attack, memory_files},
    {"segments_let_go", Kind::attack, segments_let_go},
    {"shared_let_go", Kind::attack, shared_let_go},
    {"zero_device_let_go", Kind::attack, zero_device_let_go},
    {"pair_buffers", Kind::attack, pair_buffers},
    {"loopback_buffers", Kind::attack, loopback_buffers},
    {"violate_for_ever", Kind::attack, violate_for_ever},
    {"lock_memory", Kind::attack, lock_memory},
};

}  // namespace

std::span<const Probe> limit_probes() {
  return kProbes;
}

}  // namespace probe
