#include "sandbox/quarantine.h"

#include <fstream>

namespace doorward::sandbox {

namespace fs = std::filesystem;

Quarantine::Quarantine(const fs::path& state)
    : folder_(state / "quarantine"), disk_(state / "disk") {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    std::string why;
    std::ifstream file(entry.path());
    if (!std::getline(file, why) || why.empty()) why = "for a reason that can't be read";
    stopped_.with([&](auto& stopped) { stopped[entry.path().filename()] = why; });
  }
}

std::optional<std::string> Quarantine::reason(std::string_view server) const {
  return stopped_.with([&](const auto& stopped) -> std::optional<std::string> {
    const auto found = stopped.find(server);
    if (found == stopped.end()) return std::nullopt;
    return found->second;
  });
}

Expected<void> Quarantine::add(const std::string& server, std::string why) {
  for (char& letter : why)
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  const bool is_new =
      stopped_.with([&](auto& stopped) { return stopped.emplace(server, why).second; });
  if (!is_new) return {};
  std::error_code error;
  fs::create_directories(folder_, error);
  std::ofstream file(folder_ / server);
  file << why << "\n";
  file.close();
  if (!file)
    return failure("state.unusable", Fault::self,
                   "`" + (folder_ / server).string() + "` can't be written");
  return {};
}

bool Quarantine::hit_limit(const std::string& server, std::chrono::steady_clock::time_point now) {
  constexpr size_t kHits = 3;
  constexpr std::chrono::hours kWithin{1};
  return hits_.with([&](auto& hits) {
    auto& own = hits[server];
    std::erase_if(own, [&](const auto& at) { return now - at > kWithin; });
    own.push_back(now);
    if (own.size() < kHits) return false;
    own.clear();
    return true;
  });
}

Expected<bool> Quarantine::release(const std::string& server) {
  std::error_code error;
  fs::remove_all(disk_ / server, error);
  hits_.with([&](auto& hits) { hits.erase(server); });
  fs::remove(folder_ / server, error);
  if (error)
    return failure("state.unusable", Fault::self,
                   "`" + (folder_ / server).string() + "` can't be removed");
  return stopped_.with([&](auto& stopped) { return stopped.erase(server) > 0; });
}

std::map<std::string, std::string, std::less<>> Quarantine::all() const {
  return stopped_.with([](const auto& stopped) { return stopped; });
}

}  // namespace doorward::sandbox
