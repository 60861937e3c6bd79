// The lock file on disk.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/fd.h"
#include "catalog/lock_file.h"
#include "catalog/lock_text.h"
#include "catalog/whole_file.h"

namespace doorward::catalog {

namespace {

std::unexpected<Error> io_failure(std::string_view what, const std::string& path) {
  return failure("catalog.lock_io", Fault::self,
                 std::string(what) + " `" + path + "`: " + std::generic_category().message(errno));
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

}  // namespace

Expected<LockFile> load_lock(const std::string& path, const VerifyKey* key) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file && errno == ENOENT)
    return failure("catalog.lock_missing", Fault::client, "there is no `" + path + "`");
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) return io_failure("can't read", path);
  if (!S_ISREG(status.st_mode))
    return failure("catalog.lock_io", Fault::client, "`" + path + "` is no file");
  std::string text;
  char block[64 * 1024];
  while (text.size() <= lock_limits().bytes) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure("can't read", path);
    if (got == 0) break;
    text.append(block, static_cast<size_t>(got));
  }
  auto lock = read_lock(std::move(text), key);
  if (!lock) return std::unexpected(std::move(lock.error()).within(path));
  return lock;
}

Expected<void> save_lock(const std::string& path, const LockFile& lock, const SignKey* key) {
  return replace_file(path, write_lock(lock, key));
}

Expected<void> replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new-" + random_id(6);
  {
    const Fd file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) return io_failure("can't create", fresh);
    if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
      auto failed = io_failure("can't write", fresh);
      ::unlink(fresh.c_str());
      return failed;
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    auto failed = io_failure("can't replace", path);
    ::unlink(fresh.c_str());
    return failed;
  }
  const Fd folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return io_failure("can't sync", folder_of(path));
  return {};
}

}  // namespace doorward::catalog
