#include "audit/tile.h"

#include <charconv>
#include <cstdio>

namespace doorward::audit {

namespace {
std::string with_width(std::string path, size_t width) {
  if (width != kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

// A decimal number without needless zeroes, at most `limit`.
std::optional<uint64_t> plain_number(std::string_view text, uint64_t limit) {
  if (text.empty() || text.size() > 20 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value > limit)
    return std::nullopt;
  return value;
}
}  // namespace

std::string tile_number(uint64_t index) {
  char part[8];
  std::snprintf(part, sizeof part, "%03u", static_cast<unsigned>(index % 1000));
  std::string out = part;
  for (index /= 1000; index > 0; index /= 1000) {
    std::snprintf(part, sizeof part, "x%03u/", static_cast<unsigned>(index % 1000));
    out.insert(0, part);
  }
  return out;
}

std::string tile_path(unsigned level, uint64_t index, size_t width) {
  return with_width("tile/" + std::to_string(level) + "/" + tile_number(index), width);
}

std::string bundle_path(uint64_t index, size_t width) {
  return with_width("tile/entries/" + tile_number(index), width);
}

Expected<TileName> parse_tile_path(std::string_view path) {
  const auto refuse = [&] {
    return failure("audit.tile_name", Fault::client,
                   "`" + std::string(path.substr(0, 80)) + "` names no tile");
  };
  const std::string_view whole = path;
  if (path.size() > 80 || !path.starts_with("tile/")) return refuse();
  path.remove_prefix(5);
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return refuse();
  TileName name;
  if (path.substr(0, slash) == "entries") {
    name.entries = true;
  } else if (const auto level = plain_number(path.substr(0, slash), 63)) {
    name.level = static_cast<unsigned>(*level);
  } else {
    return refuse();
  }
  path.remove_prefix(slash + 1);
  if (const size_t partial = path.find(".p/"); partial != std::string_view::npos) {
    const auto width = plain_number(path.substr(partial + 3), kTileWidth - 1);
    if (!width || *width == 0) return refuse();
    name.width = *width;
    path = path.substr(0, partial);
  }
  for (const char letter : path) {
    if (letter < '0' || letter > '9') continue;
    const auto digit = static_cast<uint64_t>(letter - '0');
    if (name.index > (UINT64_MAX - digit) / 10) return refuse();
    name.index = name.index * 10 + digit;
  }
  // One spelling only: writing the name again must give the same bytes.
  const std::string again = name.entries ? bundle_path(name.index, name.width)
                                         : tile_path(name.level, name.index, name.width);
  if (again != whole) return refuse();
  return name;
}

Expected<std::vector<Hash>> parse_tile(std::string_view bytes, size_t width) {
  if (width == 0 || width > kTileWidth || bytes.size() != width * sizeof(Hash))
    return failure("audit.tile_size", Fault::self,
                   "a tile of " + std::to_string(width) + " hashes has `" +
                       std::to_string(bytes.size()) + "` bytes");
  std::vector<Hash> out;
  out.reserve(kTileWidth);
  for (size_t i = 0; i < width; ++i) out.push_back(hash_from(bytes.substr(i * sizeof(Hash))));
  return out;
}

std::string tile_bytes(std::span<const Hash> hashes) {
  std::string out;
  out.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) out += view_of(hash);
  return out;
}

Bundle read_bundle(std::string_view bytes, size_t limit) {
  Bundle out;
  size_t& at = out.stopped_at;
  while (at < bytes.size()) {
    if (out.entries.size() == limit) {
      out.fault = "a bundle goes on behind its last entry";
      return out;
    }
    const size_t size = bytes.size() - at < 2
                            ? kMaxLeafBytes
                            : (static_cast<size_t>(static_cast<unsigned char>(bytes[at])) << 8) |
                                  static_cast<unsigned char>(bytes[at + 1]);
    if (bytes.size() - at < 2 + size) {
      out.fault = "an entry ends behind its bundle";
      return out;
    }
    out.entries.push_back({bytes.substr(at + 2, size), at});
    at += 2 + size;
  }
  return out;
}

Expected<std::vector<BundleEntry>> parse_bundle(std::string_view bytes) {
  Bundle bundle = read_bundle(bytes);
  if (bundle.fault.empty()) return std::move(bundle.entries);
  return failure(
      "audit.bundle_size", Fault::self,
      std::string(bundle.fault) + " at offset `" + std::to_string(bundle.stopped_at) + "`");
}

void append_bundle_entry(std::string& bundle, std::string_view entry) {
  if (entry.size() > kMaxLeafBytes) panic("an entry over 65535 bytes fits no bundle");
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xFF);
  bundle += entry;
}

}  // namespace doorward::audit
