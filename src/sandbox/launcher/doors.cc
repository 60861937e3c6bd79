// The network of one server: its own loopback device and, for each thing that it may reach, a
// socket that listens there and that the gateway accepts on. There is no other way out.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/launcher/talk.h"
#include "sandbox/launcher/walls.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr const char* kStep = "network";

struct Address {
  int family = AF_UNSPEC;
  in_addr four{};
  in6_addr six{};
  [[nodiscard]] bool is_loopback() const {
    if (family == AF_INET) return (ntohl(four.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&six);
  }
};

Address parse(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), &address.four) == 1) {
    address.family = AF_INET;
  } else if (inet_pton(AF_INET6, text.c_str(), &address.six) == 1) {
    address.family = AF_INET6;
  } else {
    fail(kStep, "`" + text + "` is no address");
  }
  return address;
}

void loopback_up(int control) {
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  must(kStep, ioctl(control, SIOCSIFFLAGS, &request));
}

// Makes the loopback device answer for an address of the world outside.
void add_address(const Address& address, size_t index) {
  const int control = must(kStep, socket(address.family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (address.family == AF_INET) {
    ifreq request{};
    const std::string name = "lo:" + std::to_string(index);
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    sockaddr_in as{};
    as.sin_family = AF_INET;
    as.sin_addr = address.four;
    std::memcpy(&request.ifr_addr, &as, sizeof as);
    must(kStep, ioctl(control, SIOCSIFADDR, &request));
    as.sin_addr.s_addr = 0xFFFFFFFF;
    std::memcpy(&request.ifr_netmask, &as, sizeof as);
    must(kStep, ioctl(control, SIOCSIFNETMASK, &request));
  } else {
    struct {  // struct in6_ifreq of the kernel
      in6_addr address;
      uint32_t prefix;
      int interface;
    } request{address.six, 128, static_cast<int>(if_nametoindex("lo"))};
    if (ioctl(control, SIOCSIFADDR, &request) != 0 && errno != EEXIST) fail_errno(kStep);
  }
  close(control);
}

int listen_at(const Address& address, uint16_t port) {
  const int fd = must(kStep, socket(address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (address.family == AF_INET) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr = address.four;
    at.sin_port = htons(port);
    must(kStep, bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at));
  } else {
    sockaddr_in6 at{};
    // A new address counts as tentative for a moment.
    const int yes = 1;
    must(kStep, setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &yes, sizeof yes));
    at.sin6_family = AF_INET6;
    at.sin6_addr = address.six;
    at.sin6_port = htons(port);
    must(kStep, bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at));
  }
  must(kStep, listen(fd, 64));
  return fd;
}

}  // namespace

void open_doors(const Spec& spec) {
  const int control = must(kStep, socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  loopback_up(control);
  close(control);
  for (size_t i = 0; i < spec.listen.size(); ++i) {
    const Address address = parse(spec.listen[i].address);
    if (!address.is_loopback()) add_address(address, i + 1);
    const int fd = listen_at(address, spec.listen[i].port);
    tell(Note::listening, std::to_string(i), fd);
    close(fd);
  }
}

int open_diagnosis() {
  const int fd = must(kStep, socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const timeval soon{1, 0};
  must(kStep, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
  return fd;
}

}  // namespace doorward::sandbox::launcher
