#include "net/bridge/param_lists.h"

#include "net/session/members.h"
#include "wire/param_headers.h"

namespace doorward::net {

std::optional<std::string> without_invalid_tools(const wire::Message& list) {
  const wire::JsonValue tools = list.result()["tools"];
  if (!tools.is_array()) return std::nullopt;
  std::string kept;
  bool all = true;
  for (const wire::JsonValue tool : tools.items()) {
    if (!wire::param_headers(tool["inputSchema"])) {
      all = false;
      continue;
    }
    if (!kept.empty()) kept += ',';
    kept += tool.raw();
  }
  if (all) return std::nullopt;
  std::vector<wire::Edit> edits;
  edits.push_back({tools.begin(), tools.end(), "[" + kept + "]"});
  return edited(list, std::move(edits));
}

}  // namespace doorward::net
