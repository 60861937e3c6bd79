// The configuration together with the keys that parts of it are signed with: whoever may sign is a
// part of the policy.
#pragma once

#include <string>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

struct LoadedConfig {
  Config config;
  std::string
      signing_keys;  // digests of the key files as they were read; "" where nothing is signed
};
// As load_config (app/config/load.h).
[[nodiscard]] Expected<LoadedConfig> load_config_and_key(const Path& file);

// The signature, 64 bytes or their base64, is by the key of `given` and over this text. Gives the
// digest of the key's file. Errors: config.signature, config.unreadable.
[[nodiscard]] Expected<std::string> signed_by(std::string_view text, std::string signature,
                                              const SignedPolicy& given);

// Of the key files as they are now. Errors: config.unreadable.
[[nodiscard]] Expected<std::string> signing_keys_digest(const Config& config);

}  // namespace doorward::app
