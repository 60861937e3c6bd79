#include "audit/verify.h"

#include <charconv>
#include <filesystem>
#include <thread>

#include "audit/files.h"
#include "audit/retention.h"
#include "audit/rotation.h"
#include "audit/verifier.h"

namespace doorward::audit {

namespace {
// Over this the scan's memory is no longer modest: 4 billion entries take 2 GB.
constexpr uint64_t kMostEntries = uint64_t{1} << 32;

// The widths of the partial tiles in `folder`, the largest of them; 0 when there is none.
uint64_t largest_partial(const std::string& folder) {
  uint64_t out = 0;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder, fault), end; !fault && it != end;
       it.increment(fault)) {
    const std::string name = it->path().filename().string();
    uint64_t width = 0;
    const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), width);
    if (bad == std::errc() && *stop == '\0' && width < kTileWidth) out = std::max(out, width);
  }
  return out;
}
}  // namespace

VerifyReport verify(const VerifyOptions& options) {
  return Verifier(options).run();
}

bool Verifier::add(Finding finding) {
  if (report_.findings.size() >= options_.max_findings) {
    report_.cut = true;
    return false;
  }
  report_.findings.push_back(std::move(finding));
  return true;
}

VerifyReport Verifier::run() {
  const uint64_t size = open_checkpoints();
  if (size > kMostEntries) {
    add({"audit.root_mismatch", {}, "checkpoint", {}, "its size is over 2^32 entries"});
    return std::move(report_);
  }
  report_.size = size;
  const TileReader reader(options_.folder, size);
  const uint64_t older = against_ && against_->size <= size ? against_->size : 0;
  const ScanResult scanned = scan(reader, older, options_.threads);
  report_.retired = scanned.retired;
  // Elsewhere than beside the gateway nobody expects the archive.
  if (exists(options_.folder + "/lock"))
    for (const uint64_t bundle : scanned.not_archived)
      add({"audit.archive_missing",
           bundle * kTileWidth,
           bundle_path(bundle, kTileWidth),
           {},
           "its entries moved to the archive `" + archive_of(options_.folder) +
               "`, which does not have them; their hashes hold"});
  check_tree(reader, scanned);
  check_against(scanned);
  if (checkpoint_) check_later_tiles(size);
  check_segments(reader);
  return std::move(report_);
}

uint64_t Verifier::count_bundled() const {
  uint64_t full = 0;
  while (full < kMostEntries / kTileWidth &&
         exists(options_.folder + "/" + bundle_path(full, kTileWidth)))
    ++full;
  return full * kTileWidth +
         largest_partial(options_.folder + "/" + bundle_path(full, kTileWidth) + ".p");
}

uint64_t Verifier::open_checkpoints() {
  if (!options_.against.empty()) {
    auto older = open_checkpoint(options_.against, kin(options_.folder, options_.key));
    if (older)
      against_ = std::move(*older);
    else
      add({"audit.against", {}, "", {}, "the older checkpoint: " + older.error().what});
  }
  auto now = read_checkpoint(options_.folder, options_.key);
  if (!now) {
    add({now.error().code, {}, "checkpoint", {}, now.error().what});
    return count_bundled();
  }
  checkpoint_ = std::move(*now);
  return checkpoint_->size;
}

void Verifier::check_against(const ScanResult& scanned) {
  if (!against_ || !checkpoint_) return;
  const uint64_t size = checkpoint_->size;
  const uint64_t older = against_->size;
  if (older > size) {
    add({"audit.rolled_back",
         size,
         "checkpoint",
         {},
         "a checkpoint of `" + std::to_string(older) +
             "` entries was signed, the one that is there is of `" + std::to_string(size) + "`"});
    return;
  }
  // The leaves of the bundle in which the older tree ends.
  const auto root = scanned_root(scanned, older, scanned.leaves_of_against);
  if (root && *root == against_->root) return;
  add({"audit.forked",
       older == 0 ? 0 : older - 1,
       "checkpoint",
       {},
       "the first `" + std::to_string(older) +
           "` entries are not those of the older checkpoint: its root is `" +
           base64(view_of(against_->root)) + "`" +
           (root ? ", theirs is `" + base64(view_of(*root)) + "`" : std::string())});
}

// A partial tile is written for the checkpoint that follows at once, and for nothing else.
void Verifier::check_later_tiles(uint64_t size) {
  uint64_t later = 0;
  for (uint64_t tile = size / kTileWidth;; ++tile) {
    const std::string path = options_.folder + "/" + tile_path(0, tile, kTileWidth);
    const uint64_t width = largest_partial(path + ".p");
    if (width > 0) later = std::max(later, tile * kTileWidth + width);
    if (width == 0 && !exists(path)) break;
  }
  // A log that is open writes them a moment before its checkpoint.
  for (int wait = 0; wait < 20 && later > size; ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (const auto now = read_checkpoint(options_.folder, options_.key); now && now->size >= later)
      return;
  }
  if (later > size)
    add({"audit.rolled_back",
         size,
         "checkpoint",
         {},
         "tiles were published for `" + std::to_string(later) +
             "` entries, the checkpoint is of `" + std::to_string(size) +
             "`: it was replaced by an older one, or the log was killed as it signed (opening the "
             "log signs again)"});
}

}  // namespace doorward::audit
