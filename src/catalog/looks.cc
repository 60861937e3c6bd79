#include "catalog/looks.h"

namespace doorward::catalog {

namespace {

// Beyond this all are forgotten: the next call looks again.
constexpr size_t kMostLooks = 50'000;

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
                     SteadyTime now, std::chrono::milliseconds recheck) const {
  if (recheck.count() <= 0) return false;
  const std::string key = key_of(server, viewer, kind);
  return state_.with([&](const State& state) {
    const auto found = state.looks.find(key);
    return found != state.looks.end() && now - found->second.at < recheck &&
           found->second.number == number_of(state.changes, server);
  });
}

uint64_t Looks::begin(std::string_view server) const {
  return state_.with([&](const State& state) { return number_of(state.changes, server); });
}

void Looks::looked(std::string_view server, std::string_view viewer, DefinitionKind kind,
                   SteadyTime began, uint64_t number) {
  std::string key = key_of(server, viewer, kind);
  state_.with([&](State& state) {
    if (state.looks.size() >= kMostLooks) state.looks.clear();
    state.looks[std::move(key)] = {began, number};
  });
}

void Looks::changed(std::string_view server) {
  state_.with([&](State& state) { ++state.changes[std::string(server)]; });
}

}  // namespace doorward::catalog
