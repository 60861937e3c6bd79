// What the index of a task answers; how it is filled stands in index.cc.
#include <algorithm>

#include "policy/flow/fields.h"
#include "policy/flow/index.h"
#include "policy/flow/index_find.h"
#include "policy/flow/index_hash.h"

namespace doorward::policy::flow {

bool TaskIndex::prompt_has_stem(uint32_t stem_hash) const {
  return contains(prompt_stems_, stem_hash);
}

bool TaskIndex::prompt_names_tool(std::string_view tool) const {
  const std::vector<uint32_t> nouns = nouns_of_tool(tool.substr(tool.find('.') + 1));
  return std::ranges::any_of(nouns, [this](uint32_t noun) { return prompt_has_stem(noun); });
}

bool TaskIndex::prompt_speaks_of(int call, std::string_view said) const {
  const Words words = words_of(said, 20'000);
  std::vector<uint32_t> topics;  // in what is said
  for (const Word& word : words)
    if (contains(topics_, word.hash)) topics.push_back(word.hash);
  std::vector<size_t> around;  // segments that have all of it
  find(words, [&](size_t segment, uint32_t) { around.push_back(segment); });
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].call != call || !segments_[i].is_private) continue;
    const bool near = std::ranges::find(around, i) != around.end();
    for (uint32_t word = segments_[i].first; word < end_of(i); ++word) {
      if (near ? contains(topics_, words_[word])
               : std::ranges::find(topics, words_[word]) != topics.end())
        return true;
    }
  }
  return false;
}

std::string_view TaskIndex::missing() const {
  if (restored_) return "this task began before Doorward was started again";
  if (opaque_) return "this task has read pictures or files that can't be looked through";
  return labels_.forgot ? "this task has read more than is kept" : "";
}

// Whether what the last call brought repeats what it was asked for. Who writes a mail doesn't know
// the number that it is read by.
void TaskIndex::mark_answer(wire::JsonValue arguments) {
  const auto call = static_cast<uint16_t>(calls_.size() - 1);
  bool any = false, answers = false;
  read_arguments(arguments, [&](const Field& argument) {
    any = true;
    if (answers) return;
    find(words_of(argument.value, 16), [&](size_t segment, uint32_t) {
      const Segment& held = segments_[segment];
      answers = answers || (held.call == call && held.kind != Kind::prompt);
    });
  });
  calls_[call].answers = answers || !any;
}

