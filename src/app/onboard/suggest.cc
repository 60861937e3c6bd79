#include "app/onboard/suggest.h"

#include <algorithm>
#include <cstdlib>

#include "app/config/plaintext.h"
#include "app/onboard/imitation.h"
#include "app/onboard/named_paths.h"
#include "app/onboard/package.h"
#include "app/onboard/profile.h"
#include "app/starter.h"
#include "catalog/names.h"
#include "catalog/visible.h"
#include "sandbox/resolve.h"
#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app {

using wire::json_quote;

namespace {

std::string list_of(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + item;
  return out + "]";
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::vector<std::string> quoted;
  quoted.reserve(items.size());
  for (const auto& item : items) quoted.push_back(json_quote(item));
  return list_of(quoted);
}

// A word that a client fills in when it starts the server; Doorward can't.
bool is_placeholder(std::string_view value) {
  return value.find("${") != std::string_view::npos;
}

bool is_secret(std::string_view name, std::string_view value) {
  return !known_credential(value).empty() || is_plain_secret(name, value) ||
         is_random_looking(value);
}

std::string secret_name(const std::string& server, std::string_view what) {
  std::string name = server + "-";
  for (const char letter : what) {
    const char low = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    const bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    name += plain ? low : '-';
  }
  return name;
}

void remote(const ClientServer& server, Suggestion& made) {
  const auto url = wire::parse_url(server.url);
  if (!url) {
    made.refused = "its URL is not valid";
    return;
  }
  if (url->scheme != "https" && !wire::is_loopback_host(url->authority.host)) {
    made.refused = "it is reached without TLS; ask its owner for an https URL";
    return;
  }
  if (const auto what = credential_in_url(server.url); !what.empty()) {
    made.refused = "its URL holds " + std::string(what) +
                   ", which every log on the way keeps; ask its owner for a way to send it as a "
                   "bearer token";
    return;
  }
  made.yaml = "    url: " + json_quote(server.url) + "\n";
  for (const auto& [name, value] : server.headers) {
    std::string low;
    for (const char letter : name)
      low += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    if (is_placeholder(value)) {
      made.refused = "header `" + name + "` is filled in by the client";
      return;
    }
    if (low == "authorization" && value.starts_with("Bearer ")) {
      const std::string secret = secret_name(made.name, "token");
      made.yaml += "    credential: { bearer: { secret: " + json_quote(secret) + " } }\n";
      made.secrets.emplace(secret, Secret<std::string>(value.substr(7)));
    } else {
      made.notes.push_back("header `" + name + "` is not carried over");
    }
  }
  made.yaml += "    trust: untrusted\n";
}

struct Local {
  std::vector<std::string> command;
  std::string package;
  Path packages;  // folder to read; empty without a package
};

// The command without its package runner.
std::optional<Local> local_command(const ClientServer& server, const Path& state,
                                   Suggestion& made) {
  Local local;
  local.command = {server.command};
  local.command.insert(local.command.end(), server.arguments.begin(), server.arguments.end());
  const std::string program = Path(server.command).filename();
  for (const char* const container : {"docker", "podman", "nerdctl"})
    if (program == container) {
      made.refused =
          "it runs in a container, which Doorward can't look into or start inside its "
          "sandbox; run the program itself, or the container as an HTTP server";
      return std::nullopt;
    }
  const auto wanted = package_command(local.command);
  if (!wanted) return local;
  auto package = install(*wanted, state);
  if (!package) {
    made.refused = package.error().what;
    return std::nullopt;
  }
  local.package = package->name;
  local.packages = package->folder;
  local.command = direct_command(*package, *wanted);
  made.notes.push_back("package " + package->name + "@" + package->version +
                       (package->integrity.empty() ? "" : ", " + package->integrity));
  return local;
}

std::string mount_text(const Mount& mount) {
  const std::string from = json_quote(mount.from.string());
  if (mount.to.empty() || mount.to == mount.from) return from;
  return "{ from: " + from + ", to: " + json_quote(mount.to.string()) + " }";
}

std::string limits_text(const SandboxLimits& limits) {
  const SandboxLimits usual;
  if (limits == usual) return "";
  return "      limits: { memory: " + std::to_string(limits.memory >> 20) +
         "MiB, processes: " + std::to_string(limits.processes) + " }\n";
}

// What the client gives it, and what its profile adds where the client gives nothing.
std::string environment(const ClientServer& server, const Server& wrapped, Suggestion& made) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : wrapped.sandbox.env)
    if (const auto* literal = std::get_if<std::string>(&value);
        literal != nullptr && !server.environment.contains(name))
      entries.push_back(json_quote(name) + ": " + json_quote(*literal));
  for (const auto& [name, value] : server.environment) {
    if (is_placeholder(value)) {
      made.notes.push_back("variable `" + name + "` is filled in by the client; set it yourself");
      continue;
    }
    if (!is_secret(name, value)) {
      entries.push_back(json_quote(name) + ": " + json_quote(value));
      continue;
    }
    const std::string secret = secret_name(made.name, name);
    entries.push_back(json_quote(name) + ": { secret: " + json_quote(secret) + " }");
    made.secrets.emplace(secret, Secret<std::string>(std::string(value)));
  }
  std::string out = "{ ";
  for (const auto& entry : entries) out += (out.size() > 2 ? ", " : "") + entry;
  return entries.empty() ? "" : out + " }";
}

