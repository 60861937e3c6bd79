#include "sandbox/launcher/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace doorward::sandbox::launcher {
namespace {

constexpr int kEntries = 500'000;
constexpr int kDepth = 128;
constexpr int64_t kDay = 24 * 3600;

struct Walk {
  dev_t device;
  uid_t only;
  int left;
  std::set<FileId>& seen;
  DiskUse& use;

  void count(const struct stat& info) {
    if (only != kAnybody && info.st_uid != only) return;
    const bool shared = !S_ISDIR(info.st_mode) && info.st_nlink > 1;
    if (shared && !seen.emplace(info.st_dev, info.st_ino).second) return;
    use.bytes += static_cast<uint64_t>(info.st_blocks) * 512;
  }
  // Takes `folder` over.
  void look(int folder, int depth) {
    DIR* list = fdopendir(folder);
    if (list == nullptr) {
      close(folder);
      return;
    }
    while (const dirent* entry = readdir(list)) {
      if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
      if (--left < 0) {
        ++use.hidden;
        break;
      }
      struct stat info{};
      if (fstatat(dirfd(list), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (info.st_dev != device) continue;
      count(info);
      if (S_ISDIR(info.st_mode)) look_below(dirfd(list), entry->d_name, info, depth);
    }
    closedir(list);
  }
  void look_below(int parent, const char* name, const struct stat& info, int depth) {
    if (depth >= kDepth) {
      ++use.hidden;
      return;
    }
    const int below = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below >= 0)
      look(below, depth + 1);
    else if (errno == EACCES && info.st_uid == geteuid())
      ++use.hidden;  // closed by the server itself, which has this kernel user
  }
};

int64_t now() {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  return at.tv_sec;
}

int open_ledger(const std::string& file) {
  // `…/disk/SERVER/NAME`: both folders are the launcher's to make.
  const size_t server = file.rfind('/');
  const size_t disk = server == std::string::npos ? server : file.rfind('/', server - 1);
  if (disk == std::string::npos) return -1;
  (void)mkdir(file.substr(0, disk).c_str(), 0700);
  (void)mkdir(file.substr(0, server).c_str(), 0700);
  return open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

}  // namespace

void add_disk_use(int folder, uid_t only, std::set<FileId>& seen, DiskUse& use) {
  struct stat info{};
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) {
    if (errno == EACCES) ++use.hidden;
    return;
  }
  if (fstat(copy, &info) != 0) {
    close(copy);
    return;
  }
  Walk{info.st_dev, only, kEntries, seen, use}.look(copy, 0);
}

Ledger::Ledger(const std::string& file, const DiskUse& use)
    : since_(now()), before_(use.bytes), hidden_(use.hidden) {
  if (file.empty()) return;
  file_ = open_ledger(file);
  if (file_ < 0) return;
  const bool alone = flock(file_, LOCK_EX | LOCK_NB) == 0;
  char text[128] = {};
  int64_t since = 0;
  uint64_t before = 0, hidden = 0, grown = 0;
  const bool known = pread(file_, text, sizeof text - 1, 0) > 0 &&
                     std::sscanf(text, "%" SCNd64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &since,
                                 &before, &hidden, &grown) == 4;
  const bool today = since <= since_ && since_ - since < kDay;
  if (known && (today || !alone)) {
    since_ = since;
    hidden_ = hidden;
    // What others did between two runs is none of the server's.
    before_ = alone ? use.bytes - std::min(use.bytes, grown) : before;
  }
  keep(use);
  (void)flock(file_, LOCK_SH);
}

Ledger::~Ledger() {
  if (file_ >= 0) close(file_);
}

uint64_t Ledger::grown(const DiskUse& use) const {
  return use.bytes > before_ ? use.bytes - before_ : 0;
}

void Ledger::keep(const DiskUse& use) const {
  if (file_ < 0) return;
  char text[128];
  const int size =
      std::snprintf(text, sizeof text, "%" PRId64 " %020" PRIu64 " %010" PRIu64 " %020" PRIu64 "\n",
                    since_, before_, hidden_, grown(use));
  (void)!pwrite(file_, text, static_cast<size_t>(size), 0);
}

}  // namespace doorward::sandbox::launcher
