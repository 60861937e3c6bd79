#include "policy/suppressions.h"

#include <algorithm>
#include <utility>

namespace doorward::policy {

namespace {

// The item of a list that the place lies in; its resources are known by their URI.
std::string_view item_at(wire::JsonValue result, uint32_t at) {
  for (const std::string_view list : {"tools", "prompts", "resources", "resourceTemplates"}) {
    const wire::JsonValue items = result[list];
    if (!items.is_array()) continue;
    for (const wire::JsonValue item : items.items()) {
      if (at < item.begin() || at >= item.end()) continue;
      for (const std::string_view name : {"uri", "uriTemplate", "name"})
        if (item[name].is_string()) return item[name].text();
    }
  }
  return {};
}

}  // namespace

Suppressions::Suppressions(const std::vector<Suppressed>& all) {
  for (const Suppressed& one : all) by_rule_[one.rule].push_back(one);
}

bool Suppressions::covers(std::string_view rule, std::string_view server, std::string_view tool,
                          WallTime now) const {
  const auto known = by_rule_.find(rule);
  return known != by_rule_.end() && std::ranges::any_of(known->second, [&](const Suppressed& one) {
           return one.server == server && (one.tool.empty() || one.tool == tool) && now < one.until;
         });
}

FalseAlarms::Subject FalseAlarms::subject_at(uint32_t at) const {
  Subject subject{exchange_.server, {}};
  const wire::Message* const asked =
      exchange_.request != nullptr ? exchange_.request : exchange_.message;
  if (asked == nullptr || exchange_.message == nullptr) return subject;
  subject.tool = asked->target();
  if (!subject.tool.empty() || !exchange_.message->is_reply()) return subject;
  subject.tool = item_at(exchange_.message->result(), at);
  // The list of all servers in one names each item by its server.
  const size_t mark = subject.tool.find("__");
  if (!subject.server.empty() || mark == std::string_view::npos) return subject;
  return {subject.tool.substr(0, mark), subject.tool.substr(mark + 2)};
}

bool FalseAlarms::covers(std::string_view rule, uint32_t at) {
  if (all_ == nullptr || all_->empty()) return false;
  const Subject subject = subject_at(at);
  if (!all_->covers(rule, subject.server, subject.tool, exchange_.now)) return false;
  if (!std::exchange(told_, true)) notes_.observed.push_back(would_);
  return true;
}

}  // namespace doorward::policy
