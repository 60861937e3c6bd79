// The entries of an audit log as they stand in its folder, also while a gateway writes there: it
// takes no lock and writes nothing. Whether they were tampered with is `audit verify`'s business.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "audit/checkpoint.h"
#include "base/error.h"

namespace doorward::app {

class LogReader {
 public:
  LogReader(Path folder, audit::PublicKey key) : folder_(std::move(folder)), key_(std::move(key)) {}

  using Visit = std::function<void(uint64_t index, std::string_view entry)>;
  // Visits the entries from `from` on that are there now, in order, unsigned ones too; returns the
  // index behind the last. What is being written this moment comes with the next call.
  // Errors: those of read_checkpoint and of TileReader, audit.bundle_broken.
  [[nodiscard]] Expected<uint64_t> forward(uint64_t from, const Visit& visit);
  // The first entry that a segment holds: everything before it is in bundles alone. Where there is
  // no segment, the number of signed entries. Errors: those of read_checkpoint.
  [[nodiscard]] Expected<uint64_t> recent() const;
  // Visits entries [from, until), cut to what is signed, out of bundles alone; returns the index
  // behind the last. Errors: as forward().
  [[nodiscard]] Expected<uint64_t> range(uint64_t from, uint64_t until, const Visit& visit) const;

 private:
  // A place between two entries of a segment.
  struct Cursor {
    Path file;
    uint64_t offset = 0;
    uint64_t index = 0;  // of the entry that comes next; known once one was read
  };
  // The newest segment that begins at `from` or before it.
  [[nodiscard]] std::optional<Cursor> segment_with(uint64_t from) const;
  // Reads on in cursor_'s segment; returns the index behind the last whole entry.
  uint64_t from_segment(uint64_t from, const Visit& visit);

  Path folder_;
  audit::PublicKey key_;
  std::optional<Cursor> cursor_;
};

}  // namespace doorward::app
