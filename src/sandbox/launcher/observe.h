// What one observed call of a server was about (`sandbox learn`), in the words of sandbox/learn.h.
#pragma once

#include <linux/seccomp.h>

#include <string>
#include <string_view>
#include <vector>

namespace doorward::sandbox::launcher {

// Reads its arguments out of the server's memory. Empty where there is nothing to tell, or where it
// can't be read. What it reads may change before the kernel reads it: good for advice only.
[[nodiscard]] std::vector<std::string> observe(const seccomp_notif& call);

// The name that a DNS question (RFC 1035 section 4.1) asks for, in lower case; empty for any other
// bytes.
[[nodiscard]] std::string question_in(std::string_view bytes);

}  // namespace doorward::sandbox::launcher
