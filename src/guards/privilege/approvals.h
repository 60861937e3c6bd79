// Guard      privilege.approvals         Area 9, stages request, response
// Defends    R1.5, R9.2, R9.6, R9.8      Hostile input: client, model
// Denies     a held call that a person denied; one that needs a second person where none is
//            configured; more open questions than a principal may have
//            one that several rules hold whose approvers have nobody in common
// Passes     a held call that a person approved, once: the same principal, server, tool, canonical
//            arguments and other members, policy and reasons; all guards judge it again
//            A held answer: the same, where the request only reads; it is asked for again
// Limits     whoever can read the state folder holds the operator token and can approve
// Tested by  tests/areas/privilege/approvals.jsonl, tests/unit/policy/approvals.cc,
//            tests/e2e/policy.test.mjs, tests/e2e/approvals.test.mjs
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/guard.h"
#include "core/release.h"
#include "guards/privilege/authorize.h"
#include "policy/approvals.h"
#include "policy/rules.h"

namespace doorward::guards {

struct ApprovalTerms {
  std::shared_ptr<const policy::Rules> rules;
  ClassesOf classes;
  std::string policy_version;
  std::vector<policy::Approver> operators;  // that the configuration names
  bool more_operators = false;              // that an identity provider knows
  std::function<std::string(std::string_view server, std::string_view tool)> definition_of;
  std::function<std::string(std::string_view id)> url_of;
  std::shared_ptr<policy::Approvals> approvals;  // to give back what was not used
};

// Where the answer to `need` says what became of the question: `STATE ID TIME`.
[[nodiscard]] std::string approval_answer(const policy::Approvals::Reply& reply);
inline constexpr std::string_view kApprovalNeed = "approval:";
// Where `notes.values` says which approval let a message pass.
inline constexpr std::string_view kApprovalRedeemed = "approval.redeemed";

// Why a held call of a session does not go on with what its client answered meanwhile.
inline constexpr std::string_view kAnswersUnseen = "privilege.answers_unseen";

class Approvals : public core::Guard, public core::Releases {
 public:
  explicit Approvals(ApprovalTerms terms) : terms_(std::move(terms)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict release(const core::Exchange&, const std::vector<core::Verdict>& held,
                                      core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  [[nodiscard]] policy::Question question_of(const core::Exchange&,
                                             const std::vector<core::Verdict>& held,
                                             const core::Notes&) const;
  [[nodiscard]] bool only_reads(const core::Exchange&) const;
  [[nodiscard]] bool second_person_is_there(const policy::Question& question) const;
  // Some operator may answer, whom all rules that hold it name.
  [[nodiscard]] bool common_approver_is_there(const policy::Question& question) const;
  void bind_rules(std::string_view holding, policy::Question& question) const;
  const ApprovalTerms terms_;
};

}  // namespace doorward::guards
