#include "app/onboard/imitation.h"

#include <algorithm>
#include <array>

#include "catalog/names.h"

namespace doorward::app {

namespace {

constexpr std::array<std::string_view, 3> kBefore{"mcp-server-", "server-", "mcp-"};
constexpr std::array<std::string_view, 3> kBehind{"-mcp-server", "-server", "-mcp"};

// `@scope/server-files` is about `files`.
std::string bare(std::string_view name) {
  if (const size_t slash = name.rfind('/'); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  std::string low;
  for (const char letter : name) {
    const char small = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    low += small == '_' || small == ' ' ? '-' : small;
  }
  std::string_view rest = low;
  for (const std::string_view affix : kBefore)
    if (rest.starts_with(affix)) rest.remove_prefix(affix.size());
  for (const std::string_view affix : kBehind)
    if (rest.ends_with(affix)) rest.remove_suffix(affix.size());
  return std::string(rest);
}

// `github2` is somebody's second `github`.
std::string_view without_number(std::string_view name) {
  while (!name.empty() && (name.back() == '-' || (name.back() >= '0' && name.back() <= '9')))
    name.remove_suffix(1);
  return name;
}

size_t slips(size_t size) {
  return size < 5 ? 0 : size < 9 ? 1 : 2;
}

}  // namespace

std::optional<std::string> imitates(std::string_view name) {
  const std::string whole = bare(name);
  const std::string own(without_number(whole));
  const auto popular = catalog::popular_servers();
  const auto is_one = [&](std::string_view text) {
    return std::ranges::find(popular, text) != popular.end();
  };
  if (own.empty() || is_one(whole) || is_one(own)) return std::nullopt;
  const std::string look = catalog::skeleton(own);
  for (const std::string_view other : popular) {
    if (catalog::skeleton(other) == look) return std::string(other);
    const size_t limit = slips(std::min(own.size(), other.size()));
    if (limit > 0 && catalog::edit_distance(own, other, limit) <= limit) return std::string(other);
  }
  return std::nullopt;
}

std::optional<std::string> imitates(std::string_view name,
                                    const std::vector<std::string>& command) {
  if (auto other = imitates(name)) return other;
  constexpr std::string_view kModules = "/node_modules/";
  for (const std::string& word : command) {
    const size_t at = word.rfind(kModules);
    if (at == std::string::npos) continue;
    const std::string_view rest = std::string_view(word).substr(at + kModules.size());
    const bool scoped = rest.starts_with('@');
    const size_t first = rest.find('/');
    const size_t end =
        scoped && first != std::string_view::npos ? rest.find('/', first + 1) : first;
    if (auto other = imitates(rest.substr(0, end))) return other;
  }
  return std::nullopt;
}

}  // namespace doorward::app
