#include "policy/flow/index.h"

#include <algorithm>

#include "base/bytes.h"
#include "policy/flow/address.h"
#include "policy/flow/asked.h"
#include "policy/flow/fields.h"
#include "policy/flow/suspicion.h"

namespace doorward::policy::flow {

void TaskLabels::add(const TaskLabels& other) {
  shared = shared || other.shared;
  untrusted = untrusted || other.untrusted;
  is_private = is_private || other.is_private;
  hostile = hostile || other.hostile;
  forgot = forgot || other.forgot;
  stated = stated || other.stated;
  stopped = stopped || other.stopped;
}

TaskIndex::TaskIndex() : names_{""} {}

void TaskIndex::restore(const TaskLabels& labels) {
  labels_.add(labels);
  if (labels.outside() || labels.is_private) labels_.forgot = true;
}

namespace {

uint32_t bucket_of(uint32_t hash, size_t buckets) {
  return (hash ^ (hash >> 12U)) & static_cast<uint32_t>(buckets - 1);
}

// Calls visit(hash) for one in four of all runs of five letters and digits, the same ones in every
// text: spaces and points between them don't count.
template <class Visit>
void sampled_grams(std::string_view text, Visit visit) {
  constexpr uint32_t kBase = 0x01000193U;
  constexpr uint32_t kOut = kBase * kBase * kBase * kBase * kBase;
  std::array<uint8_t, 8> last{};
  uint32_t hash = 0;
  uint32_t count = 0;
  for (const char c : text) {
    const uint8_t letter = folded(c);
    if (letter == 0) continue;
    hash = hash * kBase + letter - last[(count - 5U) & 7U] * kOut;
    last[count & 7U] = letter;
    if (++count < 5) continue;
    const uint32_t mixed = hash * 0x9E3779B1U;
    if (mixed >> 30U == 0) visit(mixed >> 8U);
  }
}

bool contains(const std::vector<uint32_t>& sorted, uint32_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

void sort_unique(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// Names of fields whose value somebody wrote as he liked.
bool is_text_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "body",    "content",  "text",    "description", "subject", "title",  "message",
      "note",    "notes",    "comment", "summary",     "bio",     "review", "reviews",
      "caption", "snippet",  "about",   "details",     "reason",  "answer", "question",
      "html",    "markdown", "name",    "filename",    "file",    "path",   "location",
      "topic",   "headline", "label"};
  const std::string low = lower(name);
  return std::ranges::any_of(kNames, [&low](std::string_view known) {
    return low == known || (low.size() > known.size() && low.ends_with(known) &&
                            !(low[low.size() - known.size() - 1] >= 'a' &&
                              low[low.size() - known.size() - 1] <= 'z'));
  });
}

constexpr size_t kLabelWords = 8;  // a longer value is running text

}  // namespace

// --- adding ----------------------------------------------------------------------------------

uint16_t TaskIndex::name_index(std::string_view name) {
  name = name.substr(0, 40);
  for (size_t i = 0; i < names_.size(); ++i)
    if (names_[i] == name) return static_cast<uint16_t>(i);
  if (names_.size() >= kNames) return 0;
  names_.emplace_back(name);
  return static_cast<uint16_t>(names_.size() - 1);
}

void TaskIndex::index_from(size_t word) {
  if (buckets_.empty() || word == 0) {
    buckets_.assign(kBuckets, kNone);
    counts_.assign(kBuckets, 0);
  }
  before_.resize(words_.size());
  for (size_t i = word; i < words_.size(); ++i) {
    const uint32_t bucket = bucket_of(words_[i], kBuckets);
    before_[i] = buckets_[bucket];
    buckets_[bucket] = static_cast<uint32_t>(i);
    ++counts_[bucket];
  }
}

// Drops the older half of what outsiders wrote and of other results; prompts stay.
void TaskIndex::make_room(size_t words) {
  if (words_.size() + words <= kWords && segments_.size() < kSegments) return;
  const size_t keep_from = segments_.size() / 2;
  std::vector<uint32_t> kept;
  std::vector<Segment> segments;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    const uint32_t end = end_of(i);
    const bool keep = segment.kind == Kind::prompt ||
                      (i >= keep_from && kept.size() + (end - segment.first) + words <= kWords);
    if (!keep) {
      labels_.forgot = labels_.forgot || segment.trust != Trust::trusted;
      continue;
    }
    segments.push_back(segment);
    segments.back().first = static_cast<uint32_t>(kept.size());
    kept.insert(kept.end(), words_.begin() + segment.first, words_.begin() + end);
  }
  words_ = std::move(kept);
  segments_ = std::move(segments);
  index_from(0);
}