// Hands over what its variables and words name. A relative place of its data would lie in its
// package, which is read-only: the profile's is taken instead.
void named_paths(ClientServer& server, Server& wrapped, std::string_view package, const Path& own,
                 Suggestion& made) {
  const std::string keeps(data_variable(package));
  if (const auto found = server.environment.find(keeps);
      found != server.environment.end() && !found->second.starts_with('/')) {
    made.notes.push_back("its `" + keeps + "` is relative; its data lies in `" + own.string() +
                         "` from now on");
    server.environment.erase(found);
  }
  // What the client says goes before the profile.
  for (const auto& [name, value] : server.environment)
    if (!is_placeholder(value)) wrapped.sandbox.env.emplace(name, value);
  for (auto& note : apply_profile(wrapped, package, own)) made.notes.push_back(std::move(note));
  NamedPaths named = mount_named_paths(wrapped, server.environment, keeps);
  for (auto& note : named.notes) made.notes.push_back(std::move(note));
  made.refused = std::move(named.refused);
}

void local(ClientServer server, const Path& state, Suggestion& made) {
  // `npx mcp-remote URL` is a bridge to a remote server: Doorward speaks to that itself.
  std::vector<std::string> words = {server.command};
  words.insert(words.end(), server.arguments.begin(), server.arguments.end());
  if (const auto wanted = package_command(words);
      wanted && wanted->name == "mcp-remote" && !wanted->arguments.empty()) {
    ClientServer bridged = server;
    bridged.url = wanted->arguments.front();
    if (wanted->arguments.size() > 1)
      made.notes.push_back("options of mcp-remote are not carried over");
    return remote(bridged, made);
  }
  for (const std::string& word : server.arguments)
    if (is_placeholder(word)) {
      made.refused = "its argument `" + catalog::visible(word) +
                     "` is to be filled in; write the value there first";
      return;
    }
  const auto resolved = local_command(server, state, made);
  if (!resolved) return;
  for (const std::string& word : resolved->command)
    if (!known_credential(word).empty() || is_secret_argument(word)) {
      made.refused =
          "a credential stands among its arguments, where every process can read it; "
          "hand it over as a variable";
      return;
    }
  Config config;
  const Path folder = server.folder.empty() ? Path() : Path(server.folder);
  auto added = add_wrapped_server(config, resolved->command, folder);
  if (!added) {
    made.refused = added.error().what;
    return;
  }
  Server& wrapped = config.servers.at(added->name);
  const std::string package =
      resolved->package.empty() ? package_of(wrapped.command) : resolved->package;
  for (auto& note : added->notes) made.notes.push_back(std::move(note));
  named_paths(server, wrapped, package, state / "servers" / made.name, made);
  if (!made.refused.empty()) return;
  std::vector<std::string> read, write, network;
  // The package's folder covers what its own words ask for.
  const std::string packages = resolved->packages.lexically_normal().string();
  if (!packages.empty()) read.push_back(json_quote(packages));
  for (const Mount& mount : wrapped.sandbox.read) {
    if (packages.empty() || !mount.from.lexically_normal().string().starts_with(packages))
      read.push_back(mount_text(mount));
  }
  for (const Mount& mount : wrapped.sandbox.write) write.push_back(mount_text(mount));
  for (const NetworkGrant& grant : wrapped.sandbox.network) {
    const bool six = grant.host.find(':') != std::string::npos;
    const std::string target =
        json_quote((six ? "[" + grant.host + "]" : grant.host) + ":" + std::to_string(grant.port));
    network.push_back(grant.forward ? "{ forward: " + target + " }" : target);
  }
  made.yaml = "    command: " + quoted_list(wrapped.command) + "\n    sandbox:\n";
  made.yaml += "      read: " + list_of(read) + "\n";
  made.yaml += "      write: " + list_of(write) + "\n";
  made.yaml += "      network: " + list_of(network) + "\n";
  if (const std::string env = environment(server, wrapped, made); !env.empty())
    made.yaml += "      env: " + env + "\n";
  std::string powers;
  for (const ServerPower power : wrapped.sandbox.powers)
    powers += (powers.empty() ? "" : ", ") +
              std::string(power == ServerPower::git_write ? "git_write" : "unix_sockets");
  if (!powers.empty()) made.yaml += "      powers: [" + powers + "]\n";
  made.yaml += limits_text(wrapped.sandbox.limits);
  if (network.empty()) made.notes.emplace_back("no network; list what it needs under `network:`");
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) { return (letter & 0x80) != 0; });
}

