#include "sandbox/launcher/observe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sandbox/observed_calls.h"

namespace doorward::sandbox::launcher {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kLongestPath = 3000;

// Up to `size` bytes at `address`, to the end of their page at least.
std::string memory_of(pid_t pid, uint64_t address, size_t size) {
  std::string out(size, '\0');
  size_t done = 0;
  while (done < size) {
    const size_t part = std::min<size_t>(size - done, kPage - (address + done) % kPage);
    const iovec here{out.data() + done, part};
    iovec there{nullptr, part};
    const uint64_t from = address + done;  // of another process: never to be used here
    static_assert(sizeof there.iov_base == sizeof from);
    std::memcpy(static_cast<void*>(&there.iov_base), &from, sizeof from);
    const ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  out.resize(done);
  return out;
}

std::string text_of(pid_t pid, uint64_t address) {
  // Page by page: a short string at the end of the memory is whole.
  std::string out;
  while (out.size() < kLongestPath) {
    const size_t part = kPage - (address + out.size()) % kPage;
    const std::string more = memory_of(pid, address + out.size(), part);
    const size_t end = more.find('\0');
    out.append(more, 0, end);
    if (end != std::string::npos) return out;
    if (more.size() < part) break;
  }
  return {};
}

std::string link_of(const std::string& file) {
  std::array<char, 4096> buffer{};
  const ssize_t size = readlink(file.c_str(), buffer.data(), buffer.size());
  return size > 0 ? std::string(buffer.data(), static_cast<size_t>(size)) : std::string();
}

// Absolute, as the server's own world names it; empty where that can't be said.
std::string path_of(const seccomp_notif& call, const ObservedCall& shape) {
  const auto pid = static_cast<pid_t>(call.pid);
  std::string path = text_of(pid, call.data.args[shape.path]);
  if (path.empty() || path[0] == '/') return path;
  const std::string proc = "/proc/" + std::to_string(pid);
  const int folder = shape.folder < 0 ? AT_FDCWD : static_cast<int>(call.data.args[shape.folder]);
  const std::string base =
      link_of(folder == AT_FDCWD ? proc + "/cwd" : proc + "/fd/" + std::to_string(folder));
  return base.starts_with('/') ? base + "/" + path : std::string();
}

std::string address_of(const seccomp_notif& call, const ObservedCall& shape) {
  const size_t size = std::min<uint64_t>(call.data.args[2], sizeof(sockaddr_in6));
  const std::string bytes =
      memory_of(static_cast<pid_t>(call.pid), call.data.args[shape.path], size);
  char text[INET6_ADDRSTRLEN] = {};
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (bytes.size() >= sizeof four) {
    std::memcpy(&four, bytes.data(), sizeof four);
    if (four.sin_family == AF_INET &&
        inet_ntop(AF_INET, &four.sin_addr, text, sizeof text) != nullptr)
      return std::string(text) + " " + std::to_string(ntohs(four.sin_port));
  }
  if (bytes.size() >= sizeof six) {
    std::memcpy(&six, bytes.data(), sizeof six);
    if (six.sin6_family == AF_INET6 &&
        inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text) != nullptr)
      return std::string(text) + " " + std::to_string(ntohs(six.sin6_port));
  }
  return {};
}

// The first part of each message; the two questions of one look-up go out together.
std::vector<std::string> sent(const seccomp_notif& call, const ObservedCall& shape) {
  const auto pid = static_cast<pid_t>(call.pid);
  if (shape.look == Look::send)
    return {memory_of(pid, call.data.args[1], std::min<uint64_t>(call.data.args[2], 512))};
  std::vector<std::string> parts;
  const uint64_t count = std::min<uint64_t>(call.data.args[2], 2);
  for (uint64_t i = 0; i < count; ++i) {
    msghdr head{};
    iovec part{};
    std::string bytes = memory_of(pid, call.data.args[1] + i * sizeof(mmsghdr), sizeof head);
    if (bytes.size() != sizeof head) break;
    std::memcpy(static_cast<void*>(&head), bytes.data(), sizeof head);
    bytes = memory_of(pid, reinterpret_cast<uint64_t>(head.msg_iov), sizeof part);
    if (bytes.size() != sizeof part || head.msg_iovlen == 0) break;
    std::memcpy(static_cast<void*>(&part), bytes.data(), sizeof part);
    parts.push_back(memory_of(pid, reinterpret_cast<uint64_t>(part.iov_base),
                              std::min<size_t>(part.iov_len, 512)));
  }
  return parts;
}

char letter_of(const seccomp_notif& call, const ObservedCall& shape) {
  switch (shape.look) {
    case Look::ask:
      return 's';
    case Look::execute:
      return 'x';
    case Look::open: {
      const auto flags = static_cast<int>(call.data.args[shape.flags]);
      const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
      return writes ? 'w' : 'r';
    }
    default:
      return 'w';
  }
}

}  // namespace

std::string question_in(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  if (bytes.size() < 17 || (at(2) & 0xF8) != 0 || at(4) != 0 || at(5) != 1 || at(6) != 0 ||
      at(7) != 0)
    return {};
  std::string name;
  size_t i = 12;
  for (; i < bytes.size() && at(i) != 0; i += at(i) + size_t{1}) {
    if (at(i) > 63 || i + at(i) >= bytes.size()) return {};
    if (!name.empty()) name += '.';
    for (size_t k = i + 1; k <= i + at(i); ++k) {
      const char low = static_cast<char>(at(k) >= 'A' && at(k) <= 'Z' ? at(k) + 32 : at(k));
      const bool plain =
          (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9') || low == '-' || low == '_';
      if (!plain) return {};
      name += low;
    }
  }
  return i + 5 <= bytes.size() && name.size() < 254 ? name : std::string();
}

std::vector<std::string> observe(const seccomp_notif& call) {
  const auto* const shape =
      std::find_if(std::begin(kObserved), std::end(kObserved),
                   [&](const ObservedCall& each) { return each.number == call.data.nr; });
  if (shape == std::end(kObserved)) return {};
  std::vector<std::string> told;
  if (shape->look == Look::connect) {
    if (std::string address = address_of(call, *shape); !address.empty())
      told.push_back("c " + address);
  } else if (shape->look == Look::send || shape->look == Look::send_messages) {
    for (const std::string& bytes : sent(call, *shape))
      if (const std::string name = question_in(bytes); !name.empty()) told.push_back("n " + name);
  } else if (const std::string path = path_of(call, *shape); !path.empty()) {
    told.push_back(std::string(1, letter_of(call, *shape)) + " " + path);
  }
  return told;
}

}  // namespace doorward::sandbox::launcher
