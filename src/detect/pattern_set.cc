#include "detect/pattern_set.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "detect/reach.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostMatches = 256;  // of one rule in one text
constexpr size_t kMostPlaces = 16;    // of a rule whose matches need not all be known
// Places of one rule in one text that are kept apart: what comes behind them is read as a whole.
constexpr size_t kMostApart = 1024;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

std::string_view precompiled;  // set once, before any thread looks at it

void put_size(std::string& out, size_t size) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFFU);
}

size_t get_size(std::string_view bytes) {
  size_t size = 0;
  for (const char byte : bytes.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(byte);
  return size;
}

constexpr size_t kHash = 32, kSize = 4;

// The tables of the set with this hash; null where they are not there or not for this processor.
hs_database_t* find_compiled(std::string_view hash) {
  std::string_view rest = precompiled;
  while (rest.size() > kHash + kSize) {
    const size_t size = get_size(rest.substr(kHash));
    const std::string_view tables = rest.substr(kHash + kSize, size);
    if (tables.size() != size) return nullptr;
    if (rest.substr(0, kHash) == hash) {
      hs_database_t* database = nullptr;
      const auto read = hs_deserialize_database(tables.data(), tables.size(), &database);
      return read == HS_SUCCESS ? database : nullptr;
    }
    rest.remove_prefix(kHash + kSize + size);
  }
  return nullptr;
}

}  // namespace

void use_compiled(std::string_view bytes) {
  precompiled = bytes;
}

struct PatternSet::Engine {
  std::string hash;  // of patterns and flags
  std::unique_ptr<hs_database_t, FreeDatabase> database;
  std::unique_ptr<hs_scratch_t, FreeScratch> scratch;  // the pattern of each thread's own
  std::vector<std::once_flag> once;
  std::vector<std::unique_ptr<re2::RE2>> locators;  // made at the first hit
  // As `reach_of_pattern` says; 0 where it was not asked yet.
  mutable std::vector<std::atomic<size_t>> reach;
  explicit Engine(size_t size) : once(size), locators(size), reach(size) {}

  // How far from a place where the trigger ends a match may begin or end.
  [[nodiscard]] size_t reach_of(const Rule& rule, size_t index) const {
    size_t known = reach[index].load(std::memory_order_relaxed);
    if (known == 0) {
      known = reach_of_pattern(rule.pattern);
      reach[index].store(known, std::memory_order_relaxed);
    }
    return known;
  }
};

PatternSet::PatternSet(std::vector<std::span<const Rule>> tables, unsigned roles) {
  for (const auto& table : tables)
    for (const Rule& rule : table)
      if ((rule.roles & roles) != 0) rules_.push_back(&rule);
  engine_ = std::make_unique<Engine>(rules_.size());
  std::vector<const char*> patterns;
  std::vector<unsigned> flags, ids;
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = *rules_[i];
    patterns.push_back(rule.trigger != nullptr ? rule.trigger : rule.pattern);
    flags.push_back(HS_FLAG_DOTALL | (rule.exact_case ? 0U : HS_FLAG_CASELESS));
    ids.push_back(static_cast<unsigned>(i));
  }
  std::string made_of;
  for (size_t i = 0; i < patterns.size(); ++i)
    made_of.append(patterns[i]).append(1, '\0').append(std::to_string(flags[i])).append(1, '\0');
  const auto hash = sha256(made_of);
  engine_->hash.assign(reinterpret_cast<const char*>(hash.data()), hash.size());
  hs_database_t* database = find_compiled(engine_->hash);
  hs_compile_error_t* error = nullptr;
  if (database == nullptr && hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                                              static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK,
                                              nullptr, &database, &error) != HS_SUCCESS) {
    std::string said = error != nullptr ? error->message : "no reason given";
    if (error != nullptr && error->expression >= 0)
      said += ": rule " + std::string(rules_[static_cast<size_t>(error->expression)]->id);
    hs_free_compile_error(error);
    panic("a detection rule does not compile: " + said);
  }
  engine_->database.reset(database);
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) panic("no memory for the detectors");
  engine_->scratch.reset(scratch);
}

PatternSet::~PatternSet() = default;

std::string PatternSet::compiled() const {
  char* bytes = nullptr;
  size_t size = 0;
  if (hs_serialize_database(engine_->database.get(), &bytes, &size) != HS_SUCCESS)
    panic("the tables of the detectors can't be written");
  std::string out = engine_->hash;
  put_size(out, size);
  out.append(bytes, size);
  std::free(bytes);
  return out;
}