uint32_t TaskIndex::end_of(size_t segment) const {
  return segment + 1 < segments_.size() ? segments_[segment + 1].first
                                        : static_cast<uint32_t>(words_.size());
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

// Of a segment, or of a part of it.
Source TaskIndex::source_at(const Segment& segment, bool whole) {
  if (segment.kind == Kind::prompt) return Source::stated;
  if (segment.trust == Trust::trusted) return Source::trusted;
  // A part of a title is what its author wrote; a part of a field (`Ann <ann@x>`) is the field.
  if (segment.kind == Kind::text || (segment.kind == Kind::label && !whole)) return Source::outside;
  return segment.trust == Trust::shared ? Source::listed : Source::listed_outside;
}

Origin TaskIndex::origin_at(size_t index, size_t length) const {
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
  origin.label = segment.kind == Kind::label;
  origin.own_store = segment.trust == Trust::shared;
  origin.forgeable = segment.forgeable;
  origin.answers = calls_[segment.call].answers;
  origin.source = source_at(segment, length == end_of(index) - segment.first);
  return origin;
}

namespace {
// `name`, `file_name`, `fileName`: what people call a thing by.
bool is_name_field(std::string_view field) {
  return lower(field).ends_with("name");
}
}  // namespace

// What a text tells to do: of one that was taken for a list of values, all parts of that list.
Acts TaskIndex::told_in(size_t segment) const {
  constexpr size_t kAround = 8;
  const Segment& own = segments_[segment];
  Acts told = own.ordered;
  if (!own.forgeable) return told;
  const size_t first = segment > kAround ? segment - kAround : 0;
  const size_t last = std::min(segments_.size(), segment + kAround + 1);
  for (size_t at = first; at < last; ++at) {
    const Segment& part = segments_[at];
    const bool same = part.field == own.field || part.field == 0;  // 0: a part without a name
    if (part.record == own.record && same) told.add(part.ordered);
  }
  return told;
}

// What texts of outsiders tell to do with a thing of a listing, by one of its values (`told`) or by
// its name or title; nothing where the person called it so as well.
Acts TaskIndex::told_of_thing(size_t index, Acts told) const {
  constexpr size_t kAround = 40, kWordsOfName = 12;
  const uint32_t record = segments_[index].record;
  bool named = false;
  const auto look = [&](size_t at) {
    const Segment& name = segments_[at];
    const size_t length = end_of(at) - name.first;
    const bool names = name.kind == Kind::label || is_name_field(names_[name.field]);
    if (!names || length < 2 || length > kWordsOfName) return;
    Words words;
    for (uint32_t word = name.first; word < end_of(at); ++word)
      words.push_back({words_[word], 0, 0});
    Acts found;
    bool stated = false;
    find(words, [&](size_t segment, uint32_t) {
      const Segment& held = segments_[segment];
      stated = stated || held.kind == Kind::prompt;
      if (held.record != record && is_said(held)) found.add(told_in(segment));
    });
    named = named || stated;
    told.add(found);
  };
  for (size_t at = index; index - at < kAround && segments_[at].record == record; --at) {
    look(at);
    if (at == 0) break;
  }
  for (size_t at = index + 1; at < segments_.size() && at - index < kAround; ++at) {
    if (segments_[at].record != record) break;
    look(at);
  }
  return named ? Acts() : told;
}

bool TaskIndex::one_text_has(std::string_view value, std::string_view other) const {
  std::vector<size_t> texts;
  find(words_of(value, 64), [&](size_t segment, uint32_t) {
    const Segment& held = segments_[segment];
    if (held.kind == Kind::text && held.trust != Trust::trusted) texts.push_back(segment);
  });
  bool both = false;
  if (!texts.empty())
    find(words_of(other, 64), [&](size_t segment, uint32_t) {
      both = both || std::ranges::find(texts, segment) != texts.end();
    });
  return both;
}

Origin TaskIndex::origin_of(std::string_view value) const {
  const Words words = words_of(value, 64);
  Origin best;
  size_t best_segment = 0;
  uint32_t best_word = 0;
  uint32_t first_hostile = kNone;
  Acts told;
  bool any = false;
  size_t letters = 0;
  for (const Word& word : words) letters += word.end - word.begin;
  const bool short_value = letters < 4;
  // One or two letters stand in any text.
  const bool any_text =
      letters < 3 && std::ranges::none_of(value, [](char c) { return c >= '0' && c <= '9'; });
  find(words, [&](size_t segment, uint32_t word) {
    const Segment& held = segments_[segment];
    const bool whole = words.size() == end_of(segment) - held.first;
    // A `7` inside of a date is no `7`.
    if (short_value && !whole && held.kind != Kind::prompt && held.kind != Kind::text) return;
    if (any_text && !whole && held.kind == Kind::text) return;
    if (held.hostile) first_hostile = std::min(first_hostile, word);
    if (is_said(held)) told.add(told_in(segment));
    const Source source = source_at(held, whole);
    if (any && source > best.source) return;
    // Of equals the one that is nearer to what was asked for.
    const bool asked = calls_[held.call].asked;
    if (any && source == best.source &&
        ((best.asked && !asked) || (!best.forgeable && held.forgeable)))
      return;
    any = true;
    best.source = source;
    best.asked = asked;
    best.forgeable = held.forgeable;
    best_segment = segment;
    best_word = word;
  });
  // What stands in very many places is looked for in the person's words by itself; what stands
  // nowhere may stand there with other marks between.
  const auto in_prompt = [&] {
    for (size_t i = 0; i < segments_.size(); ++i) {
      if (segments_[i].kind != Kind::prompt) continue;
      const auto from = words_.begin() + segments_[i].first;
      const auto to = words_.begin() + end_of(i);
      if (std::search(from, to, words.begin(), words.end(),
                      [](uint32_t held, const Word& word) { return held == word.hash; }) != to)
        return true;
    }
    return false;
  };
  if (best.source != Source::stated && letters > (any ? 0U : 7U) &&
      prompt_compact_.find(compact(value)) != std::string::npos && (!any || in_prompt())) {
    Origin stated;
    stated.source = Source::stated;
    return stated;
  }
  if (!any) return best;
  best = origin_at(best_segment, words.size());
  if (best.source == Source::listed || best.source == Source::listed_outside)
    best.told = told_of_thing(best_segment, told);
  else
    best.told = told;
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
  // Of what ran out of room the fields of listings stay longest, so that this is said of addresses.
  if (restored_ || opaque_ || (labels_.forgot && in_parts)) return true;
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
    find(part, [&](size_t segment, uint32_t) {
      if (segments_[segment].kind == Kind::prompt) stated = true;
      if (segments_[segment].hostile) hostile = origin_at(segment, length);
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
