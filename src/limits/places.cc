#include "limits/places.h"

#include <charconv>

namespace doorward::limits {

namespace {

template <class Number>
bool read(std::string_view& text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.starts_with('.')) text.remove_prefix(1);
  return true;
}

}  // namespace

std::string PlaceNeed::text() const {
  return std::string(kPrefix) + std::to_string(key.high) + "." + std::to_string(key.low) + "." +
         std::to_string(most) + "." + std::to_string(queue);
}

std::optional<PlaceNeed> PlaceNeed::parse(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  PlaceNeed need;
  if (!read(text, need.key.high) || !read(text, need.key.low) || !read(text, need.most) ||
      !read(text, need.queue) || !text.empty())
    return std::nullopt;
  return need;
}

bool may_wait(const PlaceNeed& place, std::string_view waits, core::Notes& notes) {
  constexpr size_t kMost = 3;
  if (place.queue == 0) return false;
  const auto answer = notes.values.find(place.text());
  if (answer != notes.values.end()) {
    if (answer->second != kPlaceFree) return false;
    notes.values.erase(answer);
  }
  std::string& count = notes.values.try_emplace(std::string(waits)).first->second;
  if (count.size() >= kMost) return false;
  count += '.';
  return true;
}

}  // namespace doorward::limits
