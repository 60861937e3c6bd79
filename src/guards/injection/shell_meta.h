// Guard      injection.shell_meta        Area 1, stage request
// Defends    R1.4                        Hostile input: client (a model that was talked into it)
// Denies     {"path":"a; cat /etc/passwd"}, {"query":"<script>…"}, {"name":"{{7*7}}"},
//            {"url":"gopher://10.0.0.5:6379/_x"}
// Passes     {"path":"notes/a-b.txt"}, {"command":"git log | head"} of a shell tool,
//            {"url":"http://localhost:3000"}
// Limits     documents (content, body, code …) may hold any language; SQL is injection.sql
// Tested by  tests/areas/injection/shell_meta.jsonl, fuzz/fuzz_detect_shell.cc
#pragma once

#include "core/guard.h"
#include "guards/argument_roles.h"
#include "policy/suppressions.h"

namespace doorward::guards {

class ShellMeta : public core::Guard {
 public:
  explicit ShellMeta(policy::KnownAlarms alarms = nullptr,
                     std::shared_ptr<const RoleSources> roles = std::make_shared<RoleSources>())
      : alarms_(std::move(alarms)), roles_(std::move(roles)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const policy::KnownAlarms alarms_;
  const std::shared_ptr<const RoleSources> roles_;
};

}  // namespace doorward::guards
