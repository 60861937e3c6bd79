#include "app/log_line.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace {

// False where the reader leaves no room for it. One at a time, so that room that was seen is there.
bool put(std::string_view line) {
  // A socket (a service's journal) says by itself that it is full.
  if (::send(STDERR_FILENO, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
    return true;
  if (errno != ENOTSOCK) return errno != EAGAIN && errno != EWOULDBLOCK;
  // A pipe that can be written to takes PIPE_BUF bytes at once (pipe(7), poll(2)).
  pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) == 0) return false;
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  return true;  // a closed standard error is no reason to stop
}

}  // namespace

void log_line(std::string_view text) {
  // What a server wrote may steer a terminal, or turn the rest of a line around.
  std::string line = rfc3339(wall_now()) + " " + catalog::visible(text);
  if (line.size() > PIPE_BUF - 1) {
    line.resize(PIPE_BUF - 1 - 3);
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U)
      line.pop_back();
    if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xC0U) line.pop_back();
    line += "…";
  }
  line += '\n';
  static std::mutex one_at_a_time;
  static uint64_t dropped = 0;
  const std::scoped_lock lock(one_at_a_time);
  if (dropped > 0 && put(rfc3339(wall_now()) + " " + std::to_string(dropped) +
                         " lines were dropped here: nobody read standard error\n"))
    dropped = 0;
  if (dropped > 0 || !put(line)) ++dropped;
}

}  // namespace doorward::app
