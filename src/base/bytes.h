// Digests, encodings and unguessable ids.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward {

using Sha256 = std::array<uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view data);
[[nodiscard]] std::string hex(std::string_view data);
[[nodiscard]] std::string hex(const Sha256& digest);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 section 5, without padding. Decoding refuses padding, white space and stray bits.
[[nodiscard]] std::string base64url(std::string_view data);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
// RFC 4648 section 4, with padding.
[[nodiscard]] std::string base64(std::string_view data);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// `size` bytes from the kernel's generator; panics when there are none.
[[nodiscard]] std::string random_bytes(size_t size);
// base64url of `size` random bytes; 24 bytes give 32 characters and 192 bits.
[[nodiscard]] std::string random_id(size_t size = 24);

}  // namespace doorward
