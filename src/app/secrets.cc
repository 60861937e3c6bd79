#include "app/secrets.h"

#include <sys/stat.h>

#include <cstdlib>

#include "app/given_file.h"
#include "app/secret_store.h"

namespace doorward::app {

namespace {

constexpr size_t kLongest = 64 * 1024;

Error missing(const std::string& name, const std::string& where) {
  return Error{"secrets.missing", Fault::self, false, "secret `" + name + "`: " + where};
}

Expected<Secret<std::string>> from_file(const std::string& name, const Path& path) {
  auto read = read_regular_file(path.string(), kLongest);
  if (!read) return std::unexpected(missing(name, read.error().what));
  struct ::stat facts = {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & S_IWOTH) != 0)
    return std::unexpected(missing(
        name, "anybody may write to `" + path.string() + "`; take that right away (chmod o-w)"));
  std::string text = std::move(*read);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return std::unexpected(missing(name, "the file is empty"));
  return Secret<std::string>(std::move(text));
}

}  // namespace

Expected<Secret<std::string>> read_secret(const Config& config, const std::string& name) {
  const auto found = config.secrets.find(name);
  if (found == config.secrets.end())
    return std::unexpected(missing(name, "there is no entry of that name under `secrets`"));
  if (const auto* file = std::get_if<FileSecret>(&found->second))
    return from_file(name, file->path);
  if (const auto* env = std::get_if<EnvSecret>(&found->second)) {
    const char* const value = std::getenv(env->variable.c_str());
    if (value == nullptr || *value == '\0')
      return std::unexpected(missing(name, "the variable `" + env->variable + "` is not set"));
    return Secret<std::string>(std::string(value));
  }
  if (const auto* systemd = std::get_if<SystemdSecret>(&found->second)) {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
      return std::unexpected(missing(name, "systemd handed over no credentials"));
    // A credential's name is that of a file in that folder (systemd.exec, LoadCredential).
    if (systemd->credential.find('/') != std::string::npos || systemd->credential.starts_with('.'))
      return std::unexpected(
          missing(name, "`" + systemd->credential + "` is no credential's name"));
    return from_file(name, Path(folder) / systemd->credential);
  }
  if (const auto* kept = std::get_if<StoreSecret>(&found->second)) {
    auto store = SecretStore::open(config.state);
    if (!store) return std::unexpected(std::move(store).error());
    return store->get(kept->name);
  }
  return failure("secrets.unsupported", Fault::self,
                 "secret `" + name +
                     "`: this kind of source can't be read by this version; use "
                     "`file`, `env`, `systemd` or `store`");
}

}  // namespace doorward::app
