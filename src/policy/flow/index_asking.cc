// What the index of a task answers; how it is filled stands in index.cc.
#include <algorithm>

#include "policy/flow/index.h"
#include "policy/flow/index_hash.h"

namespace doorward::policy::flow {

bool TaskIndex::prompt_has_stem(uint32_t stem_hash) const {
  return contains(prompt_stems_, stem_hash);
}

bool TaskIndex::prompt_names_tool(std::string_view tool) const {
  const std::vector<uint32_t> nouns = nouns_of_tool(tool.substr(tool.find('.') + 1));
  return std::ranges::any_of(nouns, [this](uint32_t noun) { return prompt_has_stem(noun); });
}

bool TaskIndex::prompt_speaks_of(int call) const {
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].call != call || !segments_[i].is_private) continue;
    for (uint32_t word = segments_[i].first; word < end_of(i); ++word)
      if (contains(topics_, words_[word])) return true;
  }
  return false;
}

uint32_t TaskIndex::end_of(size_t segment) const {
  return segment + 1 < segments_.size() ? segments_[segment + 1].first
                                        : static_cast<uint32_t>(words_.size());
}

size_t TaskIndex::segment_of(uint32_t word) const {
  const auto behind = std::upper_bound(segments_.begin(), segments_.end(), word,
                                       [](uint32_t at, const Segment& s) { return at < s.first; });
  return static_cast<size_t>(behind - segments_.begin()) - 1;
}

// Calls visit(segment, first word) for every run of words like `value`'s, newest first.
template <class Visit>
void TaskIndex::find(const Words& value, Visit visit) const {
  if (value.empty() || buckets_.empty()) return;
  // By its rarest word.
  size_t anchor = 0;
  uint16_t rarest = UINT16_MAX;
  for (size_t i = 0; i < value.size(); ++i) {
    const uint16_t count = counts_[bucket_of(value[i].hash, kBuckets)];
    if (count == 0) return;
    if (count < rarest) {
      rarest = count;
      anchor = i;
    }
  }
  int steps = 2'000;
  for (uint32_t at = buckets_[bucket_of(value[anchor].hash, kBuckets)]; at != kNone && --steps > 0;
       at = before_[at]) {
    if (words_[at] != value[anchor].hash || at < anchor) continue;
    const uint32_t first = at - static_cast<uint32_t>(anchor);
    if (first + value.size() > words_.size()) continue;
    bool alike = true;
    for (size_t i = 0; alike && i < value.size(); ++i) alike = words_[first + i] == value[i].hash;
    if (!alike) continue;
    const size_t segment = segment_of(first);
    if (first + value.size() <= end_of(segment)) visit(segment, first);
  }
}

// Distinct words of the prompt's topics in the record, of long texts in some words around.
uint16_t TaskIndex::topics_around(size_t segment, uint32_t word, size_t length) const {
  constexpr uint32_t kAround = 30;
  uint32_t from = 0, to = 0;
  const Segment& own = segments_[segment];
  if (end_of(segment) - own.first > 60) {
    from = std::max(own.first, word > kAround ? word - kAround : 0);
    to = std::min(end_of(segment), word + kAround);
  } else {
    size_t first = segment, last = segment;
    while (first > 0 && segments_[first - 1].record == own.record && segment - first < 40) --first;
    while (last + 1 < segments_.size() && segments_[last + 1].record == own.record &&
           last - segment < 40)
      ++last;
    from = segments_[first].first;
    to = std::min(end_of(last), from + 200);
  }
  std::array<uint32_t, 16> seen{};
  uint16_t count = 0, names = 0;
  for (uint32_t i = from; i < to && count < seen.size(); ++i) {
    const uint32_t hash = words_[i];
    if ((i >= word && i < word + length) || !contains(topics_, hash)) continue;
    if (std::find(seen.begin(), seen.begin() + count, hash) != seen.begin() + count) continue;
    seen[count++] = hash;
    if (contains(names_topics_, hash)) ++names;
  }
  return static_cast<uint16_t>(count + names);
}

Origin TaskIndex::origin_at(size_t index, uint32_t word, size_t length) const {
  const Segment& segment = segments_[index];
  Origin origin;
  origin.call = segment.call;
  origin.hostile = segment.hostile;
  origin.orders = segment.orders;
  if (segment.kind == Kind::prompt) {
    origin.source = Source::stated;
    origin.call = -1;
    return origin;
  }
  origin.asked = calls_[segment.call].asked;
  origin.field = names_[segment.field];
  if (segment.trust == Trust::trusted) {
    origin.source = Source::trusted;
    return origin;
  }
  const bool whole = length == end_of(index) - segment.first;
  origin.label = segment.kind == Kind::label;
  origin.own_store = segment.trust == Trust::shared;
  // A part of a title is what its author wrote; a part of a field (`Ann <ann@x>`) is the field.
  if (segment.kind == Kind::text || (segment.kind == Kind::label && !whole))
    origin.source = Source::outside;
  else
    origin.source = segment.trust == Trust::shared ? Source::listed : Source::listed_outside;
  static_cast<void>(word);
  return origin;
}

