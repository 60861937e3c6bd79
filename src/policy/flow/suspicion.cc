#include "policy/flow/suspicion.h"

#include <algorithm>
#include <array>
#include <bit>
#include <unordered_map>

namespace doorward::policy::flow {

namespace {

// What a word can be a part of. A word may have several.
enum Part : uint32_t {
  override_verb = 1U << 0U,    // ignore, disregard, forget
  earlier = 1U << 1U,          // previous, prior, above
  order_noun = 1U << 2U,       // instructions, rules, guidelines, prompt
  machine = 1U << 3U,          // assistant, gpt, model, agent
  before_word = 1U << 4U,      // before, first, instead
  task_noun = 1U << 5U,        // task, request, question
  do_verb = 1U << 6U,          // do, execute, perform, follow, complete, solve
  must = 1U << 7U,             // must, should, need
  tool_noun = 1U << 8U,        // tool, function
  quiet_verb = 1U << 9U,       // tell, mention, inform, ask, notify, reveal, alert
  negation = 1U << 10U,        // not, never, don, without
  user_noun = 1U << 11U,       // user, human, owner
  you_word = 1U << 12U,        // you, your
  me_word = 1U << 13U,         // me, i
  important_word = 1U << 14U,  // important, urgent, priority, critical
  system_noun = 1U << 15U,     // system, admin, administrator, developer
  message_noun = 1U << 16U,    // message, note, notice, override, mode
  new_word = 1U << 17U,        // new, updated, real, actual
  call_verb = 1U << 18U,       // use, call, invoke, run
  argument_noun = 1U << 19U,   // arguments, parameters
  gave_verb = 1U << 20U,       // gave, given, assigned, asked
  else_word = 1U << 21U,       // anything else, everything, any other
  this_word = 1U << 22U,       // this, it, these
};

struct Entry {
  std::string_view words;
  uint32_t part;
};
constexpr Entry kEntries[] = {
    {"ignore ignoring disregard forget override overrule discard bypass", override_verb},
    {"previous prior above earlier preceding foregoing original former", earlier},
    {"instruction instructions rules guidelines prompt directives directive orders guardrails "
     "iunstructions policies",
     order_noun},
    {"assistant gpt chatgpt claude gemini llm copilot bot chatbot agent agents ai model llama "
     "mistral",
     machine},
    {"before first instead beforehand", before_word},
    {"task tasks request question job objective query work", task_noun},
    {"do execute perform follow complete solve accomplish fulfill answer finish carry comply",
     do_verb},
    {"must should need have required shall", must},
    {"tool tools function functions plugin api", tool_noun},
    {"tell mention inform ask asking notify reveal alert disclose telling mentioning warn report "
     "confirm confirming",
     quiet_verb},
    {"not never don dont without avoid", negation},
    {"user human owner users operator", user_noun},
    {"you your yourself", you_word},
    {"me i my", me_word},
    {"important urgent priority critical attention mandatory", important_word},
    {"system admin administrator developer sysadmin root", system_noun},
    {"message note notice override mode prompt instruction information", message_noun},
    {"new updated real actual following", new_word},
    {"use call invoke run using calling", call_verb},
    {"argument arguments parameter parameters", argument_noun},
    {"gave given assigned asked", gave_verb},
    {"anything everything else any other", else_word},
    {"this it these that", this_word},
};

// Words to bits. Most words are in no list, which one look at a bit map tells.
class WordTable {
 public:
  void add(std::string_view list, uint32_t bits) {
    for (const Word& word : words_of(list)) {
      const uint32_t hash = hash_bytes(list.substr(word.begin, word.end - word.begin));
      bits_[hash] |= bits;
      seen_[hash / 64 % seen_.size()] |= uint64_t{1} << (hash % 64);
    }
  }
  [[nodiscard]] uint32_t of(uint32_t hash) const {
    if ((seen_[hash / 64 % seen_.size()] >> (hash % 64) & 1U) == 0) return 0;
    const auto found = bits_.find(hash);
    return found == bits_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<uint32_t, uint32_t> bits_;
  std::array<uint64_t, 128> seen_{};
};

uint32_t parts_of(uint32_t hash) {
  static const WordTable kParts = [] {
    WordTable table;
    for (const Entry& entry : kEntries) table.add(entry.words, entry.part);
    return table;
  }();
  return kParts.of(hash);
}

// Parts that follow each other, each at most `gap` words behind the one before.
struct Pattern {
  std::array<uint32_t, 4> parts;
  uint32_t gap;
  int points;
};
constexpr Pattern kPatterns[] = {
    {{override_verb, earlier, 0, 0}, 4, 3},
    {{override_verb, order_noun, 0, 0}, 4, 3},
    {{before_word, you_word, do_verb, task_noun}, 4, 2},
    {{task_noun, me_word, gave_verb, you_word}, 2, 3},
    {{do_verb, new_word, before_word, 0}, 2, 2},
    {{message_noun, me_word, you_word, machine}, 8, 3},
    {{negation, quiet_verb, user_noun, 0}, 3, 3},
    {{negation, quiet_verb, me_word, 0}, 2, 2},
    {{system_noun, message_noun, 0, 0}, 1, 2},
    {{important_word, message_noun, you_word, 0}, 6, 1},
    {{important_word, order_noun, 0, 0}, 3, 2},
    {{new_word, order_noun, 0, 0}, 1, 2},
    {{you_word, must, call_verb, tool_noun}, 3, 3},
    {{you_word, call_verb, tool_noun, 0}, 4, 2},
    {{call_verb, tool_noun, argument_noun, 0}, 8, 2},
    {{machine, you_word, must, 0}, 4, 3},
    {{you_word, machine, 0, 0}, 3, 2},
    {{machine, do_verb, 0, 0}, 4, 1},
    {{machine, must, 0, 0}, 3, 1},
    {{order_noun, machine, 0, 0}, 5, 2},
    {{message_noun, me_word, machine, 0}, 3, 3},
    {{message_noun, machine, 0, 0}, 4, 2},
    {{before_word, else_word, else_word, 0}, 2, 2},
    {{negation, quiet_verb, this_word, message_noun}, 3, 3},
    {{negation, quiet_verb, you_word, do_verb}, 5, 2},
    {{do_verb, me_word, gave_verb, you_word}, 5, 1},
};

// A bit for each pattern that begins with one of these parts.
uint32_t beginning_with(uint32_t parts) {
  static_assert(std::size(kPatterns) <= 32);
  static constexpr std::array<uint32_t, 32> kBegin = [] {
    std::array<uint32_t, 32> table{};
    for (size_t part = 0; part < table.size(); ++part)
      for (size_t p = 0; p < std::size(kPatterns); ++p)
        if ((kPatterns[p].parts[0] >> part & 1U) != 0) table[part] |= 1U << p;
    return table;
  }();
  uint32_t patterns = 0;
  for (; parts != 0; parts &= parts - 1)
    patterns |= kBegin[static_cast<size_t>(std::countr_zero(parts))];
  return patterns;
}

// Marks of a prompt's own structure, which no letter, bill or page has a use for.
int marks(std::string_view text) {
  static constexpr std::string_view kMarks[] = {
      "<information>", "<system>",          "<important>",     "<|im_start|>",
      "[inst]",        "<<sys>>",           "### instruction", "<instructions>",
      "</system>",     "<|system|>",        "<tool_call>",     "<user>",
      "[system]",      "begin_instruction", "<admin>",         "<assistant>",
  };
  unsigned brackets = 0;  // no exit from the loop: 16 bytes go at once
  for (const char c : text)
    brackets |= static_cast<unsigned>(c == '<') | static_cast<unsigned>(c == '[') |
                static_cast<unsigned>(c == '#') | static_cast<unsigned>(c == '_');
  if (brackets == 0) return 0;
  const std::string low = lower(text);
  return std::ranges::any_of(
             kMarks, [&low](std::string_view mark) { return low.find(mark) != std::string::npos; })
             ? 3
             : 0;
}

}  // namespace

int suspicion(std::string_view text, const Words& words) {
  constexpr size_t kPatternCount = std::size(kPatterns);
  struct Progress {
    uint32_t at = 0;  // the word that matched last
    uint8_t next = 0;
  };
  uint32_t begun = 0, done = 0;  // a bit for each pattern
  std::array<Progress, kPatternCount> progress{};
  int points = 0;
  for (uint32_t i = 0; i < words.size(); ++i) {
    const uint32_t parts = parts_of(words[i].hash);
    if (parts == 0) continue;
    for (uint32_t open = (begun | beginning_with(parts)) & ~done; open != 0; open &= open - 1) {
      const auto p = static_cast<size_t>(std::countr_zero(open));
      Progress& state = progress[p];
      const Pattern& pattern = kPatterns[p];
      if (state.next > 0 && i - state.at > pattern.gap) state.next = 0;
      if ((parts & pattern.parts[state.next]) == 0) {
        if ((parts & pattern.parts[0]) == 0 || state.next > 1) continue;
        state.next = 0;
      }
      state.at = i;
      ++state.next;
      begun |= 1U << p;
      if (state.next < pattern.parts.size() && pattern.parts[state.next] != 0) continue;
      done |= 1U << p;
      points += pattern.points;
    }
  }
  return points == 0 && text.size() < 12 ? 0 : points + marks(text);
}

Orders orders_of(std::string_view text, const Words& words) {
  Orders orders;
  constexpr uint32_t kBefore = 1, kOrder = 2, kAsks = 4, kGets = 8;
  static const WordTable kWords = [] {
    WordTable table;
    table.add(
        "please now then also and just kindly do you must should can could would will hey hi hello "
        "note todo first next finally make sure to need have important urgent task so",
        kBefore);
    table.add(
        "send visit change transfer invite delete remove pay post add create book reserve update "
        "forward share email mail open go click buy cancel modify concatenate reply message write "
        "give grant move rename reset set upload download call schedule refund wire publish copy "
        "append fetch navigate concat respond submit use say rent hire order purchase get take put "
        "tell inform remind notify let accept decline approve confirm export save attach enable "
        "disable unsubscribe subscribe block withdraw donate switch lock unlock close merge push "
        "deploy run execute install drop archive mark assign",
        kOrder);
    table.add("please kindly", kAsks);
    table.add("get take hire", kGets);
    return table;
  }();
  bool start = true;
  uint32_t behind = 0;
  for (const Word& word : words) {
    for (uint32_t i = behind; !start && i < word.begin; ++i) {
      const char c = text[i];
      start = c == '\n' || c == '!' || c == '?' || c == ':' || c == ';' || c == '"' ||
              (c == '.' && i + 1 < word.begin);
    }
    behind = word.end;
    const uint32_t kind = kWords.of(word.hash);
    start = start || (kind & kAsks) != 0;
    if (!start) continue;
    if ((kind & kOrder) != 0) {
      orders.any = true;
      orders.acts.add(acts_of_word(lower(text.substr(word.begin, word.end - word.begin))));
      if ((kind & kGets) != 0) orders.acts.add(Acts(static_cast<uint16_t>(Act::reserve)));
    }
    start = kind != 0;
  }
  return orders;
}

}  // namespace doorward::policy::flow
