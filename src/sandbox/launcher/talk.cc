#include "sandbox/launcher/talk.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sandbox/hand_over.h"

namespace doorward::sandbox::launcher {

void tell(Note note, std::string_view text, int fd) {
  std::string message(1, static_cast<char>(note));
  message.append(text.substr(0, std::min<size_t>(text.size(), 4000)));
  while (hand_over(kControlFd, message.data(), message.size(), fd) < 0 && errno == EINTR) {
  }
}

void fail(std::string_view step, std::string_view why) {
  tell(Note::failed, std::string(step) + ": " + std::string(why));
  _exit(70);
}

void fail_errno(std::string_view step) {
  fail(step, std::strerror(errno));
}

}  // namespace doorward::sandbox::launcher
