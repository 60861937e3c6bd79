#include "policy/flow/index.h"

#include <algorithm>

#include "base/bytes.h"
#include "policy/flow/address.h"
#include "policy/flow/asked.h"
#include "policy/flow/fields.h"
#include "policy/flow/index_hash.h"
#include "policy/flow/suspicion.h"
#include "policy/flow/winnow.h"

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
  if (labels.outside() || labels.is_private) labels_.forgot = restored_ = true;
}

namespace {

void sort_unique(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// Names of fields whose value somebody wrote as he liked.
bool is_text_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "body",    "content",  "text",    "description", "subject", "title",   "message",
      "note",    "notes",    "comment", "summary",     "bio",     "review",  "reviews",
      "caption", "snippet",  "about",   "details",     "reason",  "answer",  "question",
      "html",    "markdown", "name",    "filename",    "file",    "path",    "location",
      "topic",   "headline", "label",   "result",      "output",  "response"};
  const std::string low = lower(name);
  return std::ranges::any_of(kNames, [&low](std::string_view known) {
    return low == known || (low.size() > known.size() && low.ends_with(known) &&
                            !(low[low.size() - known.size() - 1] >= 'a' &&
                              low[low.size() - known.size() - 1] <= 'z'));
  });
}

constexpr size_t kGramWords64 = (1U << 16U) / 64;  // of a Bloom filter of letters in a row

// Marks what five letters in a row stand in `text`, in one filter or in two at once.
void add_grams(std::vector<uint64_t>& filter, std::string_view text,
               std::vector<uint64_t>* other = nullptr) {
  filter.resize(kGramWords64);
  if (other != nullptr) other->resize(kGramWords64);
  sampled_grams(text, [&](uint32_t gram) {
    const uint32_t bit = gram % (kGramWords64 * 64);
    const uint64_t one = uint64_t{1} << (bit % 64);
    filter[bit / 64] |= one;
    if (other != nullptr) (*other)[bit / 64] |= one;
  });
}

constexpr size_t kLabelWords = 8;  // a longer value is running text
constexpr size_t kNote = 80;       // words of a text that is no manual

// A text in a field that is data itself: its structure is its author's.
bool looks_like_data(std::string_view value) {
  const size_t first = value.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (value[first] == '{' || value[first] == '[') &&
         value.find(':', first) != std::string_view::npos;
}

}  // namespace

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

