#include "app/onboard/profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/config/units.h"
#include "wire/http.h"

namespace doorward::app {

namespace {

struct Profile {
  std::string_view package;
  std::string_view hosts;  // separated by spaces
};
constexpr std::array<Profile, 22> kProfiles{{
    {"@modelcontextprotocol/server-github", "api.github.com:443"},
    {"@modelcontextprotocol/server-gitlab", "gitlab.com:443"},
    {"@modelcontextprotocol/server-slack", "slack.com:443"},
    {"@modelcontextprotocol/server-brave-search", "api.search.brave.com:443"},
    {"@brave/brave-search-mcp-server", "api.search.brave.com:443"},
    {"@modelcontextprotocol/server-google-maps", "maps.googleapis.com:443"},
    {"@modelcontextprotocol/server-gdrive", "www.googleapis.com:443 oauth2.googleapis.com:443"},
    {"@notionhq/notion-mcp-server", "api.notion.com:443"},
    {"@sentry/mcp-server", "sentry.io:443"},
    {"@stripe/mcp", "api.stripe.com:443 mcp.stripe.com:443"},
    {"@supabase/mcp-server-supabase", "api.supabase.com:443"},
    {"@upstash/context7-mcp", "context7.com:443 mcp.context7.com:443"},
    {"figma-developer-mcp", "api.figma.com:443"},
    {"firecrawl-mcp", "api.firecrawl.dev:443"},
    {"exa-mcp-server", "api.exa.ai:443"},
    {"tavily-mcp", "api.tavily.com:443"},
    {"@hubspot/mcp-server", "api.hubapi.com:443"},
    {"airtable-mcp-server", "api.airtable.com:443"},
    {"@doist/todoist-ai", "api.todoist.com:443"},
    {"@linear/mcp-server", "api.linear.app:443"},
    {"mcp-server-cloudflare", "api.cloudflare.com:443"},
    {"@heroku/mcp-server", "api.heroku.com:443"},
}};

// What some servers need beside hosts.
struct Needs {
  std::string_view package;
  std::string_view variable = {};  // holds the name of its file or folder below `own`
  std::string_view file = {};
  bool database_file = false;   // an argument names a file whose folder it writes
  std::string_view words = {};  // added to its command unless given
  uint64_t memory = 0;          // 0 = as usual
  uint32_t processes = 0;
  std::string_view note = {};
  bool unix_sockets = false;
  bool git_write = false;
};
constexpr std::string_view kOwn = "/data";  // where its folder stands inside
constexpr std::array<Needs, 9> kNeeds{{
    {.package = "@modelcontextprotocol/server-memory",
     .variable = "MEMORY_FILE_PATH",
     .file = "memory.jsonl"},
    {.package = "mcp-server-sqlite", .database_file = true},
    {.package = "mcp-server-sqlite-npx", .database_file = true},
    {.package = "mcp-sqlite", .database_file = true},
    {.package = "mcp-server-git",
     .note = "commits need `user.name` and `user.email` in the repository's own configuration; who "
             "writes `.git` can make git run programs for whoever works there",
     .git_write = true},
    {.package = "@cyanheads/git-mcp-server",
     .note = "commits need `user.name` and `user.email` in the repository's own configuration; who "
             "writes `.git` can make git run programs for whoever works there",
     .git_write = true},
    {.package = "mcp-server-fetch",
     .note = "it fetches only from hosts that are listed under `network:`"},
    {.package = "@playwright/mcp",
     .variable = "PLAYWRIGHT_MCP_OUTPUT_DIR",
     .words = "--headless --isolated --no-sandbox --browser=chromium "
              "--executable-path=/usr/bin/chromium-headless-shell",
     .memory = 2048ULL << 20,
     .processes = 256,
     .note = "list the sites it may open under `network:`; the browser's own sandbox is off, this "
             "one stands around it",
     .unix_sockets = true},
    {.package = "@modelcontextprotocol/server-puppeteer",
     .memory = 2048ULL << 20,
     .processes = 256,
     .note = "list the sites it may open under `network:`"},
}};

void add_words(Server& server, std::string_view words) {
  while (!words.empty()) {
    const size_t space = std::min(words.find(' '), words.size());
    const std::string word(words.substr(0, space));
    words.remove_prefix(std::min(space + 1, words.size()));
    const std::string option = word.substr(0, word.find('='));
    const bool given = std::ranges::any_of(server.command, [&](const std::string& have) {
      return have == option || have.starts_with(option + "=");
    });
    if (!given) server.command.push_back(word);
  }
}

// The folder of each argument that names a database file: SQLite keeps its journal beside it.
void add_database_folders(Server& server, std::vector<std::string>& notes) {
  std::error_code ignored;
  for (size_t i = 1; i < server.command.size(); ++i) {
    std::string word = server.command[i];
    if (word.starts_with("--") && word.find('=') != std::string::npos)
      word = word.substr(word.find('=') + 1);
    const Path file(word);
    const std::string ending = file.extension().string();
    if (!file.is_absolute() || (ending != ".db" && ending != ".sqlite" && ending != ".sqlite3"))
      continue;
    const Path folder = std::filesystem::canonical(file.parent_path(), ignored);
    if (folder.empty() || std::ranges::any_of(server.sandbox.write, [&](const Mount& mount) {
          return mount.from == folder;
        }))
      continue;
    server.sandbox.write.push_back({folder, folder});
    notes.push_back("it writes in `" + folder.string() +
                    "`, where its database is; let nothing else be there");
  }
}

}  // namespace

std::string package_of(const std::vector<std::string>& command) {
  for (const std::string& word : command) {
    const size_t at = word.rfind("node_modules/");
    if (at == std::string::npos) continue;
    const std::string rest = word.substr(at + 13);
    const size_t first = rest.find('/');
    if (!rest.starts_with('@')) return rest.substr(0, first);
    if (first == std::string::npos) return "";
    return rest.substr(0, rest.find('/', first + 1));
  }
  return command.empty() ? "" : Path(command[0]).filename().string();
}

bool writes_folders(std::string_view package) {
  constexpr std::array<std::string_view, 4> kPackages = {"@modelcontextprotocol/server-filesystem",
                                                         "@cyanheads/git-mcp-server",
                                                         "mcp-server-git", "mcp-server-filesystem"};
  return std::ranges::find(kPackages, package) != kPackages.end();
}

std::vector<std::string> apply_profile(Server& server, std::string_view package, const Path& own) {
  std::vector<std::string> notes;
  const std::vector<std::string> arguments(server.command.begin() + 1, server.command.end());
  std::vector<std::string> network = known_network(package);
  if (const std::string database = database_address(arguments); !database.empty())
    network.push_back(database);
  for (const std::string& entry : network) {
    const bool forward = entry.starts_with('{');
    const size_t from = entry.find('"') + 1;
    auto parsed = parse_grant(entry.substr(from, entry.rfind('"') - from));
    if (!parsed) continue;
    parsed->forward = forward;
    server.sandbox.network.push_back(std::move(*parsed));
  }
  for (const Needs& needs : kNeeds) {
    if (needs.package != package) continue;
    if (!needs.variable.empty() && !server.sandbox.env.contains(std::string(needs.variable))) {
      server.sandbox.write.push_back({own, Path(kOwn)});
      const std::string value =
          std::string(kOwn) + (needs.file.empty() ? "" : "/" + std::string(needs.file));
      server.sandbox.env.emplace(needs.variable, value);
    }
    if (needs.database_file) add_database_folders(server, notes);
    add_words(server, needs.words);
    if (needs.unix_sockets) server.sandbox.powers.push_back(ServerPower::unix_sockets);
    if (needs.git_write) server.sandbox.powers.push_back(ServerPower::git_write);
    if (needs.memory != 0) server.sandbox.limits.memory = needs.memory;
    if (needs.processes != 0) server.sandbox.limits.processes = needs.processes;
    if (!needs.note.empty()) notes.emplace_back(needs.note);
  }
  return notes;
}

std::string_view data_variable(std::string_view package) {
  for (const Needs& needs : kNeeds)
    if (needs.package == package) return needs.variable;
  return "";
}

std::vector<std::string> known_network(std::string_view package) {
  std::vector<std::string> out;
  for (const Profile& profile : kProfiles) {
    if (profile.package != package) continue;
    std::string_view rest = profile.hosts;
    while (!rest.empty()) {
      const size_t space = std::min(rest.find(' '), rest.size());
      out.emplace_back("\"" + std::string(rest.substr(0, space)) + "\"");
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
  }
  return out;
}

std::string database_address(const std::vector<std::string>& arguments) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSchemes{{
      {"postgres://", "5432"},
      {"postgresql://", "5432"},
      {"mysql://", "3306"},
      {"mongodb://", "27017"},
      {"redis://", "6379"},
  }};
  for (const std::string& argument : arguments)
    for (const auto& [scheme, usual] : kSchemes) {
      if (!argument.starts_with(scheme)) continue;
      std::string_view rest = std::string_view(argument).substr(scheme.size());
      rest = rest.substr(0, rest.find_first_of("/?#"));
      const size_t at = rest.rfind('@');
      if (at != std::string_view::npos) rest.remove_prefix(at + 1);
      const auto authority = wire::parse_authority(rest);
      if (!authority) continue;
      const std::string port =
          authority->port == 0 ? std::string(usual) : std::to_string(authority->port);
      const std::string host = authority->host == "localhost" ? "127.0.0.1" : authority->host;
      const bool loopback = wire::is_loopback_host(host);
      std::string target = "\"";
      target.append(host).append(":").append(port).append("\"");
      if (loopback) target.insert(0, "{ forward: ").append(" }");
      return target;
    }
  return "";
}

}  // namespace doorward::app
