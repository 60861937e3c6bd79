#include "audit/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace doorward::audit {

namespace {
std::string reason(int error) {
  return std::generic_category().message(error);
}
}  // namespace

int Files::open(const char* path, int flags, mode_t mode) {
  return ::open(path, flags, mode);
}
ssize_t Files::write(int fd, const void* data, size_t size) {
  return ::write(fd, data, size);
}
int Files::fallocate(int fd, off_t size) {
  const int fault = ::posix_fallocate(fd, 0, size);
  errno = fault;
  return fault == 0 ? 0 : -1;
}
int Files::fdatasync(int fd) {
  return ::fdatasync(fd);
}
int Files::syncfs(int fd) {
  return ::syncfs(fd);
}
int Files::rename(const char* from, const char* to) {
  return ::rename(from, to);
}
int Files::unlink(const char* path) {
  return ::unlink(path);
}

std::unexpected<Error> write_failed(std::string_view what, const std::string& path) {
  return failure("audit.write_failed", Fault::self,
                 std::string(what) + " `" + path + "`: " + reason(errno));
}

Expected<Fd> Files::open_file(const std::string& path, int flags, mode_t mode) {
  Fd fd(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return write_failed("can't open", path);
  return fd;
}

Expected<void> Files::sync(int fd, const std::string& path) {
  while (fdatasync(fd) != 0)
    if (errno != EINTR) return write_failed("can't sync", path);
  return {};
}

Expected<void> Files::replace(const std::string& path, std::string_view bytes, mode_t mode,
                              bool durable) {
  const std::string draft = path + ".new";
  auto fd = open_file(draft, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!fd) return std::unexpected(std::move(fd.error()));
  while (!bytes.empty()) {
    const ssize_t done = write(fd->get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done == 0) errno = ENOSPC;
    if (done <= 0) return write_failed("can't write", draft);
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  if (durable)
    if (auto synced = sync(fd->get(), draft); !synced) return synced;
  if (auto moved = move(draft, path); !moved) return moved;
  if (durable) return sync_folder(std::filesystem::path(path).parent_path().string());
  return {};
}

Expected<void> Files::move(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return write_failed("can't rename to", to);
  return {};
}

Expected<void> Files::remove(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return write_failed("can't remove", path);
  return {};
}

Expected<void> Files::sync_folder(const std::string& path) {
  auto fd = open_file(path, O_RDONLY | O_DIRECTORY, 0);
  if (!fd) return std::unexpected(std::move(fd.error()));
  return sync(fd->get(), path);
}

Expected<void> Files::sync_all(const std::string& folder) {
  auto fd = open_file(folder, O_RDONLY | O_DIRECTORY, 0);
  if (!fd) return std::unexpected(std::move(fd.error()));
  if (syncfs(fd->get()) != 0) return write_failed("can't sync the file system of", folder);
  return {};
}

Expected<void> make_folders(const std::string& path) {
  const std::filesystem::path whole(path);
  std::filesystem::path made;
  for (const auto& part : whole) {
    made /= part;
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST && errno != EROFS && errno != EISDIR)
      return write_failed("can't create folder", made.string());
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return write_failed("can't create folder", path);
  if (!S_ISDIR(facts.st_mode)) {
    errno = ENOTDIR;
    return write_failed("can't create folder", path);
  }
  return {};
}

Expected<std::string> read_file(const std::string& path, size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd)
    return failure(errno == ENOENT || errno == ENOTDIR ? "audit.missing" : "audit.read_failed",
                   Fault::self, "can't read `" + path + "`: " + reason(errno));
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return failure("audit.read_failed", Fault::self, "`" + path + "` is no regular file");
  if (static_cast<uint64_t>(facts.st_size) > limit)
    return failure("audit.too_large", Fault::self,
                   "`" + path + "` has `" + std::to_string(facts.st_size) + "` bytes");
  std::string out(static_cast<size_t>(facts.st_size), '\0');
  size_t at = 0;
  while (at < out.size()) {
    const ssize_t got = ::read(fd.get(), out.data() + at, out.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return failure("audit.read_failed", Fault::self,
                     "can't read `" + path + "`: " + reason(errno));
    if (got == 0) break;
    at += static_cast<size_t>(got);
  }
  out.resize(at);
  return out;
}

bool exists(const std::string& path) {
  struct stat facts{};
  return ::lstat(path.c_str(), &facts) == 0;
}

}  // namespace doorward::audit
