// The secrets that this gateway holds, for the detectors that match them exactly: looked at again
// while it runs, so that a rotated one counts without a restart (R7.3, R7.6).
#pragma once

#include <memory>
#include <string>

#include "app/config/config.h"
#include "base/locked.h"
#include "detect/known_secrets.h"

namespace doorward::app {

// Every secret of `secrets`, the gateway's own tokens, those of logins at servers, and the
// honeytokens of the local store. What
// can't be read now is left out; whoever needs it says so.
[[nodiscard]] std::vector<detect::HeldSecrets::Value> held_values(const Config& config);

class HeldWatch {
 public:
  explicit HeldWatch(const Config& config);

  [[nodiscard]] const std::shared_ptr<detect::HeldSecrets>& held() const { return held_; }
  // Reads all again where a file that they stand in has become another one, or `config` names
  // others.
  void look(const Config& config);

 private:
  const std::shared_ptr<detect::HeldSecrets> held_;
  Locked<std::string> seen_;
};

}  // namespace doorward::app
