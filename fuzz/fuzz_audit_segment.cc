// The reader of segments, which meets whatever a crash or an intruder left on disk.
// Fuzzes module: audit
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "audit/chain.h"
#include "audit/segment.h"

using namespace doorward::audit;

namespace {
// Every view handed out lies inside the input, and reading always moves on.
void walk(std::string_view segment, size_t offset) {
  for (;;) {
    const Frame frame = read_frame(segment, offset);
    if (frame.state != Frame::State::whole) return;
    if (frame.next <= offset || frame.next > segment.size()) std::abort();
    if (frame.entry.data() < segment.data() ||
        frame.entry.data() + frame.entry.size() > segment.data() + segment.size())
      std::abort();
    if (const auto link = parse_link(frame.entry)) {
      if (link->size > frame.entry.size()) std::abort();
      if (LinkText(link->seq, link->prev).view() != frame.entry.substr(0, link->size)) std::abort();
    }
    offset = frame.next;
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto head = parse_segment_head(input);
  if (head && *head) walk(input, kSegmentHeadBytes);
  walk(input, 0);
  (void)read_frame(input, 0, false);
  return 0;
}
