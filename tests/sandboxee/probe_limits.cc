// Taking more than the limits of the test's plan give: 128 MiB, 24 processes, 32 MiB of disk,
// 8 MiB a file, 8 MiB of /tmp, 128 descriptors. Never run outside.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
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
    {"violate_for_ever", Kind::attack, violate_for_ever},
    {"lock_memory", Kind::attack, lock_memory},
};

}  // namespace

std::span<const Probe> limit_probes() {
  return kProbes;
}

}  // namespace probe
