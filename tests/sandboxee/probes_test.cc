// Every probe behind the walls: attacks are denied, honest work is done. Those that an ordinary
// user could do without walls are shown to work without them.
#include <sys/wait.h>

#include <sstream>

#include "world.h"

namespace doorward::sandbox {
namespace {

constexpr int kOpen = 0;
constexpr int kDenied = 10;

struct Listed {
  char kind;
  std::string name;
};

std::vector<Listed> list() {
  std::vector<Listed> all;
  FILE* pipe = popen((std::string(PROBE) + " list").c_str(), "r");
  char line[128];
  while (pipe != nullptr && fgets(line, sizeof line, pipe) != nullptr) {
    std::istringstream words(line);
    Listed each;
    words >> each.kind >> each.name;
    all.push_back(each);
  }
  if (pipe != nullptr) pclose(pipe);
  return all;
}

bool was_denied(const Outcome& outcome) {
  if (outcome.end.cause == "exited") return outcome.end.status == kDenied;
  // Killed by the kernel, or for going over a limit.
  return outcome.end.cause == "signalled" || outcome.end.cause == "memory" ||
         outcome.end.cause == "disk" || outcome.end.cause == "processes" ||
         outcome.end.cause == "forbidden";
}

class Inside : public testing::Test {
 public:
  explicit Inside(Listed probe) : probe_(std::move(probe)) {}
  void TestBody() override {
    const Outcome outcome = run(world().plan(probe_.name));
    const std::string told = outcome.out + outcome.err + " [" + outcome.end.cause + " " +
                             std::to_string(outcome.end.status) + "]";
    if (probe_.kind == 'g') {
      EXPECT_EQ(outcome.end.cause, "exited") << told;
      EXPECT_EQ(outcome.end.status, kOpen) << told;
    } else {
      EXPECT_TRUE(was_denied(outcome)) << told;
    }
  }

 private:
  Listed probe_;
};

class Outside : public testing::Test {
 public:
  explicit Outside(Listed probe) : probe_(std::move(probe)) {}
  void TestBody() override { EXPECT_EQ(world().run_bare(probe_.name), kOpen); }

 private:
  Listed probe_;
};

}  // namespace

void register_probes() {
  for (const Listed& probe : list()) {
    testing::RegisterTest("Inside", probe.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> testing::Test* { return new Inside(probe); });
    if (probe.kind != 'b') continue;
    testing::RegisterTest("Outside", probe.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> testing::Test* { return new Outside(probe); });
  }
}

}  // namespace doorward::sandbox
