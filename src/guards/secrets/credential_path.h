// Guard      secrets.credential_path     Area 7, stage request
// Defends    R7.4                        Hostile input: client (a model that was talked into it)
// Denies     {"path":"~/.aws/credentials"}, {"path":"/proc/self/environ"},
//            {"url":"http://169.254.169.254/latest/meta-data/"} in every spelling
// Passes     {"path":"docs/environment.md"}, {"url":"https://api.example/v1"}
// Limits     links inside the server's own folders; isolation.launch_plan keeps them out of reach
// Tested by  tests/areas/secrets/credential_path.jsonl, tests/unit/detect/inspector_test.cc
#pragma once

#include "core/guard.h"
#include "guards/argument_roles.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class CredentialPath : public core::Guard {
 public:
  explicit CredentialPath(
      policy::KnownAlarms alarms = nullptr,
      std::shared_ptr<const RoleSources> roles = std::make_shared<RoleSources>())
      : alarms_(std::move(alarms)), roles_(std::move(roles)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
  const std::shared_ptr<const RoleSources> roles_;
};

}  // namespace doorward::guards