void TaskIndex::add_segment(Segment segment, std::string_view text, const Words& words) {
  if (words.empty()) return;
  const size_t count = std::min(words.size(), kWords / 2);
  if (count < words.size() && segment.trust != Trust::trusted) labels_.forgot = true;
  make_room(count);
  segment.first = static_cast<uint32_t>(words_.size());
  segments_.push_back(segment);
  for (size_t i = 0; i < count; ++i) words_.push_back(words[i].hash);
  index_from(segment.first);
  if (segment.kind == Kind::prompt) return;
  if (segment.is_private) {
    std::vector<uint32_t> prints;
    winnow(words, prints);
    for (const uint32_t print : prints) private_.add(print, segment.call);
  }
  if (segment.kind == Kind::text && segment.trust != Trust::trusted) {
    if (grams_.empty()) grams_.assign(kGramBits / 64, 0);
    sampled_grams(text, [this](uint32_t gram) {
      const uint32_t bit = gram % kGramBits;
      grams_[bit / 64] |= uint64_t{1} << (bit % 64);
    });
  }
}

// Long words that are base64 or hex of a text count as that text besides.
void TaskIndex::add_encoded(const Segment& like, std::string_view text, const Words& words) {
  for (const Word& word : words) {
    size_t end = word.end;
    if (end - word.begin < 12) continue;
    while (end < text.size() && (text[end] == '=' || text[end] == '+' || text[end] == '/')) ++end;
    std::string run(text.substr(word.begin, end - word.begin));
    std::optional<std::string> plain = from_hex(run);
    if (!plain) {
      while (!run.empty() && run.back() == '=') run.pop_back();
      for (char& c : run) c = c == '+' ? '-' : c == '/' ? '_' : c;
      // Stray bits at the end are an encoder's own affair.
      for (int drop = 0; drop < 4 && !plain && run.size() > 8; ++drop) {
        plain = from_base64url(run);
        if (!plain) run.pop_back();
      }
    }
    if (!plain || plain->size() < 6) continue;
    const auto printable =
        std::ranges::count_if(*plain, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); });
    if (static_cast<size_t>(printable) != plain->size()) continue;
    Segment segment = like;
    segment.kind = Kind::text;
    const Words inner = words_of(*plain);
    segment.hostile = segment.hostile || suspicion(*plain, inner) >= kHostile;
    add_segment(segment, *plain, inner);
  }
}

bool TaskIndex::knows_prompt(std::string_view text) const {
  const uint64_t hash = std::hash<std::string_view>{}(text.substr(0, kPromptBytes));
  return std::find(prompts_.begin(), prompts_.end(), hash) != prompts_.end();
}

void TaskIndex::add_prompt(std::string_view text) {
  if (knows_prompt(text)) return;
  text = text.substr(0, kPromptBytes);
  prompts_[prompt_count_++ % prompts_.size()] = std::hash<std::string_view>{}(text);
  has_prompt_ = true;
  english_ = is_english(text);
  acts_.add(acts_asked_for(text));
  const std::string low = lower(text);
  const Words words = words_of(low);
  Segment segment;
  segment.kind = Kind::prompt;
  segment.trust = Trust::trusted;
  segment.record = ++records_;
  if (calls_.empty()) calls_.push_back({"", 0, false});
  add_segment(segment, text, words);
  prompt_compact_ += compact(text);
  if (prompt_compact_.size() > 2 * kPromptBytes)
    prompt_compact_.erase(0, prompt_compact_.size() - 2 * kPromptBytes);
  for (const Word& word : words) {
    const std::string_view plain = std::string_view(low).substr(word.begin, word.end - word.begin);
    const std::string root = stem(plain);
    prompt_stems_.push_back(hash_bytes(root));
    const bool domain = word.begin > 0 && text[word.begin - 1] == '.';
    const bool telling = !domain && plain.size() > 2 && !is_stop_word(word.hash) &&
                         acts_of_word(plain).empty() && root != "channel" && root != "user" &&
                         root != "www" && root != "com" && root != "http";
    if (!telling) continue;
    for (const std::string_view ending : {"", "s", "es", "e", "ed", "ing"})
      topics_.push_back(hash_bytes(root + std::string(ending)));
    topics_.push_back(word.hash);
    // A name, an id, a word in quotes: what it stands around was meant.
    const char first = text[word.begin];
    const char before = word.begin > 0 ? text[word.begin - 1] : '.';
    const char two_before = word.begin > 1 ? text[word.begin - 2] : '.';
    const bool begins = before == '\n' || two_before == '.' || two_before == '!' ||
                        two_before == '?' || word.begin < 2;
    if (before == '\'' || before == '"' || (first >= 'A' && first <= 'Z' && !begins))
      for (const uint32_t hash : {word.hash, hash_bytes(root)}) names_topics_.push_back(hash);
    if (root.ends_with('y')) topics_.push_back(hash_bytes(root.substr(0, root.size() - 1) + "ies"));
  }
  sort_unique(prompt_stems_);
  sort_unique(topics_);
  sort_unique(names_topics_);
}

