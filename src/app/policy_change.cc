#include "app/policy_change.h"

#include <map>

namespace doorward::app {

namespace {

// Names that came, went or mean something else now.
struct Difference {
  std::string before, after;
  void put(std::string_view kind, const std::string& name, std::string_view how) {
    std::string& into = how == "gone" ? before : after;
    if (!into.empty()) into += ", ";
    into.append(kind).append(" `").append(name).append("`");
    if (how == "other") into += " (changed)";
  }
};

template <class V>
void compare(Difference& difference, std::string_view kind, const std::map<std::string, V>& before,
             const std::map<std::string, V>& after) {
  for (const auto& [name, value] : before)
    if (!after.contains(name)) difference.put(kind, name, "gone");
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end())
      difference.put(kind, name, "new");
    else if (!(old->second == value))
      difference.put(kind, name, "other");
  }
}

template <class V>
std::map<std::string, V> by_id(const std::vector<V>& all) {
  std::map<std::string, V> out;
  for (const V& one : all) out[one.id] = one;
  return out;
}

std::map<std::string, core::ClassSet> classes_of_tools(const Config& config) {
  std::map<std::string, core::ClassSet> out;
  for (const auto& [server, facts] : config.servers)
    for (const auto& [tool, own] : facts.tools)
      if (own.classes) out[server + "." + tool] = *own.classes;
  return out;
}

}  // namespace

std::optional<PolicyChange> policy_change(const Config& before, const Config& after) {
  Difference difference;
  compare(difference, "rule", by_id(before.policy.rules), by_id(after.policy.rules));
  compare(difference, "operator", by_id(before.identity.operators),
          by_id(after.identity.operators));
  compare(difference, "token", by_id(before.identity.tokens), by_id(after.identity.tokens));
  compare(difference, "classes of", classes_of_tools(before), classes_of_tools(after));
  if (difference.before.empty() && difference.after.empty()) return std::nullopt;
  PolicyChange change;
  change.before = std::move(difference.before);
  change.after = std::move(difference.after);
  change.detail = "a reload changes who may do what";
  if (!change.before.empty()) change.detail += "; gone: " + change.before;
  if (!change.after.empty()) change.detail += "; new: " + change.after;
  return change;
}

}  // namespace doorward::app
