// Event streams, fed whole and byte by byte: same events, same error; written events parse back.
// Fuzzes module: wire
#include <algorithm>
#include <cstdlib>

#include "wire/sse.h"

using namespace doorward::wire;

namespace {
struct Outcome {
  std::vector<SseEvent> events;
  std::string error;
};

Outcome parse(std::string_view bytes, size_t step) {
  SseParser parser(500);
  Outcome outcome;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    const auto fed = parser.feed(bytes.substr(0, step), outcome.events);
    if (fed) continue;
    outcome.error = fed.error().code;
    break;
  }
  return outcome;
}

bool same(const Outcome& a, const Outcome& b) {
  if (a.error != b.error || a.events.size() != b.events.size()) return false;
  for (size_t i = 0; i < a.events.size(); ++i) {
    const SseEvent& x = a.events[i];
    const SseEvent& y = b.events[i];
    if (x.event != y.event || x.data != y.data || x.id != y.id || x.retry != y.retry ||
        x.has_data != y.has_data)
      return false;
  }
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(bytes, size + 1);
  if (!same(whole, parse(bytes, 1)) || !same(whole, parse(bytes, 3))) std::abort();
  for (const SseEvent& event : whole.events) {
    if (event.data.size() > 500) std::abort();
    if (!event.has_data) continue;
    const std::string id = event.id.value_or("");
    std::vector<SseEvent> again;
    SseParser parser;
    if (!parser.feed(sse_event(event.data, id, event.retry), again) || again.size() != 1)
      std::abort();
    if (again[0].data != event.data || again[0].id.value_or("") != id) std::abort();
  }
  return 0;
}
