#include "audit/retention.h"

#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <vector>

#include "audit/tile.h"
#include "wire/json.h"

namespace doorward::audit {

namespace {

constexpr size_t kMostBytes = kTileWidth * (2 + kMaxLeafBytes);

std::string retired_file(const std::string& folder) {
  return folder + "/retired";
}
std::string archive_file(const std::string& folder) {
  return folder + "/archive";
}

// Of the last entry of a bundle; zero where it can't be read.
WallTime last_time(std::string_view bytes) {
  const auto entries = parse_bundle(bytes);
  if (!entries || entries->empty()) return {};
  const auto entry = wire::JsonDocument::parse(std::string(entries->back().entry));
  if (!entry) return {};
  return parse_rfc3339(entry->root()["time"].text()).value_or(WallTime{});
}

}  // namespace

uint64_t retired_by(std::string_view entry) {
  if (entry.find(R"("reason":"audit.retired")") == std::string_view::npos) return 0;
  const auto parsed = wire::JsonDocument::parse(std::string(entry));
  if (!parsed || parsed->root()["kind"].text() != "event" ||
      parsed->root()["reason"].text() != kRetired)
    return 0;
  const std::string_view after = parsed->root()["after"].text();
  uint64_t out = 0;
  const auto [end, fault] = std::from_chars(after.data(), after.data() + after.size(), out);
  return fault == std::errc() && end == after.data() + after.size() ? out : 0;
}

bool moved_by(std::string_view entry) {
  if (retired_by(entry) == 0) return false;
  const auto parsed = wire::JsonDocument::parse(std::string(entry));
  return parsed && parsed->root()["detail"].text().find(kMoved) != std::string_view::npos;
}

uint64_t retired_before(const std::string& folder) {
  const auto text = read_file(retired_file(folder), 64);
  uint64_t out = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), out);
  return out / kTileWidth * kTileWidth;
}

std::string archive_of(const std::string& folder) {
  const auto text = read_file(archive_file(folder), 4096);
  return text ? *text : "";
}

Expected<uint64_t> retirable(const std::string& folder, uint64_t first,
                             const RetentionBounds& bounds) {
  const uint64_t end = bounds.below / kTileWidth;
  std::vector<uint64_t> sizes;
  uint64_t all = 0;
  for (uint64_t index = first / kTileWidth; index < end; ++index) {
    struct stat facts = {};
    const std::string path = folder + "/" + bundle_path(index, kTileWidth);
    sizes.push_back(::stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0);
    all += sizes.back();
  }
  uint64_t out = first;
  for (const uint64_t size : sizes) {
    const bool too_much = bounds.bytes > 0 && all > bounds.bytes;
    bool too_old = false;
    if (!too_much && bounds.older_than != WallTime{}) {
      const auto bytes =
          read_file(folder + "/" + bundle_path(out / kTileWidth, kTileWidth), kMostBytes);
      if (!bytes && bytes.error().code != "audit.missing") return std::unexpected(bytes.error());
      too_old = !bytes || last_time(*bytes) < bounds.older_than;
    }
    if (!too_much && !too_old) break;
    all -= size;
    out += kTileWidth;
  }
  return out;
}

Expected<void> retire(const std::string& folder, const std::string& archive, uint64_t from,
                      uint64_t to) {
  Files files;
  if (!archive.empty() && archive_of(folder) != archive)
    if (auto put = files.replace(archive_file(folder), archive, 0600, true); !put) return put;
  for (uint64_t index = from / kTileWidth; index < to / kTileWidth; ++index) {
    const std::string name = "/" + bundle_path(index, kTileWidth);
    const std::string path = folder + name;
    if (!archive.empty()) {
      const auto bytes = read_file(path, kMostBytes);
      if (!bytes && bytes.error().code == "audit.missing") continue;
      if (!bytes) return std::unexpected(bytes.error());
      const std::string kept = archive + name;
      if (auto made = make_folders(std::filesystem::path(kept).parent_path()); !made) return made;
      // There for good before it goes here.
      if (auto put = files.replace(kept, *bytes, 0600, true); !put) return put;
    }
    if (auto gone = files.remove(path); !gone) return gone;
  }
  return files.replace(retired_file(folder), std::to_string(to) + "\n", 0600, true);
}

}  // namespace doorward::audit
