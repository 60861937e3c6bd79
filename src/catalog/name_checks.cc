// Names against each other, for a report to the person who signs off.
#include <algorithm>
#include <map>

#include "catalog/names.h"
#include "catalog/visible.h"
#include "catalog/words.h"

namespace doorward::catalog {

namespace {

using Kind = NameFinding::Kind;

// Widely used servers by the name that people configure them under.
constexpr std::string_view kPopular[] = {
    "airtable",
    "atlassian",
    "aws",
    "azure",
    "brave-search",
    "chrome-devtools",
    "cloudflare",
    "confluence",
    "context7",
    "desktop-commander",
    "discord",
    "docker",
    "elasticsearch",
    "elevenlabs",
    "everything",
    "exa",
    "fetch",
    "figma",
    "filesystem",
    "firecrawl",
    "git",
    "github",
    "gitlab",
    "gmail",
    "google-calendar",
    "google-drive",
    "google-maps",
    "grafana",
    "hubspot",
    "jira",
    "kubernetes",
    "linear",
    "markitdown",
    "memory",
    "mongodb",
    "mysql",
    "neon",
    "notion",
    "obsidian",
    "paypal",
    "perplexity",
    "playwright",
    "postgres",
    "postmark",
    "puppeteer",
    "redis",
    "salesforce",
    "sentry",
    "sequential-thinking",
    "serena",
    "shopify",
    "slack",
    "snowflake",
    "sqlite",
    "stripe",
    "supabase",
    "tavily",
    "telegram",
    "terraform",
    "time",
    "todoist",
    "twilio",
    "vercel",
    "whatsapp",
    "youtube",
    "zapier",
};

std::string quoted(std::string_view name) {
  return "`" + visible(name) + "`";
}

std::string address(const ToolAddress& name) {
  return quoted(name.tool.empty() ? name.server : name.server + '.' + name.tool);
}

// A server's name without separators and without the words that say nothing.
std::string core_of(std::string_view name) {
  std::string out;
  for (const std::string& word : name_words(name))
    if (word != "mcp" && word != "server" && word != "servers" && word != "the") out += word;
  return out.empty() ? std::string(name) : out;
}

bool has_invisible(std::string_view name) {
  return visible(name) != name;
}

void check_alone(std::vector<NameFinding>& out, const ToolAddress& name, std::string_view text) {
  if (has_invisible(text))
    out.push_back(
        {Kind::invisible, name, {}, address(name) + " holds characters that can't be seen"});
  if (mixes_scripts(text))
    out.push_back(
        {Kind::mixed_script, name, {}, address(name) + " mixes letters of several scripts"});
}

size_t slips_allowed(size_t size) {
  return size < 5 ? 0 : size < 9 ? 1 : 2;
}

void check_against(std::vector<NameFinding>& out, std::string_view name, std::string_view known) {
  if (name == known) return;
  const ToolAddress self{std::string(name), ""};
  const ToolAddress other{std::string(known), ""};
  const std::string a = core_of(name);
  const std::string b = core_of(known);
  if (a == b) {
    // `mcp-github` and `github`: honest more often than not, but one is not the other.
    out.push_back({Kind::near_miss, self, other,
                   address(self) + " is " + address(other) + " by another spelling"});
  } else if (skeleton(a) == skeleton(b)) {
    out.push_back({Kind::look_alike, self, other, address(self) + " looks like " + address(other)});
  } else {
    const size_t limit = slips_allowed(std::min(a.size(), b.size()));
    if (limit > 0 && edit_distance(a, b, limit) <= limit)
      out.push_back({Kind::near_miss, self, other, address(self) + " is nearly " + address(other)});
  }
}

// An edit distance of at most one, cheaply: without what both begin and end with, little is left.
bool is_one_slip(std::string_view a, std::string_view b) {
  const size_t shorter = std::min(a.size(), b.size());
  size_t head = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  constexpr size_t kTwoCharacters = 8;  // bytes
  if (std::max(a.size(), b.size()) - head - tail > kTwoCharacters) return false;
  return edit_distance(a, b, 1) <= 1;
}

using ByServer = std::vector<const ToolAddress*>;

void check_look(std::vector<NameFinding>& out, const ByServer& alike) {
  for (size_t i = 0; i < alike.size(); ++i)
    for (size_t k = i + 1; k < alike.size() && out.size() < kMostFindings; ++k) {
      const ToolAddress& a = *alike[i];
      const ToolAddress& b = *alike[k];
      if (a.tool != b.tool)
        out.push_back({Kind::look_alike, a, b, address(a) + " looks like " + address(b)});
      else if (a.server != b.server)
        out.push_back({Kind::duplicate, a, b, address(a) + " has the name of " + address(b)});
      else
        out.push_back({Kind::duplicate, a, b, address(a) + " is listed twice"});
    }
}

}  // namespace

std::span<const std::string_view> popular_servers() {
  return kPopular;
}

std::vector<NameFinding> check_server_name(std::string_view name,
                                           std::span<const std::string> known) {
  std::vector<NameFinding> out;
  check_alone(out, {std::string(name), ""}, name);
  const bool is_known = std::ranges::find(kPopular, name) != std::end(kPopular);
  for (const std::string& other : known) check_against(out, name, other);
  for (const std::string_view other : kPopular) {
    if (is_known || std::ranges::find(known, other) != known.end()) continue;
    check_against(out, name, other);
  }
  return out;
}

std::vector<NameFinding> check_tool_names(std::span<const ToolAddress> tools) {
  std::vector<NameFinding> out;
  std::map<std::string, ByServer> by_look;
  for (const ToolAddress& tool : tools) {
    if (out.size() < kMostFindings) check_alone(out, tool, tool.tool);
    by_look[skeleton(tool.tool)].push_back(&tool);
  }
  for (const auto& [_, alike] : by_look) check_look(out, alike);
  // One slip apart, at different servers, each look once.
  for (auto a = by_look.begin(); a != by_look.end(); ++a)
    for (auto b = std::next(a); b != by_look.end() && out.size() < kMostFindings; ++b) {
      const ToolAddress& left = *a->second.front();
      const ToolAddress& right = *b->second.front();
      if (left.server == right.server || std::min(left.tool.size(), right.tool.size()) < 5)
        continue;
      if (is_one_slip(left.tool, right.tool))
        out.push_back(
            {Kind::near_miss, left, right, address(left) + " is nearly " + address(right)});
    }
  return out;
}

}  // namespace doorward::catalog
