// Chunked bodies, fed whole and byte by byte: same content, same end, same error.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/http.h"

using namespace doorward::wire;

namespace {
constexpr size_t kLimit = 1000;

struct Outcome {
  std::string content;
  std::string error;
  size_t used = 0;
  bool done = false;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view bytes, size_t step) {
  ChunkedDecoder decoder;
  Outcome outcome;
  while (!bytes.empty() && !decoder.done()) {
    const std::string_view piece = bytes.substr(0, step);
    const auto used = decoder.feed(piece, outcome.content, kLimit);
    if (!used) return {outcome.content, used.error().code};
    if (*used != piece.size() && !decoder.done()) std::abort();
    outcome.used += *used;
    bytes.remove_prefix(*used);
  }
  outcome.done = decoder.done();
  return outcome;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = decode(bytes, size + 1);
  if (whole.content.size() > kLimit) std::abort();
  if (decode(bytes, 1) != whole || decode(bytes, 3) != whole) std::abort();
  return 0;
}
