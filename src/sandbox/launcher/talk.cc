#include "sandbox/launcher/talk.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace doorward::sandbox::launcher {

void tell(Note note, std::string_view text, int fd) {
  std::string message(1, static_cast<char>(note));
  message.append(text.substr(0, std::min<size_t>(text.size(), 4000)));
  iovec part{message.data(), message.size()};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  if (fd >= 0) {
    head.msg_control = space;
    head.msg_controllen = sizeof space;
    cmsghdr* extra = CMSG_FIRSTHDR(&head);
    extra->cmsg_level = SOL_SOCKET;
    extra->cmsg_type = SCM_RIGHTS;
    extra->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(extra), &fd, sizeof fd);
  }
  while (sendmsg(kControlFd, &head, MSG_NOSIGNAL) < 0 && errno == EINTR) {
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
