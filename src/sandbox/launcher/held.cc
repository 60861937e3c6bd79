#include "sandbox/launcher/held.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace doorward::sandbox::launcher {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

std::string slurp(int folder, const char* name) {
  std::string text;
  const int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 8192> buffer{};
  for (ssize_t n = 0; (n = read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<size_t>(n));
  close(fd);
  return text;
}

template <class Each>
void each_number(const std::string& folder, Each each) {
  DIR* list = opendir(folder.c_str());
  if (list == nullptr) return;
  while (const dirent* entry = readdir(list))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') each(dirfd(list), entry->d_name);
  closedir(list);
}

struct Search {
  const std::set<dev_t>& devices;
  const uint64_t worst;
  std::set<FileId>& seen;
  uint64_t bytes = 0;

  void add(const struct stat& info) {
    if (!S_ISREG(info.st_mode) || info.st_nlink != 0 || !devices.contains(info.st_dev)) return;
    if (seen.emplace(info.st_dev, info.st_ino).second)
      bytes += static_cast<uint64_t>(info.st_blocks) * 512;
  }
  // The descriptors of one thread; `task` is its folder in /proc.
  void descriptors(const std::string& task) {
    each_number(task + "/fd", [&](int folder, const char* name) {
      std::array<char, 4096> buffer{};
      const ssize_t size = readlinkat(folder, name, buffer.data(), buffer.size());
      if (size <= 0) return;
      const std::string_view target(buffer.data(), static_cast<size_t>(size));
      struct stat info{};
      if (target.ends_with(kDeleted) && fstatat(folder, name, &info, 0) == 0) add(info);
      if (target.starts_with("socket:")) in_flight(task + "/fdinfo/" + name);
    });
  }
  void in_flight(const std::string& file) {
    const std::string text = slurp(AT_FDCWD, file.c_str());
    const size_t at = text.find("scm_fds:");
    if (at != std::string::npos) bytes += std::strtoull(text.c_str() + at + 8, nullptr, 10) * worst;
  }
  void maps(const std::string& process) {
    const std::string text = slurp(AT_FDCWD, (process + "/maps").c_str());
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = text.substr(at, end - at);
      at = end + 1;
      if (!line.ends_with(kDeleted)) continue;
      unsigned major = 0, minor = 0;
      unsigned long inode = 0;
      if (std::sscanf(line.c_str(), "%*s %*s %*s %x:%x %lu", &major, &minor, &inode) != 3) continue;
      struct stat info{};
      const std::string link = process + "/map_files/" + line.substr(0, line.find(' '));
      if (stat(link.c_str(), &info) == 0)
        add(info);
      else if (const dev_t device = makedev(major, minor);
               devices.contains(device) && seen.emplace(device, inode).second)
        bytes += worst;
    }
  }
};

}  // namespace

uint64_t held_bytes(const std::vector<pid_t>& processes, const std::set<dev_t>& devices,
                    uint64_t worst, std::set<FileId>& seen) {
  Search search{devices, worst, seen};
  for (const pid_t pid : processes) {
    const std::string process = "/proc/" + std::to_string(pid);
    search.descriptors(process);
    // Threads can have descriptors of their own.
    each_number(process + "/task", [&](int, const char* name) {
      const pid_t task = std::atoi(name);
      if (task != pid && syscall(SYS_kcmp, pid, task, KCMP_FILES, 0, 0) != 0)
        search.descriptors(process + "/task/" + name);
    });
    search.maps(process);
  }
  return search.bytes;
}

}  // namespace doorward::sandbox::launcher