void TaskIndex::add_identifiers(std::string_view text, const Words& words) {
  size_t behind = 0;
  for (const Word& word : words) {
    if (word.begin < behind || word.end >= text.size() || text[word.end] != '_') continue;
    size_t end = word.end;
    while (end < text.size() && (text[end] == '_' || kFold[static_cast<uint8_t>(text[end])] != 0))
      ++end;
    behind = end;
    const uint32_t hash = hash_bytes(text.substr(word.begin, end - word.begin));
    const auto place = std::lower_bound(identifiers_.begin(), identifiers_.end(), hash);
    if (place != identifiers_.end() && *place == hash) continue;
    if (identifiers_.size() < kIdentifiers) identifiers_.insert(place, hash);
  }
}

bool TaskIndex::names_tool(std::string_view tool) const {
  return tool.find('_') != std::string_view::npos && contains(identifiers_, hash_bytes(tool));
}

// One result on its way into the index.
struct TaskIndex::Adding {
  TaskIndex& index;
  const ToolLabels& labels;
  Segment base;
  bool document = false;             // read at an address or path: all of it is its author's
  std::vector<std::string> carried;  // arguments of outsiders' making, compact: no echo cleans them
  std::vector<std::pair<uint32_t, uint32_t>>
      records;  // records of the listing to those of the task
  Words words;  // of the field under way; one list for all of them

