// What a local server may do, as plain values. `launch` (launch.h) turns a plan into a running
// child or into an error; there is no way to run a plan without its walls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace doorward::sandbox {

// A file or folder of the host and where it stands inside. Both are absolute and normal.
struct Mount {
  std::filesystem::path from;
  std::filesystem::path to;  // empty = the same path
};

// One thing that the server may reach. Everything else is out of its network namespace.
struct NetworkRule {
  std::string host;      // lower-case DNS name, `*.name` or an IP literal without brackets
  uint16_t port = 0;     // 1-65535
  bool forward = false;  // offered as 127.0.0.1:port instead of under its own name
};

struct Limits {
  uint64_t memory = 512ULL << 20;    // bytes, of all its processes; RLIMIT_DATA of each is higher
  uint32_t processes = 64;           // processes and threads
  double cpu = 1.0;                  // cores
  uint64_t disk = 1ULL << 30;        // bytes that the write mounts may grow by, while it runs
  uint32_t open_files = 1024;        // of each process
  uint64_t file_size = 64ULL << 20;  // bytes, of one file
  uint64_t tmp = 64ULL << 20;        // bytes, of its /tmp, which lives in memory
};

// A power that only the operator's own words may grant: who looks for its maker finds every place
// where it is granted.
class AllowUnixSockets {
 public:
  // Sockets of AF_UNIX by path, in what the server can see: those of the host that lie in its
  // mounts among them. Abstract ones stay in its own network.
  [[nodiscard]] static AllowUnixSockets as_the_operator_said() { return {}; }

 private:
  AllowUnixSockets() = default;
};

// `.git` of repositories in its write mounts, but for hooks and configuration: what stands there
// makes git run programs for whoever works in the repository, outside of every sandbox.
class AllowGitWrite {
 public:
  [[nodiscard]] static AllowGitWrite as_the_operator_said() { return {}; }

 private:
  AllowGitWrite() = default;
};

struct LaunchPlan {
  std::string name;                  // [a-z0-9][a-z0-9_-]{0,63}
  std::vector<std::string> command;  // run without a shell; [0] is looked up in `search_path`
  std::vector<Mount> read;
  std::vector<Mount> write;
  std::vector<NetworkRule> network;     // empty = no network but its own loopback
  std::map<std::string, Secret<>> env;  // all that it gets beside PATH, HOME, TMPDIR, LANG
  Limits limits;
  std::optional<AllowUnixSockets> unix_sockets;
  std::optional<AllowGitWrite> git_write;
  std::filesystem::path state;             // Doorward's state folder; never visible inside
  std::vector<std::filesystem::path> own;  // files of Doorward's that no server may change
  std::filesystem::path folder;            // relative words of the command count from here
  std::string search_path;                 // the operator's PATH; empty = the system's
  bool require_cgroup = false;             // refuse where no control group can be made
  bool require_landlock = false;           // refuse where the kernel has no Landlock
  bool require_own_user = false;           // refuse where it would share the gateway's kernel user
  bool require_quota = false;              // refuse where processor time can't be rationed
  // Tell what it opens and connects to (`Kind::observed`); every wall stands as without.
  bool observe = false;
};

}  // namespace doorward::sandbox
