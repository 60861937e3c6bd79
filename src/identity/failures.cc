#include "identity/failures.h"

#include <algorithm>
#include <bit>

namespace doorward::identity {

std::string network_of(std::string_view source) {
  size_t colons = 0;
  for (size_t at = 0; at < source.size(); ++at)
    if (source[at] == ':' && ++colons == 4) return std::string(source.substr(0, at));
  return std::string(source);
}

std::chrono::milliseconds Failures::pause(std::string_view source, SteadyTime now) const {
  const unsigned failures = counts_.with([&](const auto& counts) {
    const auto found = counts.find(network_of(source));
    const bool counts_still = found != counts.end() && now - found->second.since < rules_.window;
    return counts_still ? found->second.failures : 0U;
  });
  if (failures < rules_.free) return std::chrono::milliseconds(0);
  const unsigned doublings = std::min(failures / std::max(rules_.free, 1U) - 1, 16U);
  return std::min(rules_.first_pause * (1U << doublings), rules_.longest_pause);
}

void Failures::failed(std::string_view source, SteadyTime now) {
  const unsigned failures = counts_.with([&](auto& counts) {
    const std::string network = network_of(source);
    if (counts.size() >= rules_.sources && !counts.contains(network)) {
      std::erase_if(counts,
                    [&](const auto& each) { return now - each.second.since >= rules_.window; });
      // Still full: whoever has failed least is forgotten.
      if (counts.size() >= rules_.sources)
        counts.erase(std::min_element(
            counts.begin(), counts.end(),
            [](const auto& a, const auto& b) { return a.second.failures < b.second.failures; }));
    }
    Count& count = counts[network];
    if (now - count.since >= rules_.window) count = {now, 0};
    return ++count.failures;
  });
  if (told_ && failures >= rules_.free && failures % rules_.free == 0 &&
      std::has_single_bit(failures / rules_.free))
    told_(source, failures);
}

}  // namespace doorward::identity
