// Which URIs a template could put out. The first line is the template, the rest the URI.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/uri_template.h"

using namespace doorward::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\n');
  const std::string_view pattern = text.substr(0, end);
  const std::string_view uri = end == text.npos ? std::string_view() : text.substr(end + 1);
  static_cast<void>(fits_template(uri, pattern));
  // Without expressions a template puts out itself and nothing else.
  if (pattern.size() <= 1024 && pattern.find_first_of("{}") == text.npos)
    if (fits_template(uri, pattern) != (uri == pattern)) std::abort();
  return 0;
}
