#include "catalog/looks.h"

#include <algorithm>

namespace doorward::catalog {

namespace {

// Beyond this all are forgotten: the next call looks again.
constexpr size_t kMostLooks = 50'000;
constexpr size_t kMostNames = 1'000'000;
// A name that was missing is looked for again after this, where the look is older.
constexpr std::chrono::milliseconds kMissing{2'000};

bool holds(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, std::less<>());
}

std::string key_of(std::string_view server, std::string_view viewer, DefinitionKind kind) {
  std::string key(server);
  key += '\0';
  key += static_cast<char>('0' + static_cast<int>(kind));
  key += viewer;
  return key;
}

uint64_t number_of(const std::unordered_map<std::string, uint64_t>& changes,
                   std::string_view server) {
  const auto found = changes.find(std::string(server));
  return found == changes.end() ? 0 : found->second;
}

}  // namespace

bool Looks::is_fresh(std::string_view server, std::string_view viewer, DefinitionKind kind,
                     SteadyTime now, std::chrono::milliseconds recheck,
                     std::string_view name) const {
  if (recheck.count() <= 0) return false;
  const std::string key = key_of(server, viewer, kind);
  return state_.with([&](const State& state) {
    const auto found = state.looks.find(key);
    if (found == state.looks.end()) return false;
    const Look& look = found->second;
    const bool missing = !name.empty() && look.names && !holds(*look.names, name);
    return now - look.at < (missing ? std::min(recheck, kMissing) : recheck) &&
           look.number == number_of(state.changes, server);
  });
}

bool Looks::is_gone(std::string_view server, std::string_view viewer, DefinitionKind kind,
                    std::string_view name) const {
  const std::string key = key_of(server, viewer, kind);
  return state_.with([&](const State& state) {
    const auto found = state.looks.find(key);
    return found != state.looks.end() && found->second.names && !holds(*found->second.names, name);
  });
}

uint64_t Looks::begin(std::string_view server) const {
  return state_.with([&](const State& state) { return number_of(state.changes, server); });
}

std::shared_ptr<const Looks::Names> Looks::shared(State& state, std::string of, Names names) {
  std::ranges::sort(names);
  auto& newest = state.newest[std::move(of)];
  if (newest && *newest == names) return newest;
  state.names_made += names.size();
  newest = std::make_shared<const Names>(std::move(names));
  return newest;
}

Looks::Look& Looks::look_at(State& state, std::string key) {
  if (state.looks.size() >= kMostLooks || state.names_made > kMostNames) {
    state.looks.clear();
    state.newest.clear();
    state.names_made = 0;
  }
  return state.looks[std::move(key)];
}

void Looks::looked(std::string_view server, std::string_view viewer, DefinitionKind kind,
                   SteadyTime began, uint64_t number, std::vector<std::string> names) {
  std::string key = key_of(server, viewer, kind);
  state_.with([&](State& state) {
    Look& look = look_at(state, std::move(key));
    look = {began, number, shared(state, key_of(server, {}, kind), std::move(names))};
  });
}

void Looks::showed(std::string_view server, std::string_view viewer, DefinitionKind kind,
                   std::vector<std::string> names) {
  std::string key = key_of(server, viewer, kind);
  state_.with([&](State& state) {
    // How fresh it is stays as it was: what else changed, a look has to tell.
    Look& look = look_at(state, std::move(key));
    look.names = shared(state, key_of(server, {}, kind), std::move(names));
  });
}

void Looks::changed(std::string_view server) {
  state_.with([&](State& state) { ++state.changes[std::string(server)]; });
}

}  // namespace doorward::catalog
