// Fuzzes module: policy
// Destinations and patterns of lists: a value that is in `*@corp.example` or `*.corp.example` ends
// in that domain, in plain letters, and nothing in front of it is another place.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "policy/flow/known.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4 * 1024) return 0;
  namespace flow = doorward::policy::flow;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const flow::KnownList kList(
      "list", {"*@corp.example", "*.corp.example", "https://corp.example/a/**"}, std::nullopt);
  const auto places = flow::read_destinations(text);
  if (!kList.match(places).empty())
    for (const flow::Destination& place : places) {
      const size_t labels = place.host.size();
      if (labels < 2 || place.host[labels - 1] != "example" || place.host[labels - 2] != "corp")
        std::abort();
      if (place.text.find('@') != std::string::npos) std::abort();
    }
  // What is one destination is found by its own text as a pattern.
  if (flow::known_complaint(text).empty() && text.find('*') == std::string::npos) {
    const flow::KnownList own("own", {text}, std::nullopt);
    if (const auto one = flow::read_destination(text);
        one && one == flow::read_destination_pattern(text) &&
        own.match(std::vector<flow::Destination>{*one}).empty())
      std::abort();
  }
  return 0;
}
