#include "detect/pattern_set.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostMatches = 256;  // of one rule in one text
constexpr size_t kMostPlaces = 16;    // of a rule whose matches need not all be known

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
  explicit Engine(size_t size) : once(size), locators(size) {}
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
    flags.push_back(HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL |
                    (rule.exact_case ? 0U : HS_FLAG_CASELESS));
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

std::vector<uint32_t> PatternSet::triggered(std::string_view text) const {
  std::vector<uint32_t> found;
  if (text.empty()) return found;
  // A thread's scratch serves one set at a time; cloning is cheap against a scan, once a thread.
  thread_local std::vector<std::pair<const Engine*, std::unique_ptr<hs_scratch_t, FreeScratch>>>
      mine;
  auto slot = std::find_if(mine.begin(), mine.end(),
                           [&](const auto& pair) { return pair.first == engine_.get(); });
  if (slot == mine.end()) {
    hs_scratch_t* scratch = nullptr;
    if (hs_clone_scratch(engine_->scratch.get(), &scratch) != HS_SUCCESS)
      panic("no memory for the detectors");
    mine.emplace_back(engine_.get(), std::unique_ptr<hs_scratch_t, FreeScratch>(scratch));
    slot = mine.end() - 1;
  }
  struct Heard {
    std::vector<uint32_t>* found;
  } heard{&found};
  const auto hear = [](unsigned id, unsigned long long, unsigned long long, unsigned, void* to) {
    static_cast<Heard*>(to)->found->push_back(id);
    return 0;
  };
  // Vectorscan takes 32-bit sizes; a message is bounded far below.
  const auto size = static_cast<unsigned>(std::min<size_t>(text.size(), 1U << 30));
  if (hs_scan(engine_->database.get(), text.data(), size, 0, slot->second.get(), hear, &heard) !=
      HS_SUCCESS)
    panic("the detectors failed");
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void PatternSet::locate(std::string_view text, uint32_t index, std::vector<Hit>& hits) const {
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
  size_t at = 0;
  const size_t most = rule.every ? kMostMatches : kMostPlaces;
  for (size_t count = 0; count < most && at <= text.size(); ++count) {
    if (!pattern.Match(re2::StringPiece(text.data(), text.size()), at, text.size(),
                       re2::RE2::UNANCHORED, groups.data(), wanted))
      return;
    const auto& whole = groups[0];
    const auto& value = groups[static_cast<size_t>(wanted - 1)].data() != nullptr
                            ? groups[static_cast<size_t>(wanted - 1)]
                            : whole;
    const auto from = static_cast<size_t>(value.data() - text.data());
    const Match match{text, std::string_view(value.data(), value.size()), from};
    if (rule.check == nullptr || rule.check(match)) {
      hits.push_back({&rule, from, from + value.size()});
    }
    at = static_cast<size_t>(whole.data() - text.data()) + std::max<size_t>(whole.size(), 1);
  }
}

}  // namespace doorward::detect
