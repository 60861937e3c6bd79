#include "probe.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

namespace probe {

Result in_child(Result (*part)()) {
  const pid_t pid = fork();
  if (pid < 0) return Result::broken;
  if (pid == 0) _exit(static_cast<int>(part()));
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return Result::broken;
  return WIFEXITED(status) ? static_cast<Result>(WEXITSTATUS(status)) : Result::denied;
}

namespace {

std::vector<Probe> all() {
  std::vector<Probe> list;
  for (const auto part : {file_probes(), process_probes(), kernel_probes(), network_probes(),
                          limit_probes(), good_probes()}) {
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

}  // namespace
}  // namespace probe

int main(int count, char** words) {
  const auto list = probe::all();
  if (count == 2 && std::strcmp(words[1], "list") == 0) {
    for (const auto& each : list) std::printf("%c %s\n", static_cast<char>(each.kind), each.name);
    return 0;
  }
  for (const auto& each : list) {
    if (count != 2 || std::strcmp(words[1], each.name) != 0) continue;
    const auto result = each.run();
    std::printf("%s: %s (%s)\n", each.name,
                result == probe::Result::open     ? "open"
                : result == probe::Result::denied ? "denied"
                                                  : "broken",
                std::strerror(errno));
    std::fflush(stdout);
    return static_cast<int>(result);
  }
  return 2;
}
