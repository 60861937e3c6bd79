// Ways out by sockets.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe.h"

namespace probe {
namespace {

Result can_connect(const char* address, int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address, &to.sin_addr);
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return Result::open;
  if (errno != EINPROGRESS) return Result::denied;
  // Under way, so there is a route; a refusal comes at once from a loopback device of one's own.
  pollfd done{fd, POLLOUT, 0};
  poll(&done, 1, 1000);
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == ECONNREFUSED || error == ENETUNREACH ? Result::denied : Result::open;
}
Result can_connect_six(const char* address, int port) {
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET6, address, &to.sin6_addr);
  return refused(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to));
}
Result can_send(const char* address, int port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address, &to.sin_addr);
  return refused(sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to));
}
Result can_connect_local(const std::string& name, bool abstract) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return Result::denied;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path + (abstract ? 1 : 0), name.data(), name.size());
  const auto size = offsetof(sockaddr_un, sun_path) + name.size() + 1;
  return refused(connect(fd, reinterpret_cast<sockaddr*>(&to), static_cast<socklen_t>(size)));
}
Result can_make(int family, int type, int protocol) {
  return refused(socket(family, type, protocol));
}
Result resolve() {
  addrinfo* list = nullptr;
  return getaddrinfo("example.com", "443", nullptr, &list) == 0 ? Result::open : Result::denied;
}
Result has_interface() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return Result::broken;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (std::strcmp(each->ifa_name, "lo") != 0) return Result::open;
  }
  return Result::denied;
}
int host_port() {
  return std::atoi(given("P_PORT").c_str());
}

const Probe kProbes[] = {
    {"connect_host_loopback", Kind::bare, [] { return can_connect("127.0.0.1", host_port()); }},
    {"connect_host_loopback_six", Kind::attack,
     [] { return can_connect_six("::ffff:127.0.0.1", host_port()); }},
    {"connect_metadata", Kind::attack, [] { return can_connect("169.254.169.254", 80); }},
    {"connect_world", Kind::attack, [] { return can_connect("192.0.2.1", 443); }},
    {"connect_private", Kind::attack, [] { return can_connect("10.0.0.1", 80); }},
    {"connect_world_six", Kind::attack, [] { return can_connect_six("2001:db8::1", 443); }},
    {"send_datagram", Kind::attack, [] { return can_send("192.0.2.1", 53); }},
    {"send_broadcast", Kind::attack, [] { return can_send("255.255.255.255", 67); }},
    {"send_multicast", Kind::attack, [] { return can_send("224.0.0.251", 5353); }},
    {"resolve_name", Kind::attack, resolve},
    {"has_interface", Kind::attack, has_interface},
    {"local_socket", Kind::bare, [] { return can_make(AF_UNIX, SOCK_STREAM, 0); }},
    {"local_socket_in_workspace", Kind::bare,
     [] { return can_connect_local(given("P_WORK") + "/socket", false); }},
    {"abstract_socket_of_host", Kind::bare,
     [] { return can_connect_local(given("P_ABSTRACT"), true); }},
    {"raw_socket", Kind::attack, [] { return can_make(AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
    {"packet_socket", Kind::attack, [] { return can_make(AF_PACKET, SOCK_RAW, 0); }},
    {"vsock_socket", Kind::attack, [] { return can_make(AF_VSOCK, SOCK_STREAM, 0); }},
    {"crypto_socket", Kind::attack, [] { return can_make(AF_ALG, SOCK_SEQPACKET, 0); }},
    {"bluetooth_socket", Kind::attack, [] { return can_make(AF_BLUETOOTH, SOCK_RAW, 1); }},
    {"can_socket", Kind::attack, [] { return can_make(AF_CAN, SOCK_RAW, 1); }},
    {"audit_socket", Kind::attack, [] { return can_make(AF_NETLINK, SOCK_RAW, 9); }},
    {"key_socket", Kind::attack, [] { return can_make(AF_KEY, SOCK_RAW, 2); }},
    {"xdp_socket", Kind::attack, [] { return can_make(AF_XDP, SOCK_RAW, 0); }},
    {"tipc_socket", Kind::attack, [] { return can_make(AF_TIPC, SOCK_STREAM, 0); }},
};

}  // namespace

std::span<const Probe> network_probes() {
  return kProbes;
}

}  // namespace probe
