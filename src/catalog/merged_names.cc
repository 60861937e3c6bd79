#include "catalog/merged_names.h"

#include <algorithm>

#include "base/bytes.h"
#include "catalog/names.h"

namespace doorward::catalog {

bool is_server_name(std::string_view name) {
  const auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 24 && alnum(name.front()) &&
         name.find("__") == std::string_view::npos &&
         std::ranges::all_of(name, [&](char c) { return alnum(c) || c == '_' || c == '-'; });
}

std::string merged_name(std::string_view server, std::string_view tool) {
  std::string whole(server);
  whole += "__";
  whole += tool;
  if (whole.size() <= kMergedNameLimit) return whole;
  const std::string digest = hex(sha256(whole)).substr(0, 8);
  size_t keep = kMergedNameLimit - 1 - digest.size();
  while (keep > 0 && (static_cast<unsigned char>(whole[keep]) & 0xC0) == 0x80) --keep;
  return whole.substr(0, keep) + '_' + digest;
}

MergedNames::MergedNames(const std::vector<ToolAddress>& tools) {
  std::map<std::string, std::vector<const ToolAddress*>> by_look;
  for (const ToolAddress& tool : tools)
    by_look[skeleton(merged_name(tool.server, tool.tool))].push_back(&tool);
  for (const auto& [_, alike] : by_look) {
    if (alike.size() == 1)
      tools_.emplace(merged_name(alike[0]->server, alike[0]->tool), *alike[0]);
    else
      for (const ToolAddress* tool : alike) ambiguous_.push_back(*tool);
  }
  std::ranges::sort(ambiguous_);
  const auto twice = std::ranges::unique(ambiguous_);
  ambiguous_.erase(twice.begin(), twice.end());
}

const ToolAddress* MergedNames::find(std::string_view merged) const {
  const auto found = tools_.find(merged);
  return found == tools_.end() ? nullptr : &found->second;
}

}  // namespace doorward::catalog
