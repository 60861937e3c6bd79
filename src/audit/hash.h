// The two hashes of an RFC 6962 Merkle tree (section 2.1): leaves and inner nodes never collide,
// because each begins with its own byte.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace doorward::audit {

using Hash = Sha256;

// SHA-256(0x00 || entry)
[[nodiscard]] Hash leaf_hash(std::string_view entry);
// SHA-256(0x01 || left || right)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
// The root of a tree without leaves: SHA-256("").
[[nodiscard]] Hash empty_root();

[[nodiscard]] inline std::string_view view_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
// The hash in the first 32 bytes of `bytes`, which the caller knows to be there.
[[nodiscard]] Hash hash_from(std::string_view bytes);

}  // namespace doorward::audit
