#include "app/given_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace doorward::app {

namespace {

std::unexpected<Error> refuse(const std::string& path, std::string_view why) {
  return failure("config.unreadable", Fault::self,
                 "can't read `" + path + "`: " + std::string(why));
}

Expected<std::string> read_all(const std::string& path, const Fd& fd, size_t limit) {
  std::string out;
  while (out.size() <= limit) {
    const size_t at = out.size();
    out.resize(at + std::min<size_t>(65536, limit + 1 - at));
    const ssize_t got = ::read(fd.get(), out.data() + at, out.size() - at);
    out.resize(at + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(path, std::strerror(errno));
    if (got == 0) return out;
  }
  return refuse(path, "it has more than " + std::to_string(limit) + " bytes");
}

}  // namespace

Expected<std::string> read_given_file(const std::string& path, size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return refuse(path, std::strerror(errno));
  return read_all(path, fd, limit);
}

Expected<std::string> read_regular_file(const std::string& path, size_t limit) {
  // Without waiting: a pipe that nobody writes to would keep the opener for ever.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return refuse(path, std::strerror(errno));
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0) return refuse(path, std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return refuse(path, "it is no regular file");
  return read_all(path, fd, limit);
}

}  // namespace doorward::app
