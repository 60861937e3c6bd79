// What one task has read, and where each value in it came from: a bounded, forgetful index.
//
// Kept are hashes of words in their order, cut into segments: one for each field of a listing, each
// free text, each prompt. A value is found as a run of words inside one segment. What is forgotten
// for want of room leaves its mark: the task then counts as having read anything.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "policy/flow/address.h"
#include "policy/flow/labels.h"
#include "policy/flow/winnow.h"
#include "policy/flow/words.h"

namespace doorward::policy::flow {

// What a task carries with it; kept when its index is forgotten, and over a restart.
struct TaskLabels {
  bool shared = false;     // has read what outsiders may have written into the own store
  bool untrusted = false;  // has read what outsiders made
  bool is_private = false;
  bool hostile = false;  // a text that speaks to the agent
  bool forgot = false;   // some of it is no longer in the index
  bool stated = false;   // an operator stated the trust of some of it
  bool stopped = false;  // a call of it was stopped: somebody tries to steer it
  [[nodiscard]] bool outside() const { return shared || untrusted; }
  void add(const TaskLabels& other);
  bool operator==(const TaskLabels&) const = default;
};

// Where a value came from, best first.
enum class Source : uint8_t {
  stated,          // the person's own words
  trusted,         // a result that no outsider writes
  listed,          // a field of the own store's listing
  listed_outside,  // a field of a listing that outsiders make
  outside,         // free text of outsiders
  unknown,         // nowhere to be seen
};

struct Origin {
  Source source = Source::unknown;
  bool hostile = false;    // it stands in a text that speaks to the agent
  bool orders = false;     // … in a text that tells to do something
  Acts told;               // what texts of outsiders that have it too tell to do
  bool label = false;      // it is a name that somebody gave a thing (a title, a subject)
  bool own_store = false;  // of a text of outsiders: it stands in the own store
  bool forgeable = false;  // a field of a text whose author may have written all of it
  bool answers = false;    // its result repeats what the call asked for, which few authors know
  bool asked = false;      // the call that brought it was about what the person named
  uint16_t topics = 0;     // words of the prompt that stand around it; names count twice
  int call = -1;           // index for `call()`
  std::string_view field;  // "" for free text
};

class TaskIndex {
 public:
  struct Call {
    std::string tool;      // `server.tool`
    uint64_t number = 0;   // of the task's calls, from 1
    bool asked = false;    // its arguments name what the person named
    bool answers = false;  // its result repeats one of its arguments, or it has none
  };
  // What is added, for the judgement of its own arguments and the explanation.
  struct Result {
    std::string_view server, tool;
    const ToolLabels* labels = nullptr;
    wire::JsonValue arguments;
    wire::JsonValue result;
    wire::JsonValue told = {};  // instead of a result: an error, a message of the server
  };

  TaskIndex();
  void add_prompt(std::string_view text);  // the same once more changes nothing
  [[nodiscard]] bool knows_prompt(std::string_view text) const;
  void add_result(const Result& result);
  // Whether a text of outsiders names this tool: as programs spell it (`export_database`,
  // `exportDatabase`, `db.export-database`), or `in_words` besides (`export the database`).
  [[nodiscard]] bool names_tool(std::string_view tool, bool in_words = false) const;
  // `hostile`: because a result speaks to the agent, as another guard found.
  void mark_stopped(bool hostile = false) {
    labels_.stopped = true;
    labels_.hostile = labels_.hostile || hostile;
  }
  // The only thing left after a restart.
  void restore(const TaskLabels& labels);

  [[nodiscard]] const TaskLabels& labels() const { return labels_; }
  [[nodiscard]] bool has_prompt() const { return has_prompt_; }
  // Whether the prompt states an address of this kind: then that one was meant.
  [[nodiscard]] bool prompt_states(AddressKind kind) const {
    return (prompt_kinds_ >> static_cast<unsigned>(kind) & 1U) != 0;
  }
  // Why a value may have come from what is not in the index any more, or never was; "" if it can't.
  [[nodiscard]] std::string_view missing() const;
  [[nodiscard]] Acts asked_acts() const { return acts_; }
  [[nodiscard]] bool prompt_is_english() const { return english_; }
  // Whether a word with this stem stands in the prompt.
  [[nodiscard]] bool prompt_has_stem(uint32_t stem_hash) const;

  // Whether the prompt speaks of what a tool of this name (`server.tool`) is about.
  [[nodiscard]] bool prompt_names_tool(std::string_view tool) const;
  // Whether a word of what the prompt is about stands in the private results of a call, where
  // `said` stands or in `said` itself.
  [[nodiscard]] bool prompt_speaks_of(int call, std::string_view said) const;

