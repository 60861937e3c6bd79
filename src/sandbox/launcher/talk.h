// How the launcher and its child report: one message each on the control socket.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {

// Sends one message; `fd` >= 0 goes along. A gateway that is gone does not matter here.
void tell(Note note, std::string_view text, int fd = -1);
// Reports that `step` failed, with `why` or the text of errno, and ends this process: nothing runs.
[[noreturn]] void fail(std::string_view step, std::string_view why);
[[noreturn]] void fail_errno(std::string_view step);

// Fails `step` where a system call returned -1; otherwise its result.
template <class T>
T must(std::string_view step, T result) {
  if (result == static_cast<T>(-1)) fail_errno(step);
  return result;
}

}  // namespace doorward::sandbox::launcher
