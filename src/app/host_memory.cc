#include "app/host_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace doorward::app {

namespace {

namespace fs = std::filesystem;

// The first number in a file; nothing where there is none (`max`).
uint64_t number_in(const fs::path& file) {
  std::ifstream in(file);
  uint64_t value = 0;
  return in >> value ? value : 0;
}

uint64_t total_of_host(const fs::path& root) {
  std::ifstream in(root / "proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    uint64_t kib = 0;
    if (words >> name >> kib && name == "MemTotal:") return kib * 1024;
  }
  return 0;
}

}  // namespace

uint64_t usable_memory(const fs::path& root) {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  const auto take = [&least](uint64_t bytes) {
    if (bytes > 0) least = std::min(least, bytes);
  };
  take(total_of_host(root));
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_v2 = controllers.empty();
    if (!is_v2 && controllers.find("memory") == std::string::npos) continue;
    const fs::path mount = root / (is_v2 ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
    // Every group above has its word.
    for (fs::path at = fs::path(line.substr(second + 1)).relative_path();; at = at.parent_path()) {
      take(number_in(mount / at / (is_v2 ? "memory.max" : "memory.limit_in_bytes")));
      if (at.empty()) break;
    }
  }
  return least == std::numeric_limits<uint64_t>::max() ? 0 : least;
}

size_t server_processes_for(uint64_t memory) {
  constexpr uint64_t kOfOne = 64ULL << 20;
  return std::clamp<size_t>(memory / kOfOne, 96, 1024);
}

}  // namespace doorward::app
