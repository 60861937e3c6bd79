#include "app/host_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace doorward::app {
namespace {

namespace fs = std::filesystem;

class HostMemoryTest : public testing::Test {
 protected:
  HostMemoryTest() {
    fs::remove_all(root_);
    put("proc/meminfo", "MemTotal:       16384 kB\nMemFree:         1024 kB\n");
  }
  ~HostMemoryTest() override { fs::remove_all(root_); }
  void put(const fs::path& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  const fs::path root_ =
      fs::path(testing::TempDir()) / ("host_memory_" + std::to_string(::getpid()));
};

TEST_F(HostMemoryTest, IsThatOfTheHostWhereNoGroupSaysLess) {
  EXPECT_EQ(usable_memory(root_), 16384u * 1024);
  put("proc/self/cgroup", "0::/a/b\n");
  put("sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(usable_memory(root_), 16384u * 1024);
  EXPECT_EQ(usable_memory(root_ / "nothing"), 0u);
}

TEST_F(HostMemoryTest, IsThatOfTheNarrowestGroupAbove) {
  put("proc/self/cgroup", "0::/a/b\n");
  put("sys/fs/cgroup/a/b/memory.max", "4194304\n");
  put("sys/fs/cgroup/a/memory.max", "2097152\n");
  EXPECT_EQ(usable_memory(root_), 2097152u);
  put("proc/self/cgroup", "12:cpu,cpuacct:/a\n3:memory:/c\n");
  put("sys/fs/cgroup/memory/c/memory.limit_in_bytes", "1048576\n");
  EXPECT_EQ(usable_memory(root_), 1048576u);
}

TEST(ServerProcesses, FollowTheMemoryWithinBounds) {
  constexpr uint64_t kGiB = 1ULL << 30;
  EXPECT_EQ(server_processes_for(0), 96u);
  EXPECT_EQ(server_processes_for(4 * kGiB), 96u);
  EXPECT_EQ(server_processes_for(16 * kGiB), 256u);
  EXPECT_EQ(server_processes_for(1024 * kGiB), 1024u);
}

}  // namespace
}  // namespace doorward::app
