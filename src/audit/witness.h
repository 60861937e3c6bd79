// Witnesses: others who sign each checkpoint they saw, and none that does not go on from it
// (C2SP tlog-witness, tlog-cosignature). Whoever holds their signatures needs no trust in this
// host.
//
//   request     = "old " size LF *( base64(proof hash) LF ) LF note
//   cosignature = "— " name " " base64( key id (4) || time (8) || Ed25519 signature (64) ) LF
//                 over "cosignature/v1" LF "time " time LF text of the note
//   vkey        = name "+" hex(key id) "+" base64( 0x04 || public key (32) )
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"

namespace doorward::audit {

struct WitnessKey {
  PublicKey key;  // its `id()` is not the witness's: see id
  uint32_t id = 0;
  // Errors: audit.key_syntax.
  [[nodiscard]] static Expected<WitnessKey> parse(std::string_view vkey);
};

// The body of `add-checkpoint`; `proof` shows that the tree of `old_size` is a prefix.
[[nodiscard]] std::string witness_request(uint64_t old_size, std::span<const Hash> proof,
                                          std::string_view note);

// When the witness signed that note; `lines` are signature lines, each with its LF. Errors:
// audit.cosignature (none of the witness, or one that does not hold).
[[nodiscard]] Expected<uint64_t> check_cosignature(std::string_view lines, std::string_view note,
                                                   const WitnessKey& witness);

}  // namespace doorward::audit
