// Fuzzes module: detect
// The whole inspection, each channel and role: places inside the text, scores between 0 and 1.
// The first byte chooses.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/inspector.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Question question{static_cast<Channel>(data[0] & 3U), static_cast<Role>(data[0] >> 2 & 7U),
                          text};
  const Report report = inspect(question);
  if (!(report.score >= 0 && report.score <= 1)) std::abort();
  for (const Finding& finding : report.findings)
    if (finding.span.from > finding.span.to || finding.span.to > text.size()) std::abort();
  return 0;
}
