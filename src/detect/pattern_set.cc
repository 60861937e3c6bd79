#include "detect/pattern_set.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "detect/features.h"
#include "detect/reach.h"

namespace doorward::detect {

namespace {

// Places of one rule in one text that are kept apart: what comes behind them is read as a whole.
constexpr size_t kMostApart = 1024;
// Of a trigger that repeats a group: what it takes at least is far shorter.
constexpr size_t kWide = 1024;

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

// What was compiled of the set with this hash; empty where it is not there.
std::string_view find_compiled(std::string_view hash) {
  std::string_view rest = precompiled;
  while (rest.size() > kHash + kSize) {
    const size_t size = get_size(rest.substr(kHash));
    const std::string_view tables = rest.substr(kHash + kSize, size);
    if (tables.size() != size) return {};
    if (rest.substr(0, kHash) == hash) return tables;
    rest.remove_prefix(kHash + kSize + size);
  }
  return {};
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

  // Takes the tables and what they say of the rules' reaches; false where they are of no use here.
  bool take(std::string_view tables) {
    const size_t head = kSize * (reach.size() + 1);
    if (tables.size() < head) return false;
    hs_database_t* read = nullptr;
    if (hs_deserialize_database(tables.data() + head, tables.size() - head, &read) != HS_SUCCESS)
      return false;
    database.reset(read);
    const auto number = [&](size_t i) {
      const size_t told = get_size(tables.substr(kSize * i));
      return told == kNoReachTold ? kNoReach : told;
    };
    margin_ = number(0);
    for (size_t i = 0; i < reach.size(); ++i) reach[i] = number(i + 1);
    return true;
  }
  [[nodiscard]] std::string reaches(const std::vector<const Rule*>& rules) const {
    std::string out;
    put_size(out, margin(rules));
    for (size_t i = 0; i < rules.size(); ++i)
      put_size(out, std::min(reach_of(*rules[i], i), kNoReachTold));
    return out;
  }

  // How far beyond what is new in a text a trigger may begin or end.
  [[nodiscard]] size_t margin(const std::vector<const Rule*>& rules) const {
    if (margin_ != 0) return margin_;
    size_t widest = 0;
    for (const Rule* const rule : rules) {
      const size_t one = reach_of_pattern(rule->trigger != nullptr ? rule->trigger : rule->pattern);
      widest = std::max(widest, one == kNoReach ? kWide : one);
    }
    return margin_ = widest;
  }

  // How far from a place where the trigger ends a match may begin or end.
  [[nodiscard]] size_t reach_of(const Rule& rule, size_t index) const {
    size_t known = reach[index].load(std::memory_order_relaxed);
    if (known == 0) {
      known = reach_of_pattern(rule.pattern);
      reach[index].store(known, std::memory_order_relaxed);
    }
    return known;
  }

 private:
  static constexpr size_t kNoReachTold = UINT32_MAX;
  mutable std::atomic<size_t> margin_ = 0;
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
  // With whole patterns: their reaches stand in the tables.
  std::string made_of;
  for (const Rule* const rule : rules_) made_of.append(rule->pattern).append(1, '\0');
  for (size_t i = 0; i < patterns.size(); ++i)
    made_of.append(patterns[i]).append(1, '\0').append(std::to_string(flags[i])).append(1, '\0');
  const auto hash = sha256(made_of);
  engine_->hash.assign(reinterpret_cast<const char*>(hash.data()), hash.size());
  const bool taken = engine_->take(find_compiled(engine_->hash));
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (!taken && hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                                 static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK, nullptr,
                                 &database, &error) != HS_SUCCESS) {
    std::string said = error != nullptr ? error->message : "no reason given";
    if (error != nullptr && error->expression >= 0)
      said += ": rule " + std::string(rules_[static_cast<size_t>(error->expression)]->id);
    hs_free_compile_error(error);
    panic("a detection rule does not compile: " + said);
  }
  if (!taken) engine_->database.reset(database);
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(engine_->database.get(), &scratch) != HS_SUCCESS)
    panic("no memory for the detectors");
  engine_->scratch.reset(scratch);
}

PatternSet::~PatternSet() = default;

