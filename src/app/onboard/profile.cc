#include "app/onboard/profile.h"

#include <array>
#include <utility>

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

}  // namespace

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
      return loopback ? "{ forward: \"" + host + ":" + port + "\" }"
                      : "\"" + host + ":" + port + "\"";
    }
  return "";
}

}  // namespace doorward::app
