// A limit in general, and what is said of one server or one tool instead.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace doorward::limits {

template <class T>
struct PerTool {
  T general{};
  std::map<std::string, T, std::less<>> by_server;
  std::map<std::string, T, std::less<>> by_tool;  // `server.tool`

  // `tool` is "" where a request names none.
  [[nodiscard]] const T& of(std::string_view server, std::string_view tool) const {
    if (!by_tool.empty() && !tool.empty()) {
      std::string name(server);
      name.append(".").append(tool);
      if (const auto own = by_tool.find(name); own != by_tool.end()) return own->second;
    }
    if (!by_server.empty())
      if (const auto own = by_server.find(server); own != by_server.end()) return own->second;
    return general;
  }
};

}  // namespace doorward::limits
