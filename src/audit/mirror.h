// A copy of the public files of a log, on another disk or host: what was signed can't be taken
// back there (R8.8). Tiles and entries first, the checkpoint last, so that a copy is whole at every
// moment and `audit verify --against` can trust it.
#pragma once

#include <memory>
#include <string>

#include "audit/checkpoint.h"
#include "audit/files.h"
#include "audit/tile_reader.h"

namespace doorward::audit {

// Of one thread.
class Mirror {
 public:
  // Errors: audit.copy_ahead (the copy has seen more than this log has: it was cut back),
  // audit.copy_foreign (the copy is of another log), audit.write_failed.
  [[nodiscard]] static Expected<Mirror> open(std::string folder, std::string copy,
                                             const PublicKey& key, uint64_t size);

  // Brings the copy up to what is published. Nothing is copied twice but the open tiles. Errors:
  // audit.write_failed, audit.missing, audit.read_failed; the next call tries again.
  [[nodiscard]] Expected<void> update(const Checkpoint& published);
  [[nodiscard]] uint64_t size() const { return size_; }

 private:
  Mirror(std::string folder, std::string copy, uint64_t size)
      : folder_(std::move(folder)), copy_(std::move(copy)), size_(size) {}
  [[nodiscard]] Expected<void> carry(const std::string& path);
  [[nodiscard]] Expected<void> carry_keys();
  [[nodiscard]] Expected<void> carry_level(unsigned level, uint64_t from, uint64_t to,
                                           const TileReader& reader);
  // What the log has under this path, cut to the width that was published.
  [[nodiscard]] Expected<std::string> published(const std::string& path, unsigned level,
                                                uint64_t index, size_t width,
                                                const TileReader& reader) const;
  [[nodiscard]] Expected<void> put(const std::string& path, std::string_view bytes);

  std::string folder_, copy_;
  uint64_t size_;  // entries that the copy covers
  bool keys_carried_ = false;
  Files files_;
};

}  // namespace doorward::audit
