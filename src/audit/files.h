// The system calls that the log writes with. Tests replace one at a time to make it fail; all that
// is built on them (whole writes, atomic replacement) is here too, and nowhere else.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/fd.h"

namespace doorward::audit {

class Files {
 public:
  virtual ~Files() = default;

  // Each as the system call of its name: -1 and errno on failure.
  virtual int open(const char* path, int flags, mode_t mode);
  virtual ssize_t write(int fd, const void* data, size_t size);
  virtual int fallocate(int fd, off_t size);
  virtual int fdatasync(int fd);
  virtual int syncfs(int fd);
  virtual int rename(const char* from, const char* to);
  virtual int unlink(const char* path);

  // Below, every error is audit.write_failed (or audit.read_failed) with path and reason.
  [[nodiscard]] Expected<Fd> open_file(const std::string& path, int flags, mode_t mode);
  [[nodiscard]] Expected<void> sync(int fd, const std::string& path);
  // Writes a new file beside `path` and renames it over it: a reader sees the old or the new
  // content, never a part. `durable`: also after a power cut, file and name both.
  [[nodiscard]] Expected<void> replace(const std::string& path, std::string_view bytes, mode_t mode,
                                       bool durable);
  [[nodiscard]] Expected<void> move(const std::string& from, const std::string& to);
  [[nodiscard]] Expected<void> remove(const std::string& path);  // one that is not there is fine
  [[nodiscard]] Expected<void> sync_folder(const std::string& path);
  // Makes all that was written to the file system of `folder` durable.
  [[nodiscard]] Expected<void> sync_all(const std::string& folder);
};

// Creates a folder and its parents, each new one 0700. Errors: audit.write_failed.
[[nodiscard]] Expected<void> make_folders(const std::string& path);
// A whole regular file of at most `limit` bytes, no symbolic link followed at its end.
// Errors: audit.missing, audit.read_failed, audit.too_large.
[[nodiscard]] Expected<std::string> read_file(const std::string& path, size_t limit);
[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] std::unexpected<Error> write_failed(std::string_view what, const std::string& path);

}  // namespace doorward::audit