// Drops what is oldest: running text first, for it is long and the fields of listings are few words
// that a task comes back to. Prompts stay.
void TaskIndex::make_room(size_t words) {
  if (words_.size() + words <= kWords && segments_.size() < kSegments) return;
  constexpr size_t kMost = kWords * 3 / 4, kMostListed = kWords / 3;
  std::vector<bool> keeps(segments_.size());
  size_t left = std::min(kMost, kWords - words), left_listed = std::min(kMostListed, left);
  size_t places = kSegments / 2;
  const auto keep = [&](auto&& fits, size_t& room) {
    for (size_t i = segments_.size(); i-- > 0;) {
      const size_t length = end_of(i) - segments_[i].first;
      if (keeps[i] || !fits(segments_[i]) || length > room || places == 0) continue;
      keeps[i] = true;
      --places;
      left -= std::min(left, length);
      if (&room != &left) room -= length;
    }
  };
  keep([](const Segment& s) { return s.kind == Kind::prompt; }, left);
  left_listed = std::min(left_listed, left);
  keep([](const Segment& s) { return s.kind == Kind::field || s.kind == Kind::label; },
       left_listed);
  keep([](const Segment&) { return true; }, left);
  std::vector<uint32_t> kept;
  std::vector<Segment> segments;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    const uint32_t end = end_of(i);
    if (!keeps[i]) {
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
  if (segment.is_private) add_private(segment, text, words);
  const bool outside = segment.kind == Kind::text && segment.trust != Trust::trusted;
  if (outside && segment.is_private)
    add_grams(grams_, text, &private_grams_);
  else if (outside || segment.is_private)
    add_grams(outside ? grams_ : private_grams_, text);
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
  for (const FoundAddress& found : find_addresses(text))
    prompt_kinds_ |= 1U << static_cast<unsigned>(found.kind);
  acts_.add(acts_asked_for(text));
  const std::string low = lower(text);
  const Words words = words_of(low);
  Segment segment;
  segment.kind = Kind::prompt;
  segment.trust = Trust::trusted;
  segment.record = ++records_;
  if (calls_.empty()) calls_.push_back({"", 0, false, false});
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
    if (field.free_text || looks_only || words.size() > kLabelWords || (document && !trusted) ||
        (!trusted && looks_like_data(field.value)))
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
    if (segment.trust != Trust::untrusted && index.was_written(words)) {
      segment.kind = Kind::text;
      segment.trust = Trust::untrusted;
    }
    if (segment.trust != Trust::trusted) {
      const Orders orders = words.size() > 1 ? orders_of(field.value, words) : Orders();
      segment.ordered = orders.acts;
      if (words.size() > 3) {
        segment.hostile = suspicion(field.value, words) >= kHostile;
        segment.orders = segment.hostile || orders.any;
      }
      index.labels_.hostile = index.labels_.hostile || segment.hostile;
      (segment.trust == Trust::shared ? index.labels_.shared : index.labels_.untrusted) = true;
      index.labels_.stated = index.labels_.stated || labels.trust_stated;
    }
    index.labels_.is_private = index.labels_.is_private || segment.is_private;
    index.add_segment(segment, field.value, words);
    // A long text of the own store names tools as manuals do, and not at somebody.
    if (segment.trust != Trust::trusted && (segment.kind != Kind::field || segment.forgeable) &&
        (segment.trust == Trust::untrusted || segment.hostile || words.size() <= kNote))
      index.add_identifiers(field.value);
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
std::vector<std::string_view> opaque_parts(wire::JsonValue result) {
  std::vector<std::string_view> parts;
  for (const std::string_view list : {"content", "contents", "messages"}) {
    if (!result[list].is_array()) continue;
    for (const wire::JsonValue block : result[list].items()) {
      const wire::JsonValue inner = list == "messages" ? block["content"] : block;
      for (const wire::JsonValue part : {inner["data"], inner["blob"], inner["resource"]["blob"]})
        if (part) parts.push_back(part.text());
    }
  }
  return parts;
}

// What a server wraps as `{"result": "…"}` only because it has to be an object; "" for others.
std::string_view text_alone(wire::JsonValue structured) {
  std::string_view text;
  size_t members = 0;
  if (!structured.is_object()) return text;
  for (const auto& [name, value, name_value] : structured.members()) {
    if (++members > 1 || !value.is_string()) return {};
    text = value.text();
  }
  return text;
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
  opaque_ = opaque_ || opaque;
}

void TaskIndex::add_result(const Result& result) {
  if (calls_.empty()) calls_.push_back({"", 0, false, false});
  ++numbers_;
  Call call{std::string(result.server) + "." + std::string(result.tool), numbers_, false, false};
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

  const auto opaque = opaque_parts(result.result);
  if (tells_something(result)) mark_read(*result.labels, !opaque.empty());
  // As it is sent on, a private picture is letters without spaces.
  constexpr size_t kOpaque = size_t{16} * 1024;
  if (adding.base.is_private)
    for (const std::string_view part : opaque) add_grams(private_grams_, part.substr(0, kOpaque));
  const auto take = [&adding](const Field& field) { adding.field(field); };
  // Who wrote a text may have written the look of it, too: only a structured result is the
  // server's.
  const auto read_text = [&](std::string_view text) {
    adding.records.clear();
    adding.base.forgeable = result.labels->trust == Trust::untrusted;
    read_fields(text, take);
    adding.base.forgeable = false;
  };
  const auto text = [&](wire::JsonValue holder) {
    if (holder["text"].is_string()) read_text(holder["text"].text());
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
  if (const wire::JsonValue structured = body["structuredContent"]) {
    adding.records.clear();
    if (const std::string_view wrapped = text_alone(structured); !wrapped.empty())
      read_text(wrapped);
    else
      read_fields(structured, take);
  }
  mark_answer(result.arguments);
  note_sent(*result.labels, result.arguments);
}

}  // namespace doorward::policy::flow
