#include "app/secret_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "app/given_file.h"
#include "app/state.h"
#include "base/bytes.h"
#include "base/fd.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr std::string_view kMagic = "DWS1";
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kLargest = 8 * 1024 * 1024;

std::unexpected<Error> broken(std::string what) {
  return failure("secrets.store", Fault::self, "the store of secrets: " + std::move(what));
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Expected<Secret<>> key_of(std::string line, const Path& from) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  auto key = from_base64url(line);
  wipe(line.data(), line.size());
  if (!key || key->size() != kKeyBytes)
    return failure("secrets.key", Fault::self,
                   "`" + from.string() + "` does not hold 32 bytes as base64url on one line");
  return Secret<>(std::move(*key));
}

Expected<Secret<>> read_key(const Path& state) {
  const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
  const char* const named = std::getenv("DOORWARD_SECRETS_KEY_FILE");
  Path file;
  if (named != nullptr && *named != '\0')
    file = named;
  else if (credentials != nullptr &&
           ::access((Path(credentials) / "doorward-secrets-key").c_str(), R_OK) == 0)
    file = Path(credentials) / "doorward-secrets-key";
  if (file.empty()) {
    auto own = keep_token(state, "secrets.key");  // made where it is not there; refused when open
    if (!own) return std::unexpected(std::move(own).error());
    return key_of(own->reveal(), state / "secrets.key");
  }
  auto text = read_regular_file(file.string(), 4096);
  if (!text) return failure("secrets.key", Fault::self, "the key file: " + text.error().what);
  return key_of(*text, file);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

Expected<SecretStore> SecretStore::open(const Path& state, const Path& file) {
  if (::sodium_init() < 0) return broken("libsodium does not start");
  SecretStore store;
  store.file_ = state / file;
  const bool there = ::access(store.file_.c_str(), F_OK) == 0;
  auto key = read_key(state);
  if (!key) return std::unexpected(std::move(key).error());
  store.key_ = std::move(*key);
  if (!there) return store;
  const auto sealed = read_regular_file(store.file_.string(), kLargest);
  if (!sealed) return broken(sealed.error().what);
  if (auto read = store.read(*sealed); !read) return std::unexpected(std::move(read).error());
  return store;
}

Expected<void> SecretStore::read(const std::string& sealed) {
  const size_t head = kMagic.size() + kNonceBytes;
  if (sealed.size() < head + kTagBytes || sealed.size() > kLargest || !sealed.starts_with(kMagic))
    return broken("`" + file_.string() + "` is no store");
  const std::string_view box = std::string_view(sealed).substr(head);
  std::string text(box.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes(box), box.size(),
          bytes(kMagic), kMagic.size(), bytes(sealed) + kMagic.size(), bytes(key_.reveal())) != 0)
    return broken("`" + file_.string() + "` is sealed by another key, or was changed");
  const auto document = wire::JsonDocument::parse(std::move(text), {.bytes = kLargest, .depth = 4});
  if (!document || !document->root().is_object()) return broken("its content can't be read");
  for (const auto& [name, value, name_value] : document->root().members())
    entries_[std::string(name)] = {Secret<>(std::string(value["value"].text())),
                                   value["canary"].boolean().value_or(false)};
  return {};
}

Expected<Secret<>> SecretStore::get(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end())
    return failure(
        "secrets.missing", Fault::self,
        "the store has no secret `" + name + "`; set it by `doorward secrets set " + name + "`");
  return found->second.value;
}

std::vector<SecretStore::Name> SecretStore::names() const {
  std::vector<Name> names;
  names.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) names.push_back({name, entry.canary});
  return names;
}

std::vector<std::pair<std::string, Secret<>>> SecretStore::canaries() const {
  std::vector<std::pair<std::string, Secret<>>> values;
  for (const auto& [name, entry] : entries_)
    if (entry.canary) values.emplace_back(name, entry.value);
  return values;
}

Expected<void> SecretStore::set(const std::string& name, Secret<> value, bool canary) {
  if (!is_name(name))
    return failure("secrets.name", Fault::client,
                   "a secret's name has 1 to 128 letters, digits, `-`, `_` or `.`");
  if (value.empty() || value.reveal().size() > 64 * 1024)
    return failure("secrets.name", Fault::client, "a value has 1 byte to 64 KiB");
  entries_[name] = {std::move(value), canary};
  return save();
}

Expected<bool> SecretStore::remove(const std::string& name) {
  if (entries_.erase(name) == 0) return false;
  if (auto saved = save(); !saved) return std::unexpected(std::move(saved).error());
  return true;
}

Expected<void> SecretStore::save() const {
  std::string text = "{";
  for (const auto& [name, entry] : entries_) {
    if (text.size() > 1) text += ',';
    wire::append_json_quote(text, name);
    text += R"(:{"value":)";
    wire::append_json_quote(text, entry.value.reveal());
    text.append(R"(,"canary":)").append(entry.canary ? "true}" : "false}");
  }
  text += '}';
  const Secret<> plain(std::move(text));
  std::string sealed = std::string(kMagic) + random_bytes(kNonceBytes);
  const size_t head = sealed.size();
  sealed.resize(head + plain.reveal().size() + kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_encrypt(
          reinterpret_cast<unsigned char*>(sealed.data()) + head, nullptr, bytes(plain.reveal()),
          plain.reveal().size(), bytes(kMagic), kMagic.size(), nullptr,
          bytes(sealed) + kMagic.size(), bytes(key_.reveal())) != 0)
    return broken("it can't be sealed");
  const Path next = file_.string() + ".new";
  const Fd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return broken("`" + next.string() + "`: " + std::strerror(errno));
  for (size_t done = 0; done < sealed.size();) {
    const ssize_t wrote = ::write(fd.get(), sealed.data() + done, sealed.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return broken("`" + next.string() + "`: " + std::strerror(errno));
    done += static_cast<size_t>(wrote);
  }
  if (::fsync(fd.get()) != 0 || ::rename(next.c_str(), file_.c_str()) != 0)
    return broken("`" + file_.string() + "`: " + std::strerror(errno));
  return {};
}

}  // namespace doorward::app
