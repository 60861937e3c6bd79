// A local server as the configuration describes it: its plan for the sandbox, and how it is started
// with its pipes, its ways out and the word of its walls.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/config/config.h"
#include "catalog/registry.h"
#include "guards/isolation/path_root.h"
#include "net/gateway.h"
#include "sandbox/plan.h"
#include "sandbox/quarantine.h"

namespace doorward::app {

// Everything but the values of its environment.
[[nodiscard]] sandbox::LaunchPlan launch_plan(const Config& config, const std::string& name,
                                              const Server& server);

// What each sandboxed server sees of the host, by its own names.
[[nodiscard]] guards::PathRoots path_roots(const Config& config);

// Follows the links of the host below each server's mounts; may look at the disk.
[[nodiscard]] guards::LeadsOut leads_out(const Config& config);

// What launches have in common.
struct LocalParts {
  std::shared_ptr<const sandbox::Quarantine> quarantine;
  std::shared_ptr<catalog::Registry> registry;
  // Hears what each server uses and tries to use (sandbox/learn.h), on the thread that serves it.
  // Null: nothing is looked at.
  std::function<void(const std::string& server, const std::string& seen)> observe;
};

// The folder of `mount` that belongs to `whom`; made where it is not there yet. Errors:
// sandbox.plan.
[[nodiscard]] Expected<Path> folder_of(const Mount& mount, const core::Principal& whom);

// Starts it behind its walls; call it on a thread that may block for 100 ms. Errors: secrets.*,
// sandbox.*, isolation.quarantined, rogue.identity.
[[nodiscard]] std::function<Expected<net::ChildPipes>(const core::Principal&)> launcher(
    std::shared_ptr<const Config> config, std::string name, LocalParts parts);

}  // namespace doorward::app
