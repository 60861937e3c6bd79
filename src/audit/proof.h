// Proofs and exports for those who don't trust this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/hash.h"
#include "base/error.h"

namespace doorward::audit {

struct Proof {
  uint64_t index = 0;
  std::string entry;
  Hash leaf{};
  std::vector<Hash> path;  // RFC 6962 section 2.1.1
  Checkpoint checkpoint;

  // A C2SP tlog-proof: index, path and the signed checkpoint; the entry goes beside it.
  [[nodiscard]] std::string text() const;
};

// The proof that entry `index` is in the signed tree; checked before it is handed out.
// Errors: audit.range, audit.root_mismatch, those of TileReader and read_checkpoint.
[[nodiscard]] Expected<Proof> prove(const std::string& folder, const PublicKey& key,
                                    uint64_t index);

// Whether `proof` (a tlog-proof) shows that `entry` was logged under `key`; returns its index.
// Errors: audit.proof_syntax, audit.proof_wrong, those of open_checkpoint.
[[nodiscard]] Expected<uint64_t> check_proof(std::string_view proof, std::string_view entry,
                                             const PublicKey& key);

// The path that shows the first `old_size` entries to be a prefix of the signed tree
// (RFC 6962 section 2.1.2). Errors: as prove().
[[nodiscard]] Expected<std::vector<Hash>> prove_consistency(const std::string& folder,
                                                            const PublicKey& key,
                                                            uint64_t old_size);

// Calls `visit` with the entries [from, to) of the tree of `checkpoint`, each shown to be under its
// root first; `visit` returns false to stop. Returns the index behind the last one visited. Errors:
// audit.entry_changed, audit.root_mismatch, those of TileReader.
using EntryVisit = std::function<bool(uint64_t index, const Hash& leaf, std::string_view entry)>;
[[nodiscard]] Expected<uint64_t> visit_entries(const std::string& folder,
                                               const Checkpoint& checkpoint, uint64_t from,
                                               uint64_t to, const EntryVisit& visit);

struct ExportOptions {
  uint64_t from = 0;
  uint64_t to = UINT64_MAX;  // half-open; cut to what is signed
  bool proofs = false;       // `"proof":[base64 …]` on every line
};
// Lines, each with its LF: `{"index":7,"leaf":"hex","entry":{…}}` for each entry of the range, then
// `{"checkpoint":"…"}`, against which leaves and proofs hold. `line` returns false to stop.
// Returns how many entries it wrote. Errors: audit.range, audit.entry_changed (an entry is not its
// tile's: nothing of it is exported), those of TileReader and read_checkpoint.
[[nodiscard]] Expected<uint64_t> export_entries(const std::string& folder, const PublicKey& key,
                                                const ExportOptions& options,
                                                const std::function<bool(std::string_view)>& line);

}  // namespace doorward::audit
