// The encrypted local store: names and values in one file of the state folder, sealed as a whole
// (XChaCha20-Poly1305, libsodium) by a key that lies elsewhere where the operator says so.
//
// Form: `DWS1`, a nonce of 24 bytes, then the sealed JSON object {"NAME":{"value":…,"canary":…}}.
// The key: 32 bytes as base64url in the systemd credential `doorward-secrets-key`, in the file that
// $DOORWARD_SECRETS_KEY_FILE names, or in STATE/secrets.key, which is made with mode 0600. A key
// beside the store keeps values out of backups and listings of one file, and out of nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"
#include "base/secret.h"

namespace doorward::app {

class SecretStore {
 public:
  // Reads what is there; an absent store is empty. Errors: secrets.store (unreadable, another key,
  // changed by somebody), secrets.key.
  // `file`: below the state folder.
  [[nodiscard]] static Expected<SecretStore> open(const Path& state,
                                                  const Path& file = "secrets.store");

  [[nodiscard]] Expected<Secret<>> get(const std::string& name) const;  // Errors: secrets.missing
  struct Name {
    std::string name;
    bool canary = false;
  };
  [[nodiscard]] std::vector<Name> names() const;
  // Values that no one uses, by name: whoever sends one has read the store.
  [[nodiscard]] std::vector<std::pair<std::string, Secret<>>> canaries() const;

  // Each writes the file anew, whole or not at all. Errors: secrets.store, secrets.name.
  [[nodiscard]] Expected<void> set(const std::string& name, Secret<> value, bool canary);
  [[nodiscard]] Expected<bool> remove(const std::string& name);

 private:
  struct Entry {
    Secret<> value;
    bool canary = false;
  };
  [[nodiscard]] Expected<void> save() const;
  [[nodiscard]] Expected<void> read(const std::string& sealed);
  Path file_;
  Secret<> key_;
  std::map<std::string, Entry> entries_;
};

}  // namespace doorward::app
