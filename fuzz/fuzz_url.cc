// URLs, authorities, percent escapes and Accept values. A URL's parts make the same URL again.
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
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto url = parse_url(text)) {
    const auto again = parse_url(url->origin() + url->target);
    must(again && again->origin() == url->origin() && again->target == url->target);
    must(again->port() == url->port() && url->port() != 0);
    must(url->target.starts_with('/') && url->target.find_first_of("#\\ \r\n") == text.npos);
  }
  if (const auto authority = parse_authority(text)) {
    const auto again = parse_authority(authority->host);
    must(again && again->host == authority->host && again->port == 0);
    must(text.find_first_of("@/?#%\\") == text.npos);
  }
  // No host counts as loopback that is not also a well-formed one.
  if (is_loopback_host(text)) must(parse_authority(text).has_value());
  if (const auto decoded = percent_decode(text)) must(decoded->size() <= size);
  // No later range takes back that the exact type was excluded.
  must(!accepts("application/json;q=0, " + std::string(text), "application/json"));
  must(media_type(text).size() <= size);
  return 0;
}
