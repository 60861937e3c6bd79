// Fuzzes module: detect
// All decoders over any bytes: readings stay bounded, and every place is inside the given text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detect/hidden.h"
#include "detect/views.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 16'384) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto views = views_of(text);
  if (views.empty() || views.size() > kMostViews || views.front().text() != text) std::abort();
  size_t total = 0;
  for (const View& view : views) {
    total += view.text().size();
    for (const size_t at : {size_t{0}, view.text().size() / 2, view.text().size()}) {
      const Span span = view.span(at, view.text().size());
      if (span.from > span.to || span.to > text.size()) std::abort();
    }
  }
  if (total > text.size() * 5 + 256 * 1024) std::abort();
  std::vector<Finding> findings;
  find_hidden(text, findings);
  for (const Finding& finding : findings)
    if (finding.span.from >= finding.span.to || finding.span.to > text.size()) std::abort();
  return 0;
}
