// Fuzzes module: sandbox
// The order of doorward-launch: what is read is written back as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sandbox/spec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace doorward::sandbox;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto spec = decode(bytes); spec && encode(*spec) != bytes) std::abort();
  return 0;
}
