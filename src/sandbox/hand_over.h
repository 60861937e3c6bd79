// One message over a socket of the launcher's, with a descriptor beside it (SCM_RIGHTS, unix(7)).
// Of the three programs of the sandbox; the small ones among them link nothing else of ours.
#pragma once

#include <sys/socket.h>

#include <cstring>

namespace doorward::sandbox {

// As sendmsg(2): the bytes that went, or -1 and errno. `fd` below 0 hands over none.
inline ssize_t hand_over(int socket, void* bytes, size_t size, int fd) {
  iovec part{bytes, size};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  if (fd >= 0) {
    head.msg_control = space;
    head.msg_controllen = sizeof space;
    cmsghdr* const extra = CMSG_FIRSTHDR(&head);
    extra->cmsg_level = SOL_SOCKET;
    extra->cmsg_type = SCM_RIGHTS;
    extra->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(extra), &fd, sizeof fd);
  }
  return ::sendmsg(socket, &head, MSG_NOSIGNAL);
}

}  // namespace doorward::sandbox
