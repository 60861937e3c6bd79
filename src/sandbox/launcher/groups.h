// The control groups of one child: made, joined, asked, emptied, removed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sandbox/spec.h"

namespace doorward::sandbox::launcher {

// Makes the folders and sets the limits; fails the launch where one can't be.
void make_groups(const Spec& spec);
void join_groups(const Spec& spec, pid_t pid);
// True when the kernel killed for memory in one of them.
[[nodiscard]] bool ran_out_of_memory(const Spec& spec);
// Kills what is in them, until they are empty or `rounds` (10 ms each) have passed.
void kill_groups(const std::vector<std::string>& folders, int rounds = 200);
void remove_groups(const std::vector<std::string>& folders);

}  // namespace doorward::sandbox::launcher
