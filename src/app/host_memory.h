// How much memory this process may use: the host's, or what its control group leaves of it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace doorward::app {

// In bytes; 0 where nothing tells. `root` stands in front of every path; for tests.
[[nodiscard]] uint64_t usable_memory(const std::filesystem::path& root = "/");

// How many processes of local servers that memory bears: one of Node takes 40 to 60 MiB. Never
// fewer than ten people with eight servers each need, since idle ones can be swapped out.
[[nodiscard]] size_t server_processes_for(uint64_t memory);

}  // namespace doorward::app
