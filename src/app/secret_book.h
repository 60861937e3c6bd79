// The secrets of the configuration while the gateway runs: each is looked at again when it is used
// and a second has passed, so that a rotated one counts without a restart (R7.6).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/config/config.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/locked.h"
#include "base/secret.h"

namespace doorward::app {

class SecretBook {
 public:
  explicit SecretBook(std::shared_ptr<const Config> config) : config_(std::move(config)) {}

  // Errors: those of read_secret. One that can't be read any more counts for five seconds yet: a
  // file that is being written is no reason to fail.
  [[nodiscard]] Expected<Secret<>> get(const std::string& name) const;

 private:
  struct Page {
    Secret<> value;
    SteadyTime looked{}, read{};
  };
  const std::shared_ptr<const Config> config_;
  mutable Locked<std::map<std::string, Page>> pages_;
};

}  // namespace doorward::app
