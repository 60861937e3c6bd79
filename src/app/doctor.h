// What on this host is missing or reduced beside the sandbox's parts: ports and the state folder.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "sandbox/host.h"

namespace doorward::app {

// Whether a gateway could listen there. `running`: one of this configuration answers already, so
// that a taken port is as it should be. Nothing listens while this is tried.
[[nodiscard]] sandbox::HostItem port_item(const std::string& name, const Address& address,
                                          bool running);

// The state folder: there or makeable, ours, closed to others, with space left; its tokens, that
// of clients where one is made. Makes and changes nothing.
[[nodiscard]] std::vector<sandbox::HostItem> state_items(const Path& state,
                                                         bool makes_local_token = true);

// Servers whose users log in (`authorization_code`): one item each.
[[nodiscard]] std::vector<sandbox::HostItem> login_items(const Config& config);

struct Diagnosis {
  std::vector<sandbox::HostItem> items;

  [[nodiscard]] bool fine() const;  // nothing is missing or reduced
  [[nodiscard]] std::string text() const;
  // {"fine","items":[{"name","level":"ok"|"reduced"|"missing","found","mend"?}]}
  [[nodiscard]] std::string json() const;
};

}  // namespace doorward::app
