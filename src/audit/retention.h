// Old entries leave the state folder; the tree stays. Only bundles of entries go, never a tile of
// hashes, so that what is left and what was archived can still be proven, and `verify` tells what
// was retired from what is missing: an entry `audit.retired` says up to where (R8.8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/files.h"
#include "base/clock.h"

namespace doorward::audit {

struct RetentionBounds {
  uint64_t bytes = 0;     // of all bundles that stay; 0 is without bound
  WallTime older_than{};  // bundles whose last entry is older go; zero is without bound
  uint64_t below = 0;     // never this entry, nor one behind it
};

// Up to which entry the folder's bundles may go; a multiple of 256, `first` where none may. `first`
// is what was retired before. Errors: audit.read_failed.
[[nodiscard]] Expected<uint64_t> retirable(const std::string& folder, uint64_t first,
                                           const RetentionBounds& bounds);

// Moves the bundles of entries [from, to) to `archive`, or deletes them where it is "". What is
// gone already is fine. Errors: audit.write_failed, audit.read_failed; the next call goes on.
[[nodiscard]] Expected<void> retire(const std::string& folder, const std::string& archive,
                                    uint64_t from, uint64_t to);

// The entry that says so, and what it says; nothing for any other entry.
inline constexpr std::string_view kRetired = "audit.retired";
[[nodiscard]] uint64_t retired_by(std::string_view entry);
// Whether it says that they moved to an archive, where they have to be then.
inline constexpr std::string_view kMoved = "move to the archive";
[[nodiscard]] bool moved_by(std::string_view entry);

// What the folder says of itself; only where to look, never what to believe.
[[nodiscard]] uint64_t retired_before(const std::string& folder);
[[nodiscard]] std::string archive_of(const std::string& folder);

}  // namespace doorward::audit
