#include "sandbox/powers.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "sandbox/egress.h"
#include "sandbox/resolve.h"

namespace doorward::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLarge = 4ULL << 30;
constexpr uint32_t kManyProcesses = 512;

std::string target_of(const NetworkRule& rule) {
  return "`" + rule.host + ":" + std::to_string(rule.port) + "`";
}

void network(const LaunchPlan& plan, std::vector<Power>& found) {
  for (const NetworkRule& rule : plan.network) {
    const Place place = place_of(rule.host);
    const bool own = place == Place::loopback || rule.host == "localhost";
    if (rule.host.starts_with("*."))
      found.push_back({"network.wildcard",
                       "it chooses by itself which name of " + target_of(rule) + " it speaks to"});
    else if (rule.forward && own)
      found.push_back({"network.host", "it reaches " + target_of(rule) +
                                           " of this host, where programs trust who comes from "
                                           "this host"});
    else if (rule.forward || place == Place::private_)
      found.push_back(
          {"network.private", "it reaches " + target_of(rule) + " of the networks inside"});
  }
}

}  // namespace

bool is_wide(const fs::path& path) {
  const auto parts = std::distance(path.begin(), path.end());
  if (parts <= 2) return true;
  const fs::path& first = *std::next(path.begin());
  return parts == 3 && (first == "home" || first == "var");
}

namespace {

constexpr const char* kCredentials[] = {
    ".ssh",    ".aws",     ".gnupg",       ".kube",        ".config",         ".docker",
    ".env",    ".netrc",   ".npmrc",       ".pypirc",      ".azure",          ".git-credentials",
    ".pgpass", ".my.cnf",  ".vault-token", ".terraform.d", ".password-store", ".mozilla",
    "id_rsa",  "id_ecdsa", "id_ed25519"};
// Of the host; read by few.
constexpr const char* kOfHost[] = {
    "/etc/ssh",       "/etc/krb5.keytab", "/etc/kubernetes", "/etc/NetworkManager",
    "/etc/wireguard", "/etc/letsencrypt", "/var/lib/docker", "/var/lib/kubelet"};

}  // namespace

bool holds_credentials(const fs::path& path) {
  const bool named = std::ranges::any_of(path, [](const fs::path& part) {
    return std::ranges::find(kCredentials, part) != std::end(kCredentials);
  });
  return named || std::ranges::any_of(kOfHost, [&](const char* place) {
           return is_within(path, place) || is_within(place, path);
         });
}

std::string credentials_in(const fs::path& folder) {
  for (const char* name : kCredentials) {
    // In a project these are its tools' settings.
    if (std::string_view(name) == ".config" || std::string_view(name) == ".npmrc") continue;
    struct stat info{};
    if (lstat((folder / name).c_str(), &info) == 0) return name;
  }
  return {};
}

std::vector<Power> dangerous_powers(const LaunchPlan& plan) {
  std::vector<Power> found;
  if (plan.unix_sockets)
    found.push_back({"sockets.unix",
                     "it may use unix sockets, those of other programs in its mounts among them"});
  if (plan.git_write)
    found.push_back({"git.write",
                     "it writes `.git` in its folders: that can make git run programs for whoever "
                     "works there, outside of the sandbox"});
  network(plan, found);
  for (const bool write : {false, true})
    for (const Mount& mount : write ? plan.write : plan.read) {
      const std::string what =
          std::string(write ? "it changes " : "it reads ") + "`" + mount.from.string() + "`";
      if (holds_credentials(mount.from))
        found.push_back({"files.credentials", what + ", where credentials lie"});
      else if (const std::string inside = credentials_in(mount.from); !inside.empty())
        found.push_back({"files.credentials", what + ", which holds `" + inside + "`"});
      if (is_wide(mount.from))
        found.push_back({"files.wide", what + ", which holds more than its own files"});
    }
  const bool sends =
      std::ranges::any_of(plan.network, [](const NetworkRule& rule) { return !rule.forward; });
  if (sends && !plan.write.empty())
    found.push_back({"files.sent",
                     "it holds files that it works on and reaches hosts outside: it can send the "
                     "ones to the others"});
  if (plan.limits.memory > kLarge || plan.limits.processes > kManyProcesses)
    found.push_back({"memory.large", "its limits are far above what servers need"});
  return found;
}

}  // namespace doorward::sandbox
