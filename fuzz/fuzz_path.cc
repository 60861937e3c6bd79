// File paths as arguments name them. A normal path stays itself and holds no parent.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/path.h"

using namespace doorward::wire;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const PathText read = read_path(text);
  if (read.fault != PathFault::none) return 0;
  must(("/" + read.normal + "/").find("/../") == std::string::npos);
  must(read.normal.find('\0') == std::string::npos);
  if (read.absolute) must(is_below(read.normal, "/"));
  must(is_below(read.normal, read.normal) || read.normal.empty());
  return 0;
}