  // The best origin of a value; `whole`: as a field of its own, not inside a longer one.
  [[nodiscard]] Origin origin_of(std::string_view value) const;
  // Whether it can have been made out of texts of outsiders: spelled apart, backwards, or (of an
  // address) in parts.
  [[nodiscard]] bool derivable(std::string_view value, bool in_parts) const;
  // Words of `content` in runs of five and more that private results have; the share in 0..1.
  struct Overlap {
    double share = 0;
    size_t prints = 0;
    int call = -1;
  };
  [[nodiscard]] Overlap private_overlap(std::string_view content) const;
  // The call whose private results a content gives away in other ways than as copied words, or -1:
  // a value that says something by itself, letters without spaces, the next portion of what earlier
  // calls sent. `value` is which.
  [[nodiscard]] int private_piece(std::string_view content, std::string& value) const;
  // … a value alone.
  [[nodiscard]] int private_value(std::string_view content, std::string& value) const;
  // The longest run of words that stands in a text that speaks to the agent and not in the prompt.
  [[nodiscard]] Origin hostile_run(std::string_view content, size_t run) const;
  // Whether one text of outsiders has both values: who is told, and what.
  [[nodiscard]] bool one_text_has(std::string_view value, std::string_view other) const;
  // Where all of a short content stands in a text that tells to do something, and nowhere else.
  [[nodiscard]] Origin ordered_run(std::string_view content) const;

  [[nodiscard]] const Call& call(int index) const { return calls_[static_cast<size_t>(index)]; }
  [[nodiscard]] size_t bytes() const;
  [[nodiscard]] uint64_t calls() const { return numbers_; }

 private:
  enum class Kind : uint8_t { prompt, field, label, text };
  struct Segment {
    uint32_t first = 0;   // its first word; it ends where the next one begins
    uint32_t record = 0;  // of the listing, unique in the task
    uint16_t call = 0;
    uint16_t field = 0;  // in names_
    Kind kind = Kind::text;
    Trust trust = Trust::untrusted;
    bool hostile = false;
    bool orders = false;
    Acts ordered;
    bool is_private = false;
    bool forgeable = false;
  };
  struct Adding;

  void mark_read(const ToolLabels& labels, bool opaque);
  void add_segment(Segment segment, std::string_view text, const Words& words);
  void add_identifiers(std::string_view text);
  void add_private(const Segment& segment, std::string_view text, const Words& words);
  void note_sent(const ToolLabels& labels, wire::JsonValue arguments);
  [[nodiscard]] bool was_written(const Words& words) const;
  void mark_answer(wire::JsonValue arguments);
  void add_encoded(const Segment& like, std::string_view text, const Words& words);
  void index_from(size_t word);
  void make_room(size_t words);
  [[nodiscard]] uint16_t name_index(std::string_view name);
  [[nodiscard]] uint32_t end_of(size_t segment) const;
  [[nodiscard]] uint16_t topics_around(size_t segment, uint32_t word, size_t length) const;
  [[nodiscard]] static Source source_at(const Segment& segment, bool whole);
  [[nodiscard]] Origin origin_at(size_t segment, size_t length) const;
  [[nodiscard]] Acts told_in(size_t segment) const;
  [[nodiscard]] Acts told_of_thing(size_t segment, Acts told) const;
  // What somebody outside wrote as he liked.
  [[nodiscard]] static bool is_said(const Segment& segment) {
    return segment.trust != Trust::trusted && (segment.kind != Kind::field || segment.forgeable);
  }
  template <class Visit>
  void find(const Words& value, Visit visit) const;

  static constexpr size_t kWords = 12'000;
  static constexpr size_t kSegments = 3'200;
  static constexpr size_t kBuckets = 8'192;
  static constexpr size_t kCalls = 512;
  static constexpr size_t kNames = 256;
  static constexpr size_t kIdentifiers = 2'048;
  static constexpr size_t kValues = 1'024;
  static constexpr size_t kWritten = 1'024;
  static constexpr size_t kPromptBytes = 16 * 1024;
  static constexpr size_t kGramBits = 1U << 16U;
  static constexpr uint32_t kNone = UINT32_MAX;

  std::vector<uint32_t> words_;
  std::vector<uint32_t> before_;   // the word before it in the same bucket
  std::vector<uint32_t> buckets_;  // the last word of each
  std::vector<uint16_t> counts_;   // words in each
  std::vector<Segment> segments_;
  std::vector<Call> calls_;
  std::vector<std::string> names_;
  Fingerprints private_;
  Fingerprints private_values_{kValues};
  std::vector<uint64_t> private_grams_;  // as grams_, of private texts
  std::vector<uint32_t> written_;        // a table of words that calls wrote after outsiders
  std::array<uint32_t, 12> sent_{};      // the last words that calls sent out
  uint32_t sent_count_ = 0;
  std::vector<uint64_t> grams_;  // five characters in a row of outsiders' texts, as a Bloom filter
  std::vector<uint32_t> identifiers_;  // `word_word` in texts of outsiders, as a table of hashes
  std::string prompt_compact_;
  std::vector<uint32_t> prompt_stems_;  // sorted
  std::vector<uint32_t> topics_;        // sorted: hashes of words that a topic may stand as
  std::vector<uint32_t> names_topics_;  // of them those that are names; they count twice
  TaskLabels labels_;
  Acts acts_;
  std::array<uint64_t, 8> prompts_{};  // hashes of those that it knows, the oldest goes
  size_t prompt_count_ = 0;
  uint64_t numbers_ = 0;
  uint32_t records_ = 0;
  uint32_t prompt_kinds_ = 0;  // a bit for each kind of address in the prompts
  bool has_prompt_ = false;
  bool english_ = true;
  bool restored_ = false;  // what it read before a restart is not known
  bool opaque_ = false;    // it read a picture, a sound or a file
};

}  // namespace doorward::policy::flow
