#include "app/onboard/client_toml.h"

#include <toml++/toml.h>

#include <algorithm>

#include "wire/json.h"

namespace doorward::app {

namespace {

std::string text_at(const toml::table& table, std::string_view name) {
  return table[name].value_or(std::string());
}

std::map<std::string, std::string> pairs(const toml::table* table) {
  std::map<std::string, std::string> out;
  if (table == nullptr) return out;
  for (const auto& [name, value] : *table) out[std::string(name)] = value.value_or(std::string());
  return out;
}

// Offsets of the first byte of each line; line numbers of TOML count from 1.
std::vector<size_t> line_starts(std::string_view text) {
  std::vector<size_t> starts{0, 0};
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') starts.push_back(i + 1);
  starts.push_back(text.size());
  return starts;
}

// `[mcp_servers.NAME]` and what follows it, until a header that is not below it.
size_t end_of_table(std::string_view text, size_t begin, const std::string& prefix) {
  size_t at = text.find('\n', begin);
  while (at != std::string_view::npos) {
    const size_t line = at + 1;
    at = text.find('\n', line);
    std::string_view content = text.substr(line, at - line);
    const size_t first = content.find_first_not_of(" \t");
    if (first == std::string_view::npos || content[first] != '[') continue;
    content.remove_prefix(first);
    if (!content.starts_with("[" + prefix + ".")) return line;
  }
  return text.size();
}

}  // namespace

Expected<std::vector<ClientServer>> toml_servers(std::string_view text, std::string_view member) {
  std::vector<ClientServer> servers;
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return failure("init.client_file", Fault::client,
                   "line " + std::to_string(error.source().begin.line) + ": " +
                       std::string(error.description()) + "; nothing was changed");
  }
  const toml::table* const holder = root[member].as_table();
  if (holder == nullptr) return servers;
  const std::vector<size_t> starts = line_starts(text);
  for (const auto& [name, node] : *holder) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) continue;
    ClientServer server;
    server.name = name.str();
    server.command = text_at(*table, "command");
    server.url = text_at(*table, "url");
    if (const toml::array* const words = (*table)["args"].as_array())
      for (const auto& word : *words) server.arguments.push_back(word.value_or(std::string()));
    server.environment = pairs((*table)["env"].as_table());
    server.headers = pairs((*table)["http_headers"].as_table());
    server.folder = text_at(*table, "cwd");
    server.is_off = !(*table)["enabled"].value_or(true);
    for (const char* const list : {"enabled_tools", "disabled_tools"})
      if (const toml::array* const some = (*table)[list].as_array())
        server.leaves_out = server.leaves_out || !some->empty();
    if (server.command.empty() && server.url.empty()) continue;
    const size_t line = std::min<size_t>(table->source().begin.line, starts.size() - 1);
    server.begin = starts[line];
    const size_t close = text.find(']', server.begin);
    const size_t open = text.find('[', server.begin);
    if (table->is_inline() || open == std::string_view::npos || close == std::string_view::npos ||
        text.find_first_not_of(" \t", server.begin) != open)
      return failure("init.client_file", Fault::client,
                     "line " + std::to_string(line) + ": `" + server.name +
                         "` is written as an inline table; write it as a table of its own first");
    server.end =
        end_of_table(text, server.begin, std::string(text.substr(open + 1, close - open - 1)));
    servers.push_back(std::move(server));
  }
  return servers;
}

std::string toml_entry(std::string_view member, const std::vector<std::string>& command) {
  // A JSON string is a basic string of TOML.
  std::string entry = "[" + std::string(member) +
                      ".doorward]\ncommand = " + wire::json_quote(command.front()) + "\nargs = [";
  for (size_t i = 1; i < command.size(); ++i)
    entry += (i > 1 ? ", " : "") + wire::json_quote(command[i]);
  return entry + "]\n";
}

}  // namespace doorward::app
