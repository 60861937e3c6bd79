#include "app/onboard/append.h"

#include <algorithm>

#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return lines;
}

bool says_nothing(std::string_view line) {
  const size_t at = line.find_first_not_of(" \t\r");
  return at == std::string_view::npos || line[at] == '#';
}

size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Where a section's block begins, and behind its last line that says something.
struct Block {
  size_t head = 0, end = 0;
  size_t indent = 2;
};

// Nothing: it is not there. `usable` is false where it can't be added to.
std::optional<Block> find_block(const std::vector<std::string>& lines, std::string_view section,
                                bool& usable) {
  usable = true;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with(section) || lines[i].substr(section.size(), 1) != ":") continue;
    usable = says_nothing(std::string_view(lines[i]).substr(section.size() + 1));
    Block block{i, i + 1};
    bool first = true;
    for (size_t at = i + 1; at < lines.size(); ++at) {
      if (says_nothing(lines[at])) continue;
      if (indent_of(lines[at]) == 0) break;
      if (std::exchange(first, false)) block.indent = indent_of(lines[at]);
      block.end = at + 1;
    }
    return block;
  }
  return std::nullopt;
}

// `block` is indented by two; the section's own way counts.
void put(std::vector<std::string>& lines, std::string_view section, std::string_view block,
         bool& usable, std::string& added) {
  auto place = find_block(lines, section, usable);
  if (!usable) return;
  std::vector<std::string> fresh;
  if (!place) {
    fresh = {"", std::string(section) + ":"};
    place = Block{0, lines.size()};
  }
  for (const std::string& line : lines_of(block))
    fresh.push_back(line.empty() ? line : std::string(place->indent, ' ') + line.substr(2));
  for (const std::string& line : fresh) added += "+ " + line + "\n";
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(place->end), fresh.begin(), fresh.end());
}

}  // namespace

std::optional<Appended> append_servers(const std::string& text, const InitPlan& plan,
                                       const Path& secret_folder) {
  std::string servers, secrets;
  for (const PlannedServer& planned : plan.servers) {
    const Suggestion& one = planned.suggestion;
    if (!one.refused.empty()) continue;
    for (const std::string& note : one.notes) servers += "  # " + catalog::visible(note) + "\n";
    servers += "  " + one.name + ":\n" + one.yaml;
    for (const auto& [name, value] : one.secrets)
      secrets += "  " + wire::json_quote(name) +
                 ": { file: " + wire::json_quote((secret_folder / name).string()) + " }\n";
  }
  std::vector<std::string> lines = lines_of(text);
  Appended out;
  bool usable = true;
  put(lines, "servers", servers, usable, out.added);
  if (usable && !secrets.empty()) put(lines, "secrets", secrets, usable, out.added);
  if (!usable) return std::nullopt;
  for (const std::string& line : lines) out.text += line + "\n";
  return out;
}

}  // namespace doorward::app
