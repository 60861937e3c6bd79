// Checks records that left the house, from their own text and the log's public key: what was taken
// out, changed or put in downstream is found without the log.
#pragma once

#include <cstdint>
#include <istream>
#include <vector>

#include "audit/verify.h"

namespace doorward::audit {

// Codes, beside those of verify():
//   audit.record_syntax    a line that is no record
//   audit.record_changed   its entry is not the one of its leaf hash or number, or says other
//   things audit.records_missing  records that a later one, or a checkpoint, speaks of
//   audit.record_foreign   it does not follow on the one before it
struct ExportedReport {
  uint64_t records = 0;  // different ones
  uint64_t again = 0;    // sent more than once, which is no fault
  uint64_t first = 0, end = 0;
  // All of them were shown to be under a signed root. Records that begin later than the log does
  // are chained to each other, which whoever wrote them can do as well.
  bool proven = false;
  std::vector<Finding> findings;  // `offset` is the line, from 1

  [[nodiscard]] bool holds() const { return findings.empty(); }
};

// OCSF lines, as an export to a file writes them. `keys`: those that signed while they were
// written; at least one. `against`: a checkpoint kept elsewhere, which they have to reach; "" is
// none.
[[nodiscard]] ExportedReport verify_exported(std::istream& lines,
                                             const std::vector<PublicKey>& keys,
                                             std::string_view against = {},
                                             size_t max_findings = 100);

}  // namespace doorward::audit
