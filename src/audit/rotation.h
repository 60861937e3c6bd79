// Another signing key for the same log. The old key signs a last checkpoint whose last entry names
// the new one; that note and that entry stay in the log's folder, so that whoever trusts the old
// key is led to the new one, and whoever trusts the new one can read what the old one signed.
//
//   folder/key.next    the key that takes over at the next start, 0600
//   folder/keys/SIZE   the entry, one empty line, the old key's checkpoint of SIZE entries
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/files.h"

namespace doorward::audit {

inline constexpr std::string_view kRotated = "audit.key_rotated";

struct Rotation {
  PublicKey before, after;
  std::string entry;  // its bytes, as they are in the tree
  Checkpoint last;    // signed by `before`; `entry` is its last
};

// Errors: audit.rotation_syntax, those of open_checkpoint.
[[nodiscard]] Expected<Rotation> parse_rotation(std::string_view text);
// Of `entry`, which `last` covers as its last one. Errors: audit.write_failed.
[[nodiscard]] Expected<void> keep_rotation(Files& files, const std::string& folder,
                                           std::string_view entry, const Checkpoint& last);

// The rotations of a folder whose entry and root are in its tiles, oldest first. What is damaged or
// made up leads nowhere and is left out.
[[nodiscard]] std::vector<Rotation> rotations(const std::string& folder);
// `key`, then those that it leads to.
[[nodiscard]] std::vector<PublicKey> successors(const std::string& folder, const PublicKey& key);
// `key`, and every key before and behind it.
[[nodiscard]] std::vector<PublicKey> kin(const std::string& folder, const PublicKey& key);

// A note by any of `keys`. Errors: those of open_checkpoint, of the first key.
[[nodiscard]] Expected<Checkpoint> open_checkpoint(std::string_view note,
                                                   const std::vector<PublicKey>& keys);

// Makes the key that takes over at the next start; its public half. Errors: audit.write_failed,
// audit.rotation_waits (one is there).
[[nodiscard]] Expected<PublicKey> prepare_rotation(const std::string& folder,
                                                   const std::string& origin);

}  // namespace doorward::audit
