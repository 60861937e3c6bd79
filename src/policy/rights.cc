#include "policy/rights.h"

#include <algorithm>

#include "wire/json.h"

namespace doorward::policy {

namespace {

constexpr std::string_view kKind = "rights";
constexpr size_t kMostUsers = 10'000;
constexpr size_t kMostAgents = 64;  // of one user
constexpr size_t kMostTold = 6;
constexpr auto kToldWithin = std::chrono::minutes(10);

std::string key_of(const core::Principal& principal) {
  return principal.issuer.empty() ? principal.user : principal.user + "\n" + principal.issuer;
}

std::vector<std::string> sorted(std::vector<std::string> all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void append_list(std::string& out, const std::vector<std::string>& all) {
  out += '[';
  for (const std::string& one : all) {
    if (out.back() != '[') out += ',';
    wire::append_json_quote(out, one);
  }
  out += ']';
}

std::vector<std::string> read_list(wire::JsonValue value) {
  std::vector<std::string> all;
  if (value.is_array())
    for (const wire::JsonValue one : value.items()) all.emplace_back(one.text());
  return all;
}

std::string as_text(const std::vector<std::string>& groups,
                    const std::vector<std::string>& scopes) {
  std::string out = R"({"groups":)";
  append_list(out, groups);
  out += R"(,"scopes":)";
  append_list(out, scopes);
  return out + "}";
}

}  // namespace

Expected<void> Rights::recall() {
  if (!store_) return {};
  All found;
  auto ended = store_->run([&](core::Records& records) -> Expected<void> {
    for (const auto& [key, text] : records.all(kKind)) {
      const auto document = wire::JsonDocument::parse(text);
      if (!document) continue;
      const wire::JsonValue root = document->root();
      Known& known = found[key];
      known.groups = read_list(root["groups"]);
      known.scopes = read_list(root["scopes"]);
      known.last_groups = known.groups;  // else no right at all would look like the last time
      known.last_scopes = known.scopes;
      known.agents = read_list(root["agents"]);
    }
    return {};
  });
  if (ended) known_.with([&](All& all) { all = std::move(found); });
  return ended;
}

void Rights::remember(const std::string& key, const Known& known) const {
  if (!store_) return;
  std::string text = as_text(known.groups, known.scopes);
  text.pop_back();
  text += R"(,"agents":)";
  append_list(text, known.agents);
  text += '}';
  store_->transact(
      [key, text](core::Records& records) -> Expected<void> {
        records.put(kKind, key, text);
        return {};
      },
      [](Expected<void>) {});
}

const Rights::Known* Rights::find(const All& all, const core::Principal& principal) {
  const auto found =
      principal.issuer.empty() ? all.find(principal.user) : all.find(key_of(principal));
  return found == all.end() ? nullptr : &found->second;
}

// Takes no memory where the credential is the one of the last time.
bool Rights::is_same(const Known& known, const core::Principal& principal) {
  if (principal.groups == known.last_groups && principal.scopes == known.last_scopes) return true;
  return sorted(principal.groups) == known.groups && sorted(principal.scopes) == known.scopes;
}

bool Rights::may_tell(Known& known, SteadyTime now) {
  while (!known.told.empty() && now - known.told.front() > kToldWithin) known.told.pop_front();
  if (known.told.size() >= kMostTold) return false;
  known.told.push_back(now);
  return true;
}

std::optional<std::string_view> Rights::is_news(const core::Principal& principal) const {
  return known_.with([&](const All& all) -> std::optional<std::string_view> {
    const Known* const known = find(all, principal);
    if (known == nullptr) return std::nullopt;
    if (!is_same(*known, principal)) return kRightsChanged;
    if (!principal.agent.empty() && !has(known->agents, principal.agent)) return kNewDelegation;
    return std::nullopt;
  });
}

std::vector<Rights::News> Rights::see(const core::Principal& principal, SteadyTime now) {
  std::vector<News> news;
  std::optional<Known> changed;
  known_.with([&](All& all) {
    if (const Known* const known = find(all, principal);
        known != nullptr && is_same(*known, principal) &&
        (principal.agent.empty() || has(known->agents, principal.agent)))
      return;
    const auto groups = sorted(principal.groups), scopes = sorted(principal.scopes);
    const bool first = find(all, principal) == nullptr;
    if (first && all.size() >= kMostUsers) return;
    Known& known = all[key_of(principal)];
    if (!first && (groups != known.groups || scopes != known.scopes) && may_tell(known, now))
      news.push_back({kRightsChanged,
                      "the credential of user `" + principal.user +
                          "` proves other groups or scopes than before",
                      as_text(known.groups, known.scopes), as_text(groups, scopes)});
    known.groups = groups;
    known.scopes = scopes;
    known.last_groups = principal.groups;
    known.last_scopes = principal.scopes;
    if (!principal.agent.empty() && !has(known.agents, principal.agent)) {
      if (!first && may_tell(known, now))
        news.push_back({kNewDelegation,
                        "agent `" + principal.agent + "` acts for user `" + principal.user +
                            "` for the first time",
                        "", ""});
      if (known.agents.size() >= kMostAgents) known.agents.erase(known.agents.begin());
      known.agents.push_back(principal.agent);
    }
    changed = known;
  });
  if (changed) remember(key_of(principal), *changed);
  return news;
}

std::optional<Rights::News> Rights::refused_delegation(const core::Principal& principal,
                                                       std::string_view what, SteadyTime now) {
  const bool tell = known_.with([&](All& all) {
    const auto found = all.find(key_of(principal));
    return found != all.end() && may_tell(found->second, now);
  });
  if (!tell) return std::nullopt;
  return News{kDelegationRefused,
              "agent `" + principal.agent + "` asked for `" + std::string(what) +
                  "`, which user `" + principal.user + "` may use and the agent may not",
              "", ""};
}

}  // namespace doorward::policy
