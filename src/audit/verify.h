// Checks a log whole, from its files alone, and says what is wrong and where.
//
// Three witnesses are compared: the entries with the chain inside them, the tiles, and the signed
// root. Where one of them was changed the others say which entry it was. What no file of the folder
// can show, a checkpoint kept elsewhere does (`against`): that the log was cut back to an older
// state, or written anew as a whole by someone who has the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/hash.h"

namespace doorward::audit {

// Codes, which stay for ever:
//   audit.checkpoint_missing  audit.note_syntax  audit.checkpoint_syntax audit.checkpoint_signature
//   audit.checkpoint_origin   audit.against      the note given as `against` is none of this key
//   audit.entry_changed       audit.entry_deleted       audit.entry_inserted
//   audit.entries_reordered   audit.truncated           the end of the log is missing
//   audit.bundle_missing      audit.bundle_broken       a file of entries is gone, or no bundle
//   audit.tile_missing        audit.tile_changed        the tree's files, not the entries
//   audit.chain_broken        an entry was changed together with its tile
//   audit.root_mismatch       entries and tiles agree, but not with what was signed
//   audit.rolled_back         a later checkpoint was signed than the one that is there
//   audit.forked              the history is another than that of the older checkpoint
//   audit.segment_changed     a segment disagrees with the tiles, or is damaged
//   audit.archive_missing     entries moved to an archive that does not have them
//   audit.segment_missing     there is no segment at all
struct Finding {
  std::string code;
  std::optional<uint64_t> index;   // of the first entry that it is about
  std::string file;                // relative to the folder
  std::optional<uint64_t> offset;  // in the file, in bytes
  std::string what;
};

struct VerifyOptions {
  std::string folder;
  PublicKey key;
  std::string against;   // an older checkpoint's note; "" is none
  unsigned threads = 0;  // 0: as many as the machine has, at most 8
  size_t max_findings = 100;
};

struct VerifyReport {
  uint64_t size = 0;           // signed entries
  Hash root{};                 // as computed from the entries
  uint64_t retired = 0;        // entries that an archive has, or nobody: their hashes hold
  uint64_t unsigned_tail = 0;  // entries in segments that no checkpoint covers yet
  bool cut = false;            // there are more findings than max_findings
  std::vector<Finding> findings;

  [[nodiscard]] bool holds() const { return findings.empty(); }
};

// A log that is being written may be verified; what is newer than its checkpoint at the start is
// only counted.
[[nodiscard]] VerifyReport verify(const VerifyOptions& options);

}  // namespace doorward::audit
