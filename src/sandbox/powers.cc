#include "sandbox/powers.h"

#include <algorithm>
#include <iterator>

#include "sandbox/egress.h"

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
  return parts == 3 && *std::next(path.begin()) == "home";
}

bool holds_credentials(const fs::path& path) {
  static constexpr const char* kNames[] = {".ssh",    ".aws",    ".gnupg", ".kube",
                                           ".config", ".docker", ".env",   ".netrc",
                                           ".npmrc",  ".pypirc", ".azure", ".git-credentials"};
  return std::ranges::any_of(path, [](const fs::path& part) {
    return std::ranges::find(kNames, part) != std::end(kNames);
  });
}

std::vector<Power> dangerous_powers(const LaunchPlan& plan) {
  std::vector<Power> found;
  if (plan.unix_sockets)
    found.push_back({"sockets.unix",
                     "it may use unix sockets, those of other programs in its mounts among them"});
  network(plan, found);
  for (const bool write : {false, true})
    for (const Mount& mount : write ? plan.write : plan.read) {
      const std::string what =
          std::string(write ? "it changes " : "it reads ") + "`" + mount.from.string() + "`";
      if (holds_credentials(mount.from))
        found.push_back({"files.credentials", what + ", where credentials lie"});
      else if (is_wide(mount.from))
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
