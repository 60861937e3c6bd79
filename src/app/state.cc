#include "app/state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/config/yaml.h"
#include "base/bytes.h"

namespace doorward::app {

namespace {

Error unusable(const Path& path, std::string_view what) {
  return Error{"state.unusable", Fault::self, false,
               "state folder `" + path.string() + "`: " + std::string(what)};
}

Error token_error(const Path& path, std::string_view what) {
  return Error{"state.token", Fault::self, false, "`" + path.string() + "`: " + std::string(what)};
}

Expected<Secret<std::string>> read_token(const Path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return std::unexpected(token_error(path, std::strerror(errno)));
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::unexpected(token_error(path, "is no regular file"));
  if ((facts.st_mode & 077) != 0)
    return std::unexpected(token_error(path, "is open to others; run `chmod 600` on it"));
  std::string text(128, '\0');
  const ssize_t size = ::read(fd.get(), text.data(), text.size());
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != 32)
    return std::unexpected(token_error(path, "holds no token; remove it to get a new one"));
  return Secret<std::string>(std::move(text));
}

Expected<Secret<std::string>> make_token(const Path& path) {
  // Written whole under another name first: nobody ever reads half a token.
  const Path fresh = path.string() + ".new";
  ::unlink(fresh.c_str());
  const Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return std::unexpected(token_error(fresh, std::strerror(errno)));
  std::string text = random_id(32);
  const std::string line = text + "\n";
  if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      ::fsync(fd.get()) != 0 || ::rename(fresh.c_str(), path.c_str()) != 0)
    return std::unexpected(token_error(path, std::strerror(errno)));
  return Secret<std::string>(std::move(text));
}

Expected<Sha256> digest_of(const std::string& owner, std::string_view hash) {
  constexpr std::string_view kPrefix = "sha256$";
  const auto bytes =
      hash.starts_with(kPrefix) ? from_base64url(hash.substr(kPrefix.size())) : std::nullopt;
  Sha256 digest;
  if (!bytes || bytes->size() != digest.size())
    return failure(
        "config.invalid", Fault::self,
        "the hash of `" + owner + "` is not of the form that `doorward token new` prints");
  std::memcpy(digest.data(), bytes->data(), digest.size());
  return digest;
}

}  // namespace

Expected<void> make_state_folder(const Path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return std::unexpected(unusable(folder, std::strerror(errno)));
  struct stat facts{};
  if (::stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
    return std::unexpected(unusable(folder, "is no folder"));
  if (facts.st_uid == ::geteuid() && (facts.st_mode & 077) != 0) ::chmod(folder.c_str(), 0700);
  return {};
}

Expected<StateLock> StateLock::take(const Path& folder) {
  if (auto made = make_state_folder(folder); !made) return std::unexpected(made.error());
  const Path path = folder / "lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return std::unexpected(unusable(path, std::strerror(errno)));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return failure("state.locked", Fault::self,
                   "another Doorward uses the state folder `" + folder.string() +
                       "`; stop it, or give this one a `state` of its own");
  return StateLock(std::move(fd));
}

Expected<Secret<std::string>> keep_token(const Path& folder, std::string_view name) {
  const Path path = folder / name;
  if (::access(path.c_str(), F_OK) == 0) return read_token(path);
  return make_token(path);
}

bool takes_local_token(const Config& config) {
  if (config.identity != Identity{}) return false;
  const YamlResult parsed = parse_yaml(config.text);
  if (parsed.root) return parsed.root->member("identity") == nullptr;
  // A signed policy stands behind it, which makes no one document of both. Whatever may be the key
  // counts as the key.
  const std::string_view text = config.text;
  constexpr std::string_view kKey = "identity";
  for (size_t at = text.find(kKey); at != std::string_view::npos; at = text.find(kKey, at + 1)) {
    const size_t next = text.find_first_not_of("\"' \t\r\n", at + kKey.size());
    if (next != std::string_view::npos && text[next] == ':') return false;
  }
  return true;
}

Expected<KnownTokens> known_tokens(const Config& config) {
  auto clients = std::make_shared<identity::Tokens>();
  auto operators = std::make_shared<identity::Tokens>();
  for (const auto& token : config.identity.tokens) {
    if (token.id == "local")
      return failure("config.invalid", Fault::self,
                     "identity.tokens: the id `local` belongs to the local token; choose another");
    auto digest = digest_of(token.id, token.hash);
    if (!digest) return std::unexpected(std::move(digest).error());
    core::Principal principal{token.id, "", token.groups, token.scopes, "token:" + token.id};
    clients->add(token.id, identity::StaticToken{*digest, std::move(principal)});
  }
  if (takes_local_token(config)) {
    auto local = keep_token(config.state, "local-token");
    if (!local) return std::unexpected(std::move(local).error());
    clients->add(identity::LocalToken{std::move(*local), {"local", "", {}, {}, "local"}});
  }
  auto own = keep_token(config.state, "operator-token");
  if (!own) return std::unexpected(std::move(own).error());
  // An operator's role travels as its one group; MCP principals never come from here.
  operators->add(
      identity::LocalToken{std::move(*own), {"operator", "", {"admin"}, {}, "operator"}});
  constexpr std::string_view kRoles[] = {"viewer", "approver", "admin"};
  for (const auto& each : config.identity.operators) {
    if (each.hash.empty()) continue;
    auto digest = digest_of(each.id, each.hash);
    if (!digest) return std::unexpected(std::move(digest).error());
    core::Principal principal{each.id,
                              "",
                              {std::string(kRoles[static_cast<size_t>(each.role)])},
                              each.groups,
                              "operator:" + each.id};
    operators->add(each.id, identity::StaticToken{*digest, std::move(principal)});
  }
  return KnownTokens{std::move(clients), std::move(operators)};
}

}  // namespace doorward::app
