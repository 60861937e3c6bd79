// What `doorward sandbox explain` prints beside the sandbox's own words.
#pragma once

#include <string>

#include "app/config/config.h"
#include "sandbox/explain.h"

namespace doorward::app {

// The plan that the gateway launches `name` with, the values of its secrets aside: they are not
// read. INVARIANT: a server of `config` that runs here.
[[nodiscard]] sandbox::LaunchPlan plan_to_show(const Config& config, const std::string& name);

// {"server","local":true,"score","refused"?,"can":[…],"cannot":[…],"reduced":[…],"tighten":[…]}
[[nodiscard]] std::string explanation_json(const sandbox::Explanation& parts);

// Of a server that runs elsewhere. {"server","local":false,"url"}
[[nodiscard]] std::string remote_json(const std::string& name, const std::string& url);
[[nodiscard]] std::string remote_text(const std::string& name, const std::string& url);

}  // namespace doorward::app
