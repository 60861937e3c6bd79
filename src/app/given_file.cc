#include "app/given_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fd.h"

namespace doorward::app {

Expected<std::string> read_given_file(const std::string& path, size_t limit) {
  const auto refuse = [&path](std::string_view why) {
    return failure("config.unreadable", Fault::self,
                   "can't read `" + path + "`: " + std::string(why));
  };
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return refuse(std::strerror(errno));
  std::string out;
  while (out.size() <= limit) {
    const size_t at = out.size();
    out.resize(at + std::min<size_t>(65536, limit + 1 - at));
    const ssize_t got = ::read(fd.get(), out.data() + at, out.size() - at);
    out.resize(at + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(std::strerror(errno));
    if (got == 0) return out;
  }
  return refuse("it has more than " + std::to_string(limit) + " bytes");
}

}  // namespace doorward::app
