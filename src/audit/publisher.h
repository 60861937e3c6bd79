// Turns durable entries into the public files of the log: tiles, entry bundles and the signed
// checkpoint, in that order, so that whatever a checkpoint covers can be read when it appears.
// Of one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "audit/checkpoint.h"
#include "audit/files.h"
#include "audit/segment.h"
#include "audit/tree.h"

namespace doorward::audit {

class Publisher {
 public:
  // Goes on behind entry `first - 1`: all before it is read from full tiles, which are durable.
  // Errors: audit.tile_missing, audit.tile_size, audit.bundle_size, audit.read_failed,
  // audit.entry_changed (an entry of the open bundle is not its tile's).
  [[nodiscard]] static Expected<Publisher> open(std::shared_ptr<Files> files, std::string folder,
                                                uint64_t first);

  // While `compare`: files that are there already are compared first, and counted when unlike.
  [[nodiscard]] Expected<void> add(const Frame& frame, bool compare = false);
  [[nodiscard]] uint64_t size() const { return edge_.size(); }
  [[nodiscard]] const TreeEdge& edge() const { return edge_; }
  [[nodiscard]] uint64_t repaired() const { return repaired_; }

  // Writes the partial tiles and then the checkpoint, durably. Errors: audit.write_failed.
  [[nodiscard]] Expected<Checkpoint> publish(const SigningKey& key);

 private:
  Publisher(std::shared_ptr<Files> files, std::string folder)
      : files_(std::move(files)), folder_(std::move(folder)) {}
  [[nodiscard]] Expected<void> load_edge(uint64_t base);
  [[nodiscard]] Expected<void> load_open_bundle(uint64_t first);
  [[nodiscard]] Expected<std::vector<Hash>> full_tile(unsigned level, uint64_t index) const;
  [[nodiscard]] Expected<void> write(const std::string& path, std::string_view bytes, bool compare);
  [[nodiscard]] Expected<void> drop_partials(const std::string& path);

  std::shared_ptr<Files> files_;
  std::string folder_;
  TreeEdge edge_;
  std::string bundle_;       // the open entry bundle's bytes
  std::string made_folder_;  // the last folder that is known to be there
  uint64_t repaired_ = 0;
};

}  // namespace doorward::audit
