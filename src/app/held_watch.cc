#include "app/held_watch.h"

#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "app/login/account.h"
#include "app/login/token_answer.h"
#include "app/secret_store.h"
#include "app/secrets.h"

namespace doorward::app {

namespace {

constexpr std::array kOwnTokens = {"local-token", "operator-token"};
constexpr std::string_view kStore = "secrets.store";

std::vector<Path> files_of(const Config& config) {
  std::vector<Path> files = {config.state / kStore, accounts_folder(config.state)};
  for (const char* const own : kOwnTokens) files.push_back(config.state / own);
  const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
  for (const auto& [name, source] : config.secrets) {
    if (const auto* file = std::get_if<FileSecret>(&source)) files.push_back(file->path);
    if (const auto* systemd = std::get_if<SystemdSecret>(&source); systemd && credentials)
      files.push_back(Path(credentials) / systemd->credential);
  }
  return files;
}

// Changes where a file does; two values of one size within a tick of the clock have two inodes or
// two times.
std::string fingerprint(const Config& config) {
  std::string text = config.hash;
  for (const Path& file : files_of(config)) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) {
      text += ";-";
      continue;
    }
    text += ";" + std::to_string(facts.st_ino) + "," + std::to_string(facts.st_size) + "," +
            std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec) +
            "," + std::to_string(facts.st_ctim.tv_nsec);
  }
  return text;
}

}  // namespace

std::vector<detect::HeldSecrets::Value> held_values(const Config& config) {
  std::vector<detect::HeldSecrets::Value> values;
  for (const auto& [name, source] : config.secrets)
    if (auto value = read_secret(config, name)) values.push_back({std::move(*value)});
  for (const char* const own : kOwnTokens) {
    std::ifstream file(config.state / own);
    std::string line;
    if (std::getline(file, line) && line.size() >= 16)
      values.push_back({Secret<std::string>(std::move(line))});
  }
  // Opened only where there is one: opening makes its key.
  std::error_code ignored;
  if (std::filesystem::exists(config.state / kStore, ignored))
    if (const auto store = SecretStore::open(config.state))
      for (auto& [name, value] : store->canaries())
        values.push_back({std::move(value), std::move(name)});
  for (Account& account : all_accounts(config.state)) {
    for (Secret<>* const one : {&account.access, &account.refresh, &account.client_secret})
      if (is_unmistakable(one->reveal())) values.push_back({std::move(*one)});
  }
  return values;
}

HeldWatch::HeldWatch(const Config& config)
    : held_(std::make_shared<detect::HeldSecrets>(held_values(config))),
      seen_(fingerprint(config)) {}

void HeldWatch::look(const Config& config) {
  std::string now = fingerprint(config);
  const bool changed = seen_.with([&](std::string& seen) {
    if (seen == now) return false;
    seen = std::move(now);
    return true;
  });
  if (changed) held_->renew(held_values(config));
}

}  // namespace doorward::app
