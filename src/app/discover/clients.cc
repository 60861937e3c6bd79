#include "app/discover/clients.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "app/onboard/client_file.h"
#include "app/onboard/package.h"
#include "catalog/visible.h"

namespace doorward::app {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> words_of(const ClientServer& server) {
  std::vector<std::string> words{server.command};
  words.insert(words.end(), server.arguments.begin(), server.arguments.end());
  return words;
}

// The configured server that this entry is, going by what it starts or where it lies; "" for none.
std::string known_as(const Config& config, const ClientServer& entry) {
  const std::vector<std::string> words = words_of(entry);
  const auto package = package_command(words);
  for (const auto& [name, server] : config.servers) {
    if (!entry.url.empty()) {
      if (server.url == entry.url) return name;
      continue;
    }
    if (server.command == words) return name;
    if (!package) continue;
    const std::string below = "/node_modules/" + package->name + "/";
    if (std::ranges::any_of(server.command, [&](const std::string& word) {
          return word.find(below) != std::string::npos;
        }))
      return name;
  }
  return "";
}

// Doorward's own listener, whatever stands behind it in the URL.
bool is_ours(const Config& config, const ClientServer& entry) {
  if (is_doorward(entry)) return true;
  // `npx mcp-remote URL` is a client's way to a URL.
  std::string url = entry.url;
  if (const auto bridge = package_command(words_of(entry));
      url.empty() && bridge && bridge->name == "mcp-remote" && !bridge->arguments.empty())
    url = bridge->arguments.front();
  if (url.empty()) return false;
  if (!config.listen.public_url.empty() && url.starts_with(config.listen.public_url)) return true;
  const auto parsed = wire::parse_url(url);
  if (!parsed) return false;
  const Address& mine = config.listen.address;
  const bool same_host =
      parsed->authority.host == mine.host ||
      (wire::is_loopback_host(parsed->authority.host) && wire::is_loopback_host(mine.host));
  return same_host && parsed->authority.port == mine.port && mine.port != 0;
}

ScanFinding finding_of(const Config& config, const ClientFile& file, const ClientServer& entry) {
  const std::string known = known_as(config, entry);
  ScanFinding made;
  made.kind = "client";
  made.server = known;
  made.name = catalog::visible(entry.name);
  made.severity = entry.is_off ? Severity::note : known.empty() ? Severity::high : Severity::medium;
  made.rule = known.empty() ? "discovery.unknown_server" : "discovery.bypass";
  const std::string what = entry.url.empty() ? entry.command : entry.url;
  made.text = std::string(file.kind->name) + " uses `" + catalog::visible(what) +
              "` without Doorward" +
              (known.empty() ? ", and the configuration does not know it"
                             : ", though it is the configured server `" + known + "`") +
              (entry.is_off ? "; it is switched off there" : "") + ": " +
              catalog::visible(file.path.string());
  return made;
}

}  // namespace

std::vector<Path> home_folders() {
  const char* const given = std::getenv("HOME");
  if (given == nullptr || *given == '\0') return {};
  return {Path(given)};
}

std::vector<ScanFinding> clients_around(const Config& config, const std::vector<Path>& homes) {
  std::vector<ScanFinding> found;
  std::set<Path> seen;
  std::vector<Path> roots = homes;
  if (roots.empty()) roots.emplace_back();
  for (const Path& home : roots)
    for (const KnownPlace& place : known_places(home, config.folder)) {
      std::error_code error;
      if (!fs::is_regular_file(place.path, error) || !seen.insert(place.path).second) continue;
      const auto file = read_client_file(place.path, place.kind);
      if (!file) {
        ScanFinding unread;
        unread.severity = Severity::medium;
        unread.rule = "discovery.unreadable";
        unread.kind = "client";
        unread.name = std::string(place.kind->name);
        unread.text = catalog::visible(file.error().what);
        found.push_back(std::move(unread));
        continue;
      }
      for (const ClientServer& entry : file->servers)
        if (!is_ours(config, entry)) found.push_back(finding_of(config, *file, entry));
    }
  return found;
}

}  // namespace doorward::app
