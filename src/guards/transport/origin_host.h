// Guard      transport.origin_host       Area 5, stage accept
// Defends    R5.3                        Hostile input: client (a web page, a rebound name)
// Denies     Host: evil.example          Origin: https://evil.example
// Passes     Host: localhost:8080        no Origin, or one that is listed or is this very host
// Limits     says nothing of who calls; see identity.token
// Tested by  tests/areas/transport/origin_host.jsonl, tests/e2e/transport.test.mjs
#pragma once

#include <string>
#include <vector>

#include "core/guard.h"

namespace doorward::guards {

// What one listener answers to. Loopback names are always among the hosts.
struct OriginHostRules {
  std::vector<std::string> hosts;    // lower case, without port
  std::vector<std::string> origins;  // `https://app.example`, exact
};

class OriginHost : public core::Guard {
 public:
  OriginHost(OriginHostRules client, OriginHostRules operators)
      : client_(std::move(client)), operators_(std::move(operators)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const OriginHostRules client_, operators_;
};

}  // namespace doorward::guards