std::string PatternSet::compiled() const {
  char* bytes = nullptr;
  size_t size = 0;
  if (hs_serialize_database(engine_->database.get(), &bytes, &size) != HS_SUCCESS)
    panic("the tables of the detectors can't be written");
  const std::string reaches = engine_->reaches(rules_);
  std::string out = engine_->hash;
  put_size(out, reaches.size() + size);
  out += reaches;
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
    uint32_t last = 0;  // where it ends so far
    uint32_t near = 0;  // what is no further from there belongs to it
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

// Reads [from, to) of the text: a trigger that stands there as a whole is seen, and one that the
// borders may make up.
void PatternSet::scan(std::string_view text, size_t from, size_t to,
                      std::vector<Stretch>& found) const {
  if (from >= to) return;
  Local& mine = local(engine_.get(), engine_->scratch.get(), rules_.size());
  struct Heard {
    const PatternSet& set;
    std::vector<Local::Latest>& latest;
    std::vector<Stretch>& found;
    uint32_t offset;
  } heard{*this, mine.latest, found, static_cast<uint32_t>(from)};
  const auto hear = [](unsigned id, unsigned long long, unsigned long long end, unsigned,
                       void* told) {
    const Heard& all = *static_cast<Heard*>(told);
    const auto place = static_cast<uint32_t>(end) + all.offset;
    Local::Latest& latest = all.latest[id];
    if (latest.stretch != 0) {
      if (place - latest.last <= latest.near) {
        latest.last = place;
        return 0;
      }
      all.found[latest.stretch - 1].last = latest.last;
    } else {
      const size_t reach = all.set.engine_->reach_of(*all.set.rules_[id], id);
      latest.near = reach > UINT32_MAX / 2 ? UINT32_MAX : static_cast<uint32_t>(2 * reach);
    }
    all.found.push_back({id, place, place});
    latest.stretch = static_cast<uint32_t>(all.found.size());
    latest.last = place;
    if (++latest.count >= kMostApart) latest.near = UINT32_MAX;
    return 0;
  };
  // Vectorscan takes 32-bit sizes; a message is bounded far below.
  const auto size = static_cast<unsigned>(std::min<size_t>(to - from, 1U << 30));
  if (hs_scan(engine_->database.get(), text.data() + from, size, 0, mine.scratch.get(), hear,
              &heard) != HS_SUCCESS)
    panic("the detectors failed");
}

void PatternSet::end_scan(std::vector<Stretch>& found) const {
  Local& mine = local(engine_.get(), engine_->scratch.get(), rules_.size());
  for (const Stretch& stretch : found) {
    Local::Latest& latest = mine.latest[stretch.rule];
    if (latest.stretch != 0) found[latest.stretch - 1].last = latest.last;
    latest = {};
  }
}

std::vector<PatternSet::Stretch> PatternSet::triggered(std::string_view text) const {
  std::vector<Stretch> found;
  scan(text, 0, text.size(), found);
  end_scan(found);
  // Places come in the order of the text.
  std::stable_sort(found.begin(), found.end(),
                   [](const Stretch& a, const Stretch& b) { return a.rule < b.rule; });
  return found;
}

std::vector<PatternSet::Stretch> PatternSet::triggered_beside(std::string_view text,
                                                              const Base& base) const {
  const LongRows rows(text);
  const size_t margin = engine_->margin(rules_);
  std::vector<Window> windows;
  size_t bytes = 0;
  for (const Window& part : base.fresh) {
    const size_t from = rows.begin_before(part.from, margin, 0);
    const size_t to = rows.end_behind(part.to, margin, text.size());
    if (!windows.empty() && from <= windows.back().to) {
      bytes += to - windows.back().to;
      windows.back().to = to;
    } else {
      bytes += to - from;
      windows.push_back({from, to});
    }
  }
  if (bytes * 4 > text.size() * 3) return triggered(text);
  std::vector<Stretch> found;
  for (const Window& window : windows) scan(text, window.from, window.to, found);
  end_scan(found);
  for (const Stretch& stretch : base.seen.stretches)
    for (const View::Kept& kept : base.kept) {
      const uint32_t first = std::max(stretch.first, kept.from);
      const uint32_t last = std::min(stretch.last, kept.from + kept.size);
      if (first <= last)
        found.push_back({stretch.rule, first - kept.from + kept.at, last - kept.from + kept.at});
    }
  std::sort(found.begin(), found.end(), [](const Stretch& a, const Stretch& b) {
    return a.rule != b.rule ? a.rule < b.rule : a.first < b.first;
  });
  // What overlaps is one.
  size_t count = 0;
  for (const Stretch& stretch : found) {
    if (count > 0 && found[count - 1].rule == stretch.rule &&
        stretch.first <= found[count - 1].last)
      found[count - 1].last = std::max(found[count - 1].last, stretch.last);
    else
      found[count++] = stretch;
  }
  found.resize(count);
  return found;
}

const re2::RE2& PatternSet::locator(uint32_t index) const {
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
  return pattern;
}

size_t PatternSet::reach_of(uint32_t index) const {
  return engine_->reach_of(*rules_[index], index);
}

}  // namespace doorward::detect
