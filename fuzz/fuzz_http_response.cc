// Response heads: what is accepted has one end, and a cut head agrees with the whole.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/http.h"

using namespace doorward::wire;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpResponseHead head;
  const auto whole = parse_response_head(bytes, head);
  if (whole && *whole) {
    must(head.size <= size && bytes.substr(0, head.size).ends_with("\r\n\r\n"));
    must(head.status >= 100 && head.status <= 599);
    must(!(head.chunked && head.content_length));
    for (const HttpField& field : head.fields) {
      must(!field.name.empty());
      must(field.value.find_first_of(std::string_view("\r\n\0", 3)) == field.value.npos);
    }
  }
  const size_t head_size = head.size;
  HttpResponseHead cut;
  for (size_t at = 0; at < size && at < 512; ++at) {
    const auto part = parse_response_head(bytes.substr(0, at), cut);
    if (!part) {
      must(!whole && part.error().code == whole.error().code);
    } else if (*part) {
      must(whole && *whole && cut.size == head_size);
    }
  }
  return 0;
}
