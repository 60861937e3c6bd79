// The memory of sockets, asked of the kernel (NETLINK_SOCK_DIAG).
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sandbox/launcher/held.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr uint64_t kMostOfOne = 416ULL << 10;  // twice net.core.wmem_max, as the kernel counts

struct Read {
  std::array<uint32_t, SK_MEMINFO_VARS> memory{};
  uint32_t waiting = 0;  // unix: to be read
};

uint64_t amount(const Read& of) {
  const auto at = [&](int index) { return static_cast<uint64_t>(of.memory[index]); };
  const uint64_t sent = std::max(at(SK_MEMINFO_WMEM_ALLOC), at(SK_MEMINFO_WMEM_QUEUED));
  return at(SK_MEMINFO_RMEM_ALLOC) + sent + at(SK_MEMINFO_FWD_ALLOC) + at(SK_MEMINFO_BACKLOG) +
         (of.waiting > 0 ? kMostOfOne : 0);
}

// The attributes behind the fixed part of one answer.
Read attributes(const char* from, size_t size, int memory, int waiting) {
  Read out;
  while (size >= sizeof(rtattr)) {
    rtattr head{};
    std::memcpy(&head, from, sizeof head);
    if (head.rta_len < sizeof head || head.rta_len > size) break;
    const size_t length = head.rta_len - sizeof head;
    if (head.rta_type == memory)
      std::memcpy(out.memory.data(), from + sizeof head, std::min(length, sizeof out.memory));
    if (head.rta_type == waiting && length >= sizeof out.waiting)
      std::memcpy(&out.waiting, from + sizeof head, sizeof out.waiting);
    const size_t step = std::min<size_t>(RTA_ALIGN(head.rta_len), size);
    from += step;
    size -= step;
  }
  return out;
}

struct Question {
  const void* body;
  size_t size;    // of the body, and
  size_t answer;  // of the fixed part of each answer
  int memory;     // the attributes' numbers
  int waiting;
};

uint64_t ask(int socket, const Question& question) {
  std::array<char, 256> request{};
  nlmsghdr head{};
  head.nlmsg_len = static_cast<uint32_t>(NLMSG_HDRLEN + question.size);
  head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::memcpy(request.data(), &head, sizeof head);
  std::memcpy(request.data() + NLMSG_HDRLEN, question.body, question.size);
  if (send(socket, request.data(), head.nlmsg_len, 0) < 0) return 0;
  uint64_t bytes = 0;
  alignas(nlmsghdr) static char buffer[65536];
  for (;;) {
    const ssize_t got = recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return bytes;
    auto left = static_cast<size_t>(got);
    for (const char* at = buffer; left >= sizeof head;) {
      std::memcpy(&head, at, sizeof head);
      if (head.nlmsg_len < sizeof head || head.nlmsg_len > left) return bytes;
      if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) return bytes;
      const size_t fixed = NLMSG_HDRLEN + NLMSG_ALIGN(question.answer);
      if (head.nlmsg_len > fixed)
        bytes += amount(
            attributes(at + fixed, head.nlmsg_len - fixed, question.memory, question.waiting));
      const size_t step = std::min<size_t>(NLMSG_ALIGN(head.nlmsg_len), left);
      at += step;
      left -= step;
    }
  }
}

}  // namespace

uint64_t socket_bytes(int diagnosis) {
  if (diagnosis < 0) return 0;
  unix_diag_req local{};
  local.sdiag_family = AF_UNIX;
  local.udiag_states = ~0U;
  local.udiag_show = UDIAG_SHOW_MEMINFO | UDIAG_SHOW_RQLEN;
  uint64_t bytes = ask(
      diagnosis, {&local, sizeof local, sizeof(unix_diag_msg), UNIX_DIAG_MEMINFO, UNIX_DIAG_RQLEN});
  for (const uint8_t family : {AF_INET, AF_INET6})
    for (const uint8_t protocol : {IPPROTO_TCP, IPPROTO_UDP}) {
      inet_diag_req_v2 request{};
      request.sdiag_family = family;
      request.sdiag_protocol = protocol;
      request.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1);
      request.idiag_states = ~0U;
      bytes += ask(diagnosis,
                   {&request, sizeof request, sizeof(inet_diag_msg), INET_DIAG_SKMEMINFO, -1});
    }
  return bytes;
}

}  // namespace doorward::sandbox::launcher
