// Approvals of a running gateway: their store, their entries in the log, and who may answer.
#pragma once

#include "app/config/config.h"
#include "app/needs.h"
#include "audit/log.h"
#include "core/principal.h"
#include "guards/privilege/approvals.h"
#include "policy/approvals.h"

namespace doorward::app {

// Each change is an entry of the log before it counts.
// `announce` is told of each, behind its entry, on the store's thread.
using Announce = std::function<void(std::string_view event, const policy::Approval&)>;
[[nodiscard]] std::shared_ptr<policy::Approvals> make_approvals(std::shared_ptr<core::Store> store,
                                                                std::shared_ptr<audit::Log> log,
                                                                Announce announce);
// Where an operator answers it. `operator_url` is the operator listener's, "" without.
[[nodiscard]] std::string approval_url(const Config& config, std::string operator_url,
                                       std::string_view id);

// Answers the need of the guard privilege.approvals.
[[nodiscard]] NeedSource approvals_answer(std::shared_ptr<policy::Approvals> approvals,
                                          std::function<policy::Approvals::Bounds()> bounds);
[[nodiscard]] policy::Approvals::Bounds approval_bounds(const Config& config);

// What the guard needs of the configuration. `operator_url` is the operator listener's, "" without.
[[nodiscard]] guards::ApprovalTerms approval_terms(
    const Config& config, std::shared_ptr<policy::Approvals> approvals,
    std::shared_ptr<const policy::Rules> rules, guards::ClassesOf classes,
    std::shared_ptr<const Locked<std::string>> operator_url);

// The operator that the operator listener admitted.
[[nodiscard]] policy::Approver approver_of(const core::Principal& principal);

// Ends what time has ended, now and then, for the log.
[[nodiscard]] net::Task<> sweep_approvals(std::shared_ptr<policy::Approvals> approvals);

}  // namespace doorward::app