  void field(const Field& field) {
    words.clear();
    read_words(field.value, words);
    if (words.empty()) return;
    Segment segment = base;
    segment.record = record_of(field.record);
    segment.field = field.free_text ? 0 : index.name_index(field.name);
    const bool trusted = segment.trust == Trust::trusted;
    const bool looks_only = field.loose && segment.trust == Trust::untrusted;
    if (field.free_text || looks_only || words.size() > kLabelWords || (document && !trusted))
      segment.kind = Kind::text;
    else
      segment.kind = is_text_name(field.name) ? Kind::label : Kind::field;
    if (!carried.empty()) {
      const std::string letters = compact(field.value);
      for (const std::string& value : carried)
        if (letters.find(value) != std::string::npos) {
          segment.kind = Kind::text;
          segment.trust = Trust::untrusted;
        }
    }
    if (segment.trust != Trust::trusted) {
      if (words.size() > 3) {
        segment.hostile = suspicion(field.value, words) >= kHostile;
        segment.orders = segment.hostile || gives_orders(field.value, words);
      }
      index.labels_.hostile = index.labels_.hostile || segment.hostile;
      (segment.trust == Trust::shared ? index.labels_.shared : index.labels_.untrusted) = true;
      index.labels_.stated = index.labels_.stated || labels.trust_stated;
    }
    index.labels_.is_private = index.labels_.is_private || segment.is_private;
    index.add_segment(segment, field.value, words);
    if (segment.trust != Trust::trusted && segment.kind != Kind::field)
      index.add_identifiers(field.value, words);
    if (segment.trust != Trust::trusted && words.size() <= 4'000)
      index.add_encoded(segment, field.value, words);
  }

  uint32_t record_of(uint32_t listed) {
    if (records.empty() || records.back().first != listed)
      records.emplace_back(listed, ++index.records_);
    return records.back().second;
  }
};

namespace {

// Content that nothing is read of here: a picture may hold any text.
bool is_opaque(wire::JsonValue result) {
  for (const std::string_view list : {"content", "contents", "messages"}) {
    if (!result[list].is_array()) continue;
    for (const wire::JsonValue block : result[list].items()) {
      const wire::JsonValue inner = list == "messages" ? block["content"] : block;
      if (inner["data"] || inner["blob"] || inner["resource"]["blob"]) return true;
    }
  }
  return false;
}

bool tells_something(const TaskIndex::Result& result) {
  if (result.told) return true;
  for (const std::string_view list : {"content", "contents", "messages"})
    if (result.result[list].is_array() && result.result[list].size() > 0) return true;
  return static_cast<bool>(result.result["structuredContent"]);
}

}  // namespace

// A result was read, whatever stands in it: the label is the tool's, not its text's.
void TaskIndex::mark_read(const ToolLabels& labels, bool opaque) {
  labels_.is_private = labels_.is_private || labels.is_private;
  if (labels.trust == Trust::trusted) return;
  (labels.trust == Trust::shared ? labels_.shared : labels_.untrusted) = true;
  labels_.stated = labels_.stated || labels.trust_stated;
  labels_.forgot = labels_.forgot || opaque;
}

void TaskIndex::add_result(const Result& result) {
  if (calls_.empty()) calls_.push_back({"", 0, false});
  ++numbers_;
  Call call{std::string(result.server) + "." + std::string(result.tool), numbers_, false};
  Adding adding{*this, *result.labels, {}, false, {}, {}, {}};
  read_arguments(result.arguments, [&](const Field& argument) {
    const Origin origin = origin_of(argument.value);
    const bool looked_up = origin.source == Source::outside && origin.asked && origin.topics > 0;
    if (!argument.number && (origin.source == Source::stated || looked_up)) call.asked = true;
    if (origin.source == Source::outside && argument.value.size() > 3)
      adding.carried.push_back(compact(argument.value));
    const std::string low = lower(argument.name);
    const auto names = [&low](std::string_view part) {
      return low.find(part) != std::string::npos;
    };
    const bool page =
        argument.value.find('@') == std::string_view::npos && is_address(argument.value);
    if (page || names("path") || names("url") || names("uri") ||
        argument.value.find('/') != std::string_view::npos)
      adding.document = true;
  });
  if (calls_.size() >= kCalls)
    calls_.back() = std::move(call);
  else
    calls_.push_back(std::move(call));
  adding.base.call = static_cast<uint16_t>(calls_.size() - 1);
  adding.base.trust = result.labels->trust;
  adding.base.is_private = result.labels->is_private;

  if (tells_something(result)) mark_read(*result.labels, is_opaque(result.result));
  const auto take = [&adding](const Field& field) { adding.field(field); };
  const auto text = [&](wire::JsonValue holder) {
    if (!holder["text"].is_string()) return;
    adding.records.clear();
    read_fields(holder["text"].text(), take);
  };
  const wire::JsonValue& body = result.result;
  for (const std::string_view list : {"content", "contents"}) {
    if (!body[list].is_array()) continue;
    for (const wire::JsonValue block : body[list].items()) {
      text(block);
      text(block["resource"]);
      if (block["type"].text() == "resource_link") {
        adding.records.clear();
        read_fields(block, take);
      }
    }
  }
  if (body["messages"].is_array())
    for (const wire::JsonValue message : body["messages"].items()) text(message["content"]);
  if (result.told) read_fields(result.told, take);
  if (body["structuredContent"]) {
    adding.records.clear();
    read_fields(body["structuredContent"], take);
  }
}

// --- asking ----------------------------------------------------------------------------------

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
  for (const std::string& name : names_) names += sizeof(name) + name.capacity();
  for (const Call& call : calls_) names += sizeof(call) + call.tool.capacity();
  return sizeof(*this) + words_.capacity() * 4 + before_.capacity() * 4 + buckets_.capacity() * 4 +
         counts_.capacity() * 2 + segments_.capacity() * sizeof(Segment) + grams_.capacity() * 8 +
         private_.bytes() + prompt_compact_.capacity() + prompt_stems_.capacity() * 4 +
         topics_.capacity() * 4 + identifiers_.capacity() * 4 + names_topics_.capacity() * 4 +
         names;
}

}  // namespace doorward::policy::flow