Origin TaskIndex::origin_of(std::string_view value) const {
  const Words words = words_of(value, 64);
  Origin best;
  size_t best_segment = 0;
  uint32_t best_word = 0;
  uint32_t first_hostile = kNone;
  bool any = false;
  size_t letters = 0;
  for (const Word& word : words) letters += word.end - word.begin;
  const bool short_value = letters < 4;
  find(words, [&](size_t segment, uint32_t word) {
    const Segment& held = segments_[segment];
    const bool whole = words.size() == end_of(segment) - held.first;
    // A `7` inside of a date is no `7`.
    if (short_value && !whole && held.kind != Kind::prompt && held.kind != Kind::text) return;
    const Origin origin = origin_at(segment, word, words.size());
    if (origin.hostile) first_hostile = std::min(first_hostile, word);
    if (any && origin.source > best.source) return;
    // Of equals the one that is nearer to what was asked for.
    if (any && origin.source == best.source && best.asked && !origin.asked) return;
    any = true;
    best = origin;
    best_segment = segment;
    best_word = word;
  });
  if (!any) {
    if (prompt_compact_.size() <= 7) return best;
    const std::string letters_only = compact(value);
    if (letters_only.size() > 7 && prompt_compact_.find(letters_only) != std::string::npos)
      best.source = Source::stated;
    return best;
  }
  if (first_hostile != kNone) {
    best.hostile = true;
    // A listing that names what a hostile text brought up before proves nothing.
    if (best.source != Source::stated && first_hostile < best_word) best.source = Source::outside;
  }
  if (best.source != Source::stated)
    best.topics = topics_around(best_segment, best_word, words.size());
  return best;
}

bool TaskIndex::derivable(std::string_view value, bool in_parts) const {
  if (labels_.forgot) return true;
  // In parts: all that is telling of it stands in texts of outsiders.
  size_t telling = 0, found_parts = 0, written = 0;
  for (const Word& word : words_of(value, 64)) {
    if (word.end - word.begin < 4) continue;
    const std::string_view part = value.substr(word.begin, word.end - word.begin);
    static constexpr std::string_view kCommon[] = {"http", "https", "mail", "email",   "gmail",
                                                   "info", "index", "html", "outlook", "hotmail"};
    if (std::ranges::find(kCommon, lower(part)) != std::end(kCommon)) continue;
    ++telling;
    const Source source = origin_of(part).source;
    if (source != Source::stated && source != Source::unknown) ++found_parts;
    if (source == Source::outside) ++written;
  }
  if (in_parts && written > 0 && found_parts == telling) return true;
  if (grams_.empty()) return false;
  // Spelled apart, or backwards.
  std::string letters = compact(value);
  for (int turn = 0; turn < 2; ++turn) {
    size_t found = 0, all = 0;
    sampled_grams(letters, [&](uint32_t gram) {
      const uint32_t bit = gram % kGramBits;
      ++all;
      if ((grams_[bit / 64] >> (bit % 64) & 1U) != 0) ++found;
    });
    if (found > 0 && found * 10 >= all * 7) return true;
    std::reverse(letters.begin(), letters.end());
  }
  return false;
}

TaskIndex::Overlap TaskIndex::private_overlap(std::string_view content) const {
  Overlap overlap;
  if (private_.empty()) return overlap;
  const Words words = words_of(content, 20'000);
  std::vector<uint32_t> prints;
  winnow(words, prints);
  for (const uint32_t print : prints)
    if (const int call = private_.find(print); call >= 0) {
      ++overlap.prints;
      overlap.call = std::min(call, static_cast<int>(calls_.size()) - 1);
    }
  if (!prints.empty())
    overlap.share = static_cast<double>(overlap.prints) / static_cast<double>(prints.size());
  return overlap;
}

Origin TaskIndex::hostile_run(std::string_view content, size_t run) const {
  const Words words = words_of(content, 2'000);
  Origin found;
  if (words.empty()) return found;
  const size_t length = std::min(run, words.size());
  for (size_t i = 0; i + length <= words.size(); ++i) {
    const Words part(words.begin() + static_cast<std::ptrdiff_t>(i),
                     words.begin() + static_cast<std::ptrdiff_t>(i + length));
    bool stated = false;
    Origin hostile;
    find(part, [&](size_t segment, uint32_t word) {
      if (segments_[segment].kind == Kind::prompt) stated = true;
      if (segments_[segment].hostile) hostile = origin_at(segment, word, length);
    });
    if (!stated && hostile.hostile) return hostile;
  }
  return found;
}

Origin TaskIndex::ordered_run(std::string_view content) const {
  constexpr size_t kShortest = 2, kLongest = 12;
  const Words words = words_of(content, kLongest + 1);
  if (words.size() < kShortest || words.size() > kLongest) return {};
  const Origin origin = origin_of(content);
  return origin.source == Source::outside && origin.orders ? origin : Origin{};
}

size_t TaskIndex::bytes() const {
  size_t names = 0;
  for (const std::string& name : names_) names += sizeof(std::string) + name.capacity();
  for (const Call& call : calls_) names += sizeof(call) + call.tool.capacity();
  return sizeof(*this) + words_.capacity() * 4 + before_.capacity() * 4 + buckets_.capacity() * 4 +
         counts_.capacity() * 2 + segments_.capacity() * sizeof(Segment) + grams_.capacity() * 8 +
         private_.bytes() + prompt_compact_.capacity() + prompt_stems_.capacity() * 4 +
         topics_.capacity() * 4 + identifiers_.capacity() * 4 + names_topics_.capacity() * 4 +
         names;
}

}  // namespace doorward::policy::flow
