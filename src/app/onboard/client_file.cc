#include "app/onboard/client_file.h"

#include <algorithm>
#include <array>

#include "app/given_file.h"
#include "app/onboard/client_toml.h"
#include "app/onboard/jsonc.h"
#include "app/onboard/registry_file.h"
#include "wire/json.h"

namespace doorward::app {

using wire::JsonValue;

namespace {

constexpr size_t kMostBytes = 8 << 20;  // of one client's file

constexpr ClientKind kClaudeDesktop{"Claude Desktop", "mcpServers"};
constexpr ClientKind kClaudeCode{"Claude Code", "mcpServers"};
constexpr ClientKind kCursor{"Cursor", "mcpServers"};
constexpr ClientKind kVsCode{"VS Code", "servers"};
constexpr ClientKind kWindsurf{"Windsurf", "mcpServers"};
constexpr ClientKind kCodex{"Codex CLI", "mcp_servers", ClientFormat::toml};
constexpr ClientKind kGemini{"Gemini CLI", "mcpServers"};
constexpr ClientKind kZed{"Zed", "context_servers"};
constexpr ClientKind kRegistry{"MCP Registry", "packages", ClientFormat::json, false};
constexpr ClientKind kOther{"MCP client", "mcpServers"};

std::vector<std::string> texts(JsonValue array) {
  std::vector<std::string> out;
  if (array.is_array())
    for (const JsonValue item : array.items()) out.emplace_back(item.text());
  return out;
}

std::map<std::string, std::string> pairs(JsonValue object) {
  std::map<std::string, std::string> out;
  if (object.is_object())
    for (const auto& [name, value, quoted] : object.members())
      out.emplace(name, value.is_string() ? value.text() : value.raw());
  return out;
}

ClientServer server_of(std::string_view name, JsonValue quoted, JsonValue value) {
  ClientServer server;
  server.name = name;
  server.begin = quoted.begin();
  server.end = value.end();
  JsonValue command = value["command"];
  // Zed nests it: { command: { path, args, env } }.
  if (command.is_object()) {
    server.command = command["path"].text();
    server.arguments = texts(command["args"]);
    server.environment = pairs(command["env"]);
  } else {
    server.command = command.text();
    server.arguments = texts(value["args"]);
    server.environment = pairs(value["env"]);
  }
  for (const char* const place : {"url", "serverUrl", "httpUrl"})
    if (server.url.empty()) server.url = value[place].text();
  server.headers = pairs(value["headers"]);
  server.folder = value["cwd"].text();
  server.is_off =
      value["disabled"].boolean().value_or(false) || !value["enabled"].boolean().value_or(true);
  for (const char* const list : {"excludeTools", "includeTools", "disabledTools", "enabledTools"})
    server.leaves_out = server.leaves_out || value[list].size() > 0;
  return server;
}

// Names of servers that the file as a whole switches off: Gemini's `mcp.excluded` and `allowed`,
// Claude Code's `disabledMcpServers` and `disabledMcpjsonServers`.
void switch_off(JsonValue holder, const std::string& project, std::vector<ClientServer>& servers) {
  const auto names = [](JsonValue list, std::string_view name) {
    return std::ranges::any_of(texts(list), [&](const auto& one) { return one == name; });
  };
  const JsonValue mcp = holder["mcp"];
  for (ClientServer& server : servers) {
    if (server.project != project) continue;
    if (names(mcp["excluded"], server.name) ||
        (mcp["allowed"].size() > 0 && !names(mcp["allowed"], server.name)) ||
        names(holder["disabledMcpServers"], server.name) ||
        names(holder["disabledMcpjsonServers"], server.name))
      server.is_off = true;
  }
}

void collect(JsonValue holder, const std::string& project, std::vector<ClientServer>& into) {
  if (!holder.is_object()) return;
  for (const auto& [name, value, quoted] : holder.members()) {
    if (!value.is_object()) continue;
    ClientServer server = server_of(name, quoted, value);
    if (server.command.empty() && server.url.empty()) continue;  // not an entry that we know
    server.project = project;
    into.push_back(std::move(server));
  }
}

}  // namespace

std::vector<KnownPlace> known_places(const Path& home, const Path& folder) {
  std::vector<KnownPlace> places;
  const auto add = [&](const ClientKind& kind, const Path& root, const char* rest) {
    if (!root.empty()) places.push_back({&kind, root / rest});
  };
  add(kClaudeDesktop, home, ".config/Claude/claude_desktop_config.json");
  add(kClaudeDesktop, home, "Library/Application Support/Claude/claude_desktop_config.json");
  add(kClaudeCode, home, ".claude.json");
  add(kClaudeCode, folder, ".mcp.json");
  add(kCursor, home, ".cursor/mcp.json");
  add(kCursor, folder, ".cursor/mcp.json");
  add(kVsCode, home, ".config/Code/User/mcp.json");
  add(kVsCode, folder, ".vscode/mcp.json");
  add(kWindsurf, home, ".codeium/windsurf/mcp_config.json");
  add(kCodex, home, ".codex/config.toml");
  add(kGemini, home, ".gemini/settings.json");
  add(kGemini, folder, ".gemini/settings.json");
  add(kZed, home, ".config/zed/settings.json");
  // The home folder may be the project too.
  for (auto place = places.begin(); place != places.end();) {
    const bool twice = std::any_of(places.begin(), place, [&](const KnownPlace& earlier) {
      return earlier.path == place->path;
    });
    place = twice ? places.erase(place) : place + 1;
  }
  return places;
}

const ClientKind& kind_of(const Path& path, std::string_view text) {
  for (const KnownPlace& place : known_places("/h", "/f")) {
    const Path rest = place.path.lexically_relative(
        place.path.string().starts_with("/h/") ? Path("/h") : Path("/f"));
    // The last two names tell most clients apart.
    if (path.filename() != rest.filename()) continue;
    if (rest.has_parent_path() && path.parent_path().filename() != rest.parent_path().filename())
      continue;
    return *place.kind;
  }
  if (path.extension() == ".toml") return kCodex;
  if (is_registry_text(text)) return kRegistry;
  static constexpr std::array<const ClientKind*, 2> kByMember{&kZed, &kVsCode};
  if (text.find("\"mcpServers\"") == std::string_view::npos)
    for (const ClientKind* const kind : kByMember)
      if (text.find("\"" + std::string(kind->member) + "\"") != std::string_view::npos)
        return *kind;
  return kOther;
}

Expected<ClientFile> parse_client_file(const Path& path, const ClientKind* kind, std::string text) {
  ClientFile file;
  file.kind = kind != nullptr ? kind : &kind_of(path, text);
  file.path = path;
  file.text = std::move(text);
  if (file.kind->format == ClientFormat::toml) {
    auto servers = toml_servers(file.text, file.kind->member);
    if (!servers) return std::unexpected(std::move(servers).error().within(path.string()));
    file.servers = std::move(*servers);
    return file;
  }
  if (file.text.find_first_not_of(" \t\r\n") == std::string::npos) return file;
  wire::JsonLimits limits;
  limits.bytes = kMostBytes;
  auto document = wire::JsonDocument::parse(blank_comments(file.text), limits);
  if (!document)
    return failure("init.client_file", Fault::client,
                   path.string() + ": " + document.error().what + "; nothing was changed");
  const JsonValue root = document->root();
  if (!file.kind->is_clients) {
    auto described = registry_servers(root);
    if (!described) return std::unexpected(std::move(described).error().within(path.string()));
    file.servers = std::move(*described);
    return file;
  }
  collect(root[file.kind->member], "", file.servers);
  // VS Code's settings hold them one level down.
  if (root["mcp"].is_object()) collect(root["mcp"][file.kind->member], "", file.servers);
  if (root["projects"].is_object())
    for (const auto& [folder, project, quoted] : root["projects"].members())
      collect(project[file.kind->member], std::string(folder), file.servers);
  switch_off(root, "", file.servers);
  if (root["projects"].is_object())
    for (const auto& [folder, project, quoted] : root["projects"].members())
      switch_off(project, std::string(folder), file.servers);
  return file;
}

Expected<ClientFile> read_client_file(const Path& path, const ClientKind* kind) {
  auto text = read_given_file(path.string(), kMostBytes);
  if (!text) return failure("init.unreadable", Fault::client, std::move(text).error().what);
  return parse_client_file(path, kind, std::move(*text));
}

bool is_doorward(const ClientServer& server) {
  return Path(server.command).filename() == "doorward";
}

}  // namespace doorward::app
