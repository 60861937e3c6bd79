#include "sandbox/quarantine.h"

#include <fstream>

namespace doorward::sandbox {

namespace fs = std::filesystem;

Quarantine::Quarantine(fs::path state) : folder_(std::move(state) / "quarantine") {
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

Expected<bool> Quarantine::release(const std::string& server) {
  std::error_code error;
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
