// What an attacker is told before they begin: where the gateway stands, one honest credential, and
// what a server behind it offers to it.
#pragma once

#include <optional>

#include "app/config/config.h"
#include "app/redteam/attack.h"
#include "app/redteam/attacker.h"

namespace doorward::app::redteam {

struct Target {
  Place client, operators;
  std::string client_url, operator_url;
  Facts facts;
};

// Looks around as an honest client does. `token_file`: a credential of a client; "" takes
// `<state>/local-token`. Without one, what needs it is skipped. Errors: operator.unreachable (no
// gateway runs), redteam.no_client_side (`wrap`), redteam.credential, those of attacker.h.
[[nodiscard]] Expected<Target> look_around(const Config& config, const std::string& token_file);

}  // namespace doorward::app::redteam
