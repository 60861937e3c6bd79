#include "audit/proof.h"

#include <algorithm>
#include <charconv>

#include "audit/chain.h"
#include "audit/tile_reader.h"
#include "audit/tree.h"
#include "wire/json.h"

namespace doorward::audit {

namespace {
constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr size_t kLongestPath = 64;

std::unexpected<Error> bad_proof(std::string_view why) {
  return failure("audit.proof_syntax", Fault::client, "no tlog-proof: " + std::string(why));
}

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::exchange(text, {});
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// A bundle whose every entry is shown to be under the signed root: a path for the first leaf is
// made of all other hashes of its tile, so that one path vouches for the whole tile.
Expected<StoredBundle> bundle_with_tile(TileReader& reader, const Checkpoint& checkpoint,
                                        uint64_t index, std::vector<Hash>& leaves) {
  const auto path = reader.inclusion(index * kTileWidth);
  if (!path) return std::unexpected(path.error());
  auto tile = reader.tile(0, index);
  if (!tile) return std::unexpected(std::move(tile.error()));
  auto bundle = reader.bundle(index);
  if (!bundle) return bundle;
  leaves = std::move(tile->hashes);
  if (!inclusion_holds(leaves.front(), index * kTileWidth, checkpoint.size, *path, checkpoint.root))
    return failure("audit.root_mismatch", Fault::self,
                   "`" + tile->path + "` does not lead to the signed root");
  for (size_t i = 0; i < leaves.size(); ++i) {
    const auto& entries = bundle->bundle.entries;
    if (i < entries.size() && leaf_hash(entries[i].entry) == leaves[i]) continue;
    return failure("audit.entry_changed", Fault::self,
                   "`" + bundle->path + "`, entry `" + std::to_string(index * kTileWidth + i) +
                       "`: it is not its tile's");
  }
  return bundle;
}
}  // namespace

std::string Proof::text() const {
  std::string out(kFirstLine);
  out += "index " + std::to_string(index) + "\n";
  for (const Hash& hash : path) out += base64(view_of(hash)) + "\n";
  return out + "\n" + checkpoint.note;
}

Expected<Proof> prove(const std::string& folder, const PublicKey& key, uint64_t index) {
  auto checkpoint = read_checkpoint(folder, key);
  if (!checkpoint) return std::unexpected(std::move(checkpoint.error()));
  TileReader reader(folder, checkpoint->size);
  auto path = reader.inclusion(index);
  if (!path) return std::unexpected(std::move(path.error()));
  std::vector<Hash> leaves;
  auto bundle = bundle_with_tile(reader, *checkpoint, index / kTileWidth, leaves);
  if (!bundle) return std::unexpected(std::move(bundle.error()));
  Proof out;
  out.index = index;
  out.entry = bundle->bundle.entries[index % kTileWidth].entry;
  out.leaf = leaves[index % kTileWidth];
  out.path = std::move(*path);
  out.checkpoint = std::move(*checkpoint);
  if (!inclusion_holds(out.leaf, index, out.checkpoint.size, out.path, out.checkpoint.root))
    return failure(
        "audit.root_mismatch", Fault::self,
        "the tiles do not lead from entry `" + std::to_string(index) + "` to the signed root");
  return out;
}

Expected<uint64_t> check_proof(std::string_view proof, std::string_view entry,
                               const PublicKey& key) {
  if (!proof.starts_with(kFirstLine)) return bad_proof("its first line");
  proof.remove_prefix(kFirstLine.size());
  if (proof.starts_with("extra ")) (void)take_line(proof);
  std::string_view line = take_line(proof);
  if (!line.starts_with("index ")) return bad_proof("its index");
  line.remove_prefix(6);
  uint64_t index = 0;
  const auto [stop, fault] = std::from_chars(line.data(), line.data() + line.size(), index);
  if (fault != std::errc() || stop != line.data() + line.size() ||
      (line.size() > 1 && line[0] == '0'))
    return bad_proof("its index");
  std::vector<Hash> path;
  while (!(line = take_line(proof)).empty()) {
    const auto hash = from_base64(line);
    if (!hash || hash->size() != sizeof(Hash) || path.size() == kLongestPath)
      return bad_proof("a hash");
    path.push_back(hash_from(*hash));
  }
  const auto checkpoint = open_checkpoint(proof, key);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (!inclusion_holds(leaf_hash(entry), index, checkpoint->size, path, checkpoint->root))
    return failure("audit.proof_wrong", Fault::client, "the proof is of another entry or tree");
  return index;
}

Expected<std::vector<Hash>> prove_consistency(const std::string& folder, const PublicKey& key,
                                              uint64_t old_size) {
  auto checkpoint = read_checkpoint(folder, key);
  if (!checkpoint) return std::unexpected(std::move(checkpoint.error()));
  TileReader reader(folder, checkpoint->size);
  auto path = reader.consistency(old_size);
  if (!path) return path;
  const auto old_root = reader.root(0, old_size);
  if (!old_root) return std::unexpected(old_root.error());
  if (!consistency_holds(old_size, *old_root, checkpoint->size, checkpoint->root, *path))
    return failure("audit.root_mismatch", Fault::self, "the tiles do not lead to the signed root");
  return path;
}

Expected<uint64_t> visit_entries(const std::string& folder, const Checkpoint& checkpoint,
                                 uint64_t from, uint64_t to, const EntryVisit& visit) {
  TileReader reader(folder, checkpoint.size);
  std::vector<Hash> leaves;
  Expected<StoredBundle> bundle;
  for (uint64_t index = from; index < to; ++index) {
    if (index == from || index % kTileWidth == 0)
      bundle = bundle_with_tile(reader, checkpoint, index / kTileWidth, leaves);
    if (!bundle) return std::unexpected(std::move(bundle.error()));
    const size_t at = index % kTileWidth;
    if (!visit(index, leaves[at], bundle->bundle.entries[at].entry)) return index + 1;
  }
  return std::max(from, to);
}

Expected<uint64_t> export_entries(const std::string& folder, const PublicKey& key,
                                  const ExportOptions& options,
                                  const std::function<bool(std::string_view)>& line) {
  const auto checkpoint = read_checkpoint(folder, key);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (options.from > std::min(options.to, checkpoint->size))
    return failure("audit.range", Fault::client, "no such range of entries");
  TileReader reader(folder, checkpoint->size);
  const uint64_t to = std::min(options.to, checkpoint->size);
  std::vector<Hash> leaves;
  Expected<StoredBundle> bundle;
  uint64_t written = 0;
  for (uint64_t index = options.from; index < to; ++index, ++written) {
    if (index == options.from || index % kTileWidth == 0)
      bundle = bundle_with_tile(reader, *checkpoint, index / kTileWidth, leaves);
    if (!bundle) return std::unexpected(std::move(bundle.error()));
    const std::string_view entry = bundle->bundle.entries[index % kTileWidth].entry;
    std::string out = "{\"index\":" + std::to_string(index) + ",\"leaf\":\"" +
                      hex(leaves[index % kTileWidth]) + "\",";
    if (options.proofs) {
      const auto path = reader.inclusion(index);
      if (!path) return std::unexpected(path.error());
      out += "\"proof\":[";
      for (size_t i = 0; i < path->size(); ++i)
        out += (i == 0 ? "\"" : ",\"") + base64(view_of((*path)[i])) + "\"";
      out += "],";
    }
    out += "\"entry\":";
    out += entry;
    if (!line(out + "}\n")) return written;
  }
  line("{\"checkpoint\":" + wire::json_quote(checkpoint->note) + "}\n");
  return written;
}

}  // namespace doorward::audit
