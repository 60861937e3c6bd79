// One small attack, or one thing that honest servers do. `probe NAME` tries it from where it is
// run and says with its exit status how it went.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>

namespace probe {

enum class Result : int { open = 0, denied = 10, broken = 20 };

enum class Kind : char {
  attack = 'a',  // must be denied inside
  bare = 'b',    // the same, and works for an ordinary user outside: shown by running it there
  good = 'g',    // must work inside
};

struct Probe {
  const char* name;
  Kind kind;
  Result (*run)();
};

std::span<const Probe> file_probes();
std::span<const Probe> process_probes();
std::span<const Probe> kernel_probes();
std::span<const Probe> network_probes();
std::span<const Probe> limit_probes();
std::span<const Probe> good_probes();

// What the test set up outside, by name.
inline std::string given(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}
// A system call's answer: -1 is a refusal.
inline Result refused(long answer) {
  return answer == -1 ? Result::denied : Result::open;
}
// The same for calls that are made with useless arguments: only these errors say that the kernel
// did not even look at them.
inline Result unreachable(long answer) {
  return answer == -1 && (errno == EPERM || errno == ENOSYS) ? Result::denied : Result::open;
}
// Runs `part` in a child: by its result, or denied when the child was killed.
Result in_child(Result (*part)());

}  // namespace probe
