// The order that the gateway hands to doorward-launch: everything is decided, nothing is looked
// up any more. Travels in a sealed memory file; it may hold secrets (the environment).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doorward::sandbox {

// Descriptors that doorward-launch starts with, beside the server's 0, 1 and 2.
inline constexpr int kSpecFd = 3;
inline constexpr int kControlFd = 4;

// Kinds of message on the control socket (SOCK_SEQPACKET), by their first byte.
enum class Note : char {
  failed = 'E',     // text: the step, what went wrong; nothing runs
  listening = 'L',  // u32 index into Spec::listen, with the descriptor
  reduced = 'W',    // text: a wall that is weaker on this host
  ready = 'R',      // the server's program has been executed
  ended = 'X',      // char cause, i32 wait status, text
  forbidden = 'V',  // text: a system call that no server needs
  observed = 'O',   // text: what it used or tried to use, as learn.h reads it
  terminate = 'T',  // to the launcher: ask the server to end (SIGTERM)
};

// Why a server ended.
enum class Cause : char {
  exited = 'x',
  memory = 'm',
  disk = 'd',
  processes = 'p',
  forbidden = 'f',  // it went on making forbidden calls
  stopped = 's',    // by the gateway
};

struct SpecMount {
  std::string from;
  std::string to;
  bool writable = false;
  bool map_owner = false;  // the folder's owner appears inside as the server's own user
};

// Something below a mount that becomes a mount of its own: it can't be moved or replaced any more,
// and unless `writable` not changed. Nothing where it is gone, or a link, by the time of the
// launch.
struct SpecPin {
  uint32_t mount = 0;  // index into Spec::mounts
  std::string path;    // relative, below it; never through a link
  bool writable = false;
};

struct SpecListen {
  std::string address;  // an IP literal; added to the loopback device where it isn't 127/8
  uint16_t port = 0;
};

struct Spec {
  std::string bwrap;
  std::string init;
  std::string program;  // absolute, inside
  std::vector<std::string> arguments;
  std::string folder;  // working directory inside
  uint32_t uid = 0;    // kernel ids; 0 = keep those of the gateway, which isn't root then
  uint32_t gid = 0;
  std::vector<SpecMount> mounts;
  std::vector<SpecPin> pins;  // outer ones first
  std::vector<SpecListen> listen;
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<std::pair<std::string, std::string>> files;  // small files of /etc: path, text
  std::string seccomp_allow;
  std::string seccomp_deny;
  std::vector<std::string> cgroups;                             // folders to make and remove
  std::vector<std::pair<std::string, std::string>> cgroup_set;  // file, value; `?file` = optional
  bool watch = false;                                           // count memory: no cgroup does
  bool sockets = false;  // count what sockets hold: the cgroup does not
  std::string ledger;    // file that keeps how far the write mounts have grown; "" = none
  bool landlock = true;  // the kernel has it
  bool observe = false;  // tell what it uses
  uint64_t memory = 0;
  uint64_t disk = 0;
  uint64_t data = 0;
  uint64_t file_size = 0;
  uint64_t open_files = 0;
  uint64_t processes = 0;
  uint64_t tmp = 0;
  uint64_t cores = 0;  // bind to that many processors; 0 = a cgroup does it
};

[[nodiscard]] std::string encode(const Spec& spec);
// Nothing when `bytes` is not exactly one order.
[[nodiscard]] std::optional<Spec> decode(std::string_view bytes);

}  // namespace doorward::sandbox
