// Guard      transport.param_headers     Area 5, stage request
// Defends    R5.4                        Hostile input: client (header one argument, body another)
// Denies     Mcp-Param-Region: eu        {"name":"region","arguments":{"region":"us"}}
// Passes     a header that repeats its argument, in plain text or base64; headers that the signed
//            schema does not declare
// Limits     says nothing of tools that the caller may not see or that nobody signed: those are
//            refused after it, all with one answer
// Tested by  tests/areas/transport/param_headers.jsonl, tests/e2e/eras.test.mjs
#pragma once

#include <memory>

#include "catalog/registry.h"
#include "core/guard.h"
#include "policy/rules.h"

namespace doorward::guards {

class ParamHeaders : public core::Guard {
 public:
  ParamHeaders(std::shared_ptr<const policy::Rules> rules,
               std::shared_ptr<const catalog::Registry> registry)
      : rules_(std::move(rules)), registry_(std::move(registry)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<const policy::Rules> rules_;
  const std::shared_ptr<const catalog::Registry> registry_;
};

}  // namespace doorward::guards
