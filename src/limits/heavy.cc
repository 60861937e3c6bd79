#include "limits/heavy.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "detect/sql.h"
#include "limits/fingerprint.h"

namespace doorward::limits {

using wire::JsonValue;

namespace {

constexpr size_t kTexts = 64;  // of one call that are looked at

// Whether one of the words, which are in lower case, stands in the name as a word of it.
bool has_word(std::string_view name, std::span<const std::string_view> words) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto same = [](char a, char b) { return (a | 0x20) == b; };
  for (size_t at = 0; at < name.size(); ++at) {
    // `directory_tree` and `listTree`, not `street`.
    const bool begins = at == 0 || !is_letter(name[at - 1]) ||
                        (name[at] >= 'A' && name[at] <= 'Z' && name[at - 1] >= 'a');
    if (!begins) continue;
    for (const std::string_view word : words) {
      const size_t end = at + word.size();
      if (end > name.size() || !std::ranges::equal(name.substr(at, word.size()), word, same))
        continue;
      if (end == name.size() || !is_letter(name[end]) || (name[end] >= 'A' && name[end] <= 'Z'))
        return true;
    }
  }
  return false;
}

// Looks for a text of SQL that fits.
struct SqlSearch {
  std::string_view tool;
  std::function<bool(std::string_view)> fits;
  size_t left = kTexts;

  bool finds(std::string_view name, const JsonValue& value) {
    if (left == 0) return false;
    if (value.is_object()) {
      for (const auto& [inner, held, name_value] : value.members())
        if (finds(inner, held)) return true;
    } else if (value.is_array()) {
      for (const JsonValue item : value.items())
        if (finds(name, item)) return true;
    } else if (value.is_string() && holds_sql(tool, name, value.text())) {
      --left;
      return fits(value.text());
    }
    return false;
  }
};

bool waits(std::string_view sql) {
  const detect::SqlReport report = detect::read_sql(sql);
  const auto delays = [](const detect::SqlFunction& function) {
    return function.danger == detect::SqlDanger::delay;
  };
  return std::any_of(report.functions.begin(), report.functions.end(), delays) ||
         std::any_of(report.quoted_functions.begin(), report.quoted_functions.end(), delays);
}

bool costs_much(std::string_view sql) {
  constexpr std::array<std::string_view, 3> kSigns = {"generate_series", "recursive", "exec"};
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  const bool may = std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
    return std::search(sql.begin(), sql.end(), sign.begin(), sign.end(), same) != sql.end();
  });
  return may && detect::read_sql(sql).costly;
}

}  // namespace

bool is_heavy(const wire::Message& call) {
  constexpr std::array<std::string_view, 9> kWords = {
      "tree", "recursive", "walk", "crawl", "dump", "export", "glob", "backup", "reindex"};
  const std::string_view tool = call.target();
  if (has_word(tool, kWords)) return true;
  const JsonValue arguments = call.arguments();
  if (!arguments || !arguments.is_object()) return false;
  for (const auto& [name, value, name_value] : arguments.members())
    if (has_word(name, std::array{std::string_view("recursive")}) &&
        value.boolean().value_or(false))
      return true;
  SqlSearch search{.tool = tool, .fits = costs_much};
  return search.finds("", arguments);
}

bool calls_delay(const wire::Message& call) {
  const JsonValue arguments = call.arguments();
  if (!arguments) return false;
  SqlSearch search{.tool = call.target(), .fits = waits};
  return search.finds("", arguments);
}

}  // namespace doorward::limits
