#include "detect/reading.h"

#include "detect/views.h"

namespace doorward::detect {

namespace {
constexpr size_t kMostBytesWithViews = 64 * 1024;
}

std::shared_ptr<const Reading::Views> Reading::views() {
  if (!views_) views_ = std::make_shared<const Views>(views_of(text_));
  return views_;
}

const Report& Reading::report(Channel channel, Role role, unsigned wanted) {
  for (const auto& known : known_)
    if (known->channel == channel && known->role == role && known->wanted == wanted)
      return known->report;
  const auto seen = views();
  const Question question{.channel = channel, .role = role, .text = text_, .wanted = wanted};
  known_.push_back(std::make_unique<Known>(Known{channel, role, wanted, inspect(question, *seen)}));
  return known_.back()->report;
}

Reading& Readings::of(std::string_view text) {
  const auto [place, is_new] = readings_.try_emplace(text, text);
  if (!is_new) return place->second;
  if (bytes_ + text.size() > kMostBytesWithViews) {
    for (Reading* const reading : with_views_) reading->drop_views();
    with_views_.clear();
    bytes_ = 0;
  }
  bytes_ += text.size();
  with_views_.push_back(&place->second);
  return place->second;
}

}  // namespace doorward::detect
