// Hangs the doors: the one ordered list of guards of a running gateway.
#pragma once

#include <memory>

#include "app/config/config.h"
#include "app/identity_parts.h"
#include "audit/log.h"
#include "catalog/registry.h"
#include "catalog/stops.h"
#include "core/pipeline.h"
#include "detect/known_secrets.h"
#include "guards/logtamper/budget.h"
#include "guards/misuse/flow.h"
#include "guards/privilege/authorize.h"
#include "identity/task_handles.h"
#include "identity/tokens.h"
#include "limits/ledger.h"
#include "policy/approvals.h"
#include "policy/rights.h"
#include "policy/rules.h"
#include "sandbox/quarantine.h"

namespace doorward::app {

// What guards are made of beside the configuration.
struct Workshops {
  std::shared_ptr<audit::Log> log;
  std::shared_ptr<const identity::Tokens> clients, operators;
  guards::ClassesOf classes;
  std::shared_ptr<catalog::Registry> registry;
  std::shared_ptr<catalog::Stops> stops = std::make_shared<catalog::Stops>("");
  std::shared_ptr<limits::Ledger> ledger = std::make_shared<limits::Ledger>();
  std::shared_ptr<sandbox::Quarantine> quarantine;
  std::shared_ptr<policy::Approvals> approvals;
  std::shared_ptr<const Locked<std::string>> operator_url;  // "" where there is none
  IdentityShop identity;
  std::shared_ptr<identity::TaskHandles> handles = std::make_shared<identity::TaskHandles>();
  std::shared_ptr<policy::Rights> rights = std::make_shared<policy::Rights>();
  std::function<void(const policy::Rights::News&)> alert;  // may be empty
  std::shared_ptr<const detect::HeldSecrets> held;         // null: read from the configuration
  std::shared_ptr<detect::SeenSecrets> seen_secrets = std::make_shared<detect::SeenSecrets>();
  // What tasks have read, kept over reloads, and labels of tools; made where there are none.
  std::shared_ptr<policy::flow::Tasks> tasks = nullptr;
  policy::flow::LabelsOf labels = nullptr;
  // What the log takes from each principal, kept over reloads.
  std::shared_ptr<guards::LogBudget> log_budget = std::make_shared<guards::LogBudget>();
};

// The guards in their order, each in its mode. Tests take one out and see what then gets through.
// Errors: config.invalid (a rule's arguments, a guard's mode).
[[nodiscard]] Expected<std::vector<core::Pipeline::Door>> make_doors(const Config& config,
                                                                     const Workshops& shops);
// The same as a pipeline.
[[nodiscard]] Expected<std::shared_ptr<const core::Pipeline>> hang_doors(const Config& config,
                                                                         const Workshops& shops);

}  // namespace doorward::app