namespace {

// What one thread has for one set.
struct Local {
  const void* engine = nullptr;
  std::unique_ptr<hs_scratch_t, FreeScratch> scratch;
  struct Latest {
    uint32_t stretch = 0;  // the index of a rule's latest, and one; 0 where there is none yet
    uint32_t count = 0;
  };
  std::vector<Latest> latest;  // for each rule; zeros between two scans
};

Local& local(const void* engine, hs_scratch_t* pattern, size_t rules) {
  thread_local std::vector<Local> mine;
  for (Local& one : mine)
    if (one.engine == engine) return one;
  // A thread's scratch serves one set at a time; cloning is cheap against a scan, once a thread.
  hs_scratch_t* scratch = nullptr;
  if (hs_clone_scratch(pattern, &scratch) != HS_SUCCESS) panic("no memory for the detectors");
  Local& made = mine.emplace_back();
  made.engine = engine;
  made.scratch.reset(scratch);
  made.latest.resize(rules);
  return made;
}

}  // namespace

std::vector<PatternSet::Stretch> PatternSet::triggered(std::string_view text) const {
  std::vector<Stretch> found;
  if (text.empty()) return found;
  Local& mine = local(engine_.get(), engine_->scratch.get(), rules_.size());
  struct Heard {
    const PatternSet& set;
    std::vector<Local::Latest>& latest;
    std::vector<Stretch>& found;
  } heard{*this, mine.latest, found};
  const auto hear = [](unsigned id, unsigned long long, unsigned long long end, unsigned,
                       void* to) {
    const Heard& all = *static_cast<Heard*>(to);
    const auto place = static_cast<uint32_t>(end);
    Local::Latest& latest = all.latest[id];
    if (latest.stretch != 0) {
      Stretch& stretch = all.found[latest.stretch - 1];
      const size_t reach = all.set.engine_->reach_of(*all.set.rules_[id], id);
      if (latest.count >= kMostApart || reach == kNoReach || place - stretch.last <= 2 * reach) {
        stretch.last = std::max(stretch.last, place);
        return 0;
      }
    }
    all.found.push_back({id, place, place});
    latest.stretch = static_cast<uint32_t>(all.found.size());
    ++latest.count;
    return 0;
  };
  // Vectorscan takes 32-bit sizes; a message is bounded far below.
  const auto size = static_cast<unsigned>(std::min<size_t>(text.size(), 1U << 30));
  if (hs_scan(engine_->database.get(), text.data(), size, 0, mine.scratch.get(), hear, &heard) !=
      HS_SUCCESS)
    panic("the detectors failed");
  for (const Stretch& stretch : found) mine.latest[stretch.rule] = {};
  // Places come in the order of the text.
  std::stable_sort(found.begin(), found.end(),
                   [](const Stretch& a, const Stretch& b) { return a.rule < b.rule; });
  return found;
}

// INVARIANT: a match holds what the rule's trigger matches (rule.h), so that it begins and ends
// within the rule's reach of a place where the trigger ends: nothing is lost by reading no more.
void PatternSet::locate(std::string_view text, std::span<const Stretch> stretches,
                        std::vector<Hit>& hits) const {
  const uint32_t index = stretches.front().rule;
  const Rule& rule = *rules_[index];
  std::call_once(engine_->once[index], [&] {
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_case_sensitive(rule.exact_case);
    options.set_dot_nl(true);
    options.set_log_errors(false);
    options.set_max_mem(64 << 20);
    engine_->locators[index] = std::make_unique<re2::RE2>(rule.pattern, options);
  });
  const re2::RE2& pattern = *engine_->locators[index];
  if (!pattern.ok()) panic("a detection rule is not understood: " + std::string(rule.id));
  std::array<re2::StringPiece, 8> groups;
  const int wanted = std::min(7, std::max(rule.group, 0)) + 1;
  // The trigger of a secret may stand elsewhere: `"kty"` beside a key.
  const bool anywhere = rule.every && rule.trigger != nullptr;
  const size_t reach = anywhere ? kNoReach : engine_->reach_of(rule, index);
  const size_t most = rule.every ? kMostMatches : kMostPlaces;
  size_t count = 0;
  size_t at = 0;
  for (auto stretch = stretches.begin(); stretch != stretches.end() && count < most;) {
    at = begin_before(text, stretch->first, reach, at);
    size_t end = 0;
    // Surroundings that touch are read as one.
    do {
      const size_t next =
          stretch + 1 == stretches.end() ? text.size() : size_t{(stretch + 1)->first};
      end = end_behind(text, stretch->last, reach, next);
    } while (++stretch != stretches.end() &&
             end >= stretch->first - std::min<size_t>(reach, stretch->first));
    while (count < most && at <= end) {
      if (!pattern.Match(re2::StringPiece(text.data(), text.size()), at, end, re2::RE2::UNANCHORED,
                         groups.data(), wanted))
        break;
      ++count;
      const auto& whole = groups[0];
      const auto& value = groups[static_cast<size_t>(wanted - 1)].data() != nullptr
                              ? groups[static_cast<size_t>(wanted - 1)]
                              : whole;
      const auto from = static_cast<size_t>(value.data() - text.data());
      const Match match{text, std::string_view(value.data(), value.size()), from};
      if (rule.check == nullptr || rule.check(match))
        hits.push_back({&rule, from, from + value.size()});
      at = static_cast<size_t>(whole.data() - text.data()) + std::max<size_t>(whole.size(), 1);
    }
  }
}

}  // namespace doorward::detect
