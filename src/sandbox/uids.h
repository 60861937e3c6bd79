// One kernel user for each server name, the same for ever (R10.1), for gateways that run as root.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace doorward::sandbox {

inline constexpr uid_t kFirstUid = 64000;
inline constexpr uid_t kLastUid = 64999;

// Looks `name` up in `file` (lines `UID NAME`) or adds it, under a lock of that file. A user or
// group of the host that has such a number is skipped. Errors: sandbox.uid: the file can't be
// kept or is damaged, or all numbers are taken.
[[nodiscard]] Expected<uid_t> uid_of(std::string_view name, const std::filesystem::path& file);

}  // namespace doorward::sandbox