// What is written down or shown holds no character that a person can't see. Values may have lines.
bool is_seen(std::string_view text, bool lines = false) {
  std::string plain(text);
  if (lines) std::erase_if(plain, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  return catalog::visible(plain) == plain;
}

// A name of a variable or a header: visible ASCII without what ends a name.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 256 && std::ranges::all_of(name, [](char letter) {
    return letter > ' ' && letter < 0x7F && letter != '=' && letter != ':' && letter != '`';
  });
}

// Why an entry of somebody else's file is not taken over at all; "" = nothing is hidden in it.
std::string hides(const ClientServer& server) {
  for (const auto* pairs : {&server.environment, &server.headers}) {
    const std::string what = pairs == &server.headers ? "header" : "variable";
    for (const auto& [name, value] : *pairs) {
      if (!is_name(name))
        return "the name of its " + what + " `" + catalog::visible(name.substr(0, 64)) +
               "` is none; look at who wrote that";
      if (!is_seen(value, true))
        return "its " + what + " `" + name + "` holds characters that can't be seen";
    }
  }
  std::vector<std::string> words = server.arguments;
  words.insert(words.end(), {server.command, server.url, server.folder});
  if (!std::ranges::all_of(words, [](const std::string& word) { return is_seen(word); }))
    return "its command holds characters that can't be seen";
  return "";
}

// Letters of other scripts that all look like plain ones (`filesystem` with a Cyrillic letter).
bool looks_plain(std::string_view name) {
  return !is_ascii(name) && is_ascii(catalog::skeleton(name));
}

// A name of letters that pass for others, or with invisible ones, is no slip. One that is a slip
// away from a widely used one is told, and not signed along with the others.
void judge_names(const ClientServer& server, Suggestion& made) {
  const auto tell = [&](std::string_view what, std::string_view name) {
    auto other = imitates(name);
    if (other)
      made.notes.push_back("its " + std::string(what) + " `" + catalog::visible(name) +
                           "` is much like `" + *other + "`, which it is not; look twice");
    return other.value_or("");
  };
  if (looks_plain(server.name) || catalog::visible(server.name) != server.name) {
    made.suspicious = "its name `" + catalog::visible(server.name) +
                      "` is made to look like another; rename it if you trust it";
    return;
  }
  tell("name", server.name);
  std::vector<std::string> words{server.command};
  words.insert(words.end(), server.arguments.begin(), server.arguments.end());
  if (const auto package = package_command(words))
    made.package_imitates = tell("package", package->name);
}

}  // namespace

std::string server_name(std::string_view given, const std::vector<std::string>& taken) {
  std::string name;
  for (const char letter : given) {
    const char low = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    const bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    if (plain)
      name += low;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  name = name.substr(0, 24);
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (name.empty()) name = "server";
  std::string free = name;
  for (int number = 2; std::find(taken.begin(), taken.end(), free) != taken.end(); ++number)
    free = name.substr(0, 21) + "-" + std::to_string(number);
  return free;
}

Suggestion suggest(const ClientServer& server, const Path& state,
                   const std::vector<std::string>& taken) {
  Suggestion made;
  made.name = server_name(server.name, taken);
  if (made.name != server.name)
    made.notes.push_back("called `" + catalog::visible(server.name) + "` by the client");
  judge_names(server, made);
  made.refused = hides(server);
  if (!made.refused.empty()) return made;
  if (!server.url.empty())
    remote(server, made);
  else
    local(server, state, made);
  return made;
}

}  // namespace doorward::app
