// Tiles, entry bundles and tile paths: of a verifier, and of the server of `/audit/tile/…`.
// Fuzzes module: audit
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "audit/tile.h"

using namespace doorward::audit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Bundle bundle = read_bundle(input);
  std::string again;
  for (const BundleEntry& it : bundle.entries) append_bundle_entry(again, it.entry);
  if (again != input.substr(0, bundle.stopped_at)) std::abort();
  if (bundle.fault.empty() != (bundle.stopped_at == input.size())) std::abort();
  const size_t width = size / 32;
  if (const auto tile = parse_tile(input, width); tile && tile_bytes(*tile) != input) std::abort();
  if (const auto name = parse_tile_path(input)) {
    const std::string path = name->entries ? bundle_path(name->index, name->width)
                                           : tile_path(name->level, name->index, name->width);
    if (path != input || path.find("..") != std::string::npos) std::abort();
  }
  return 0;
}
