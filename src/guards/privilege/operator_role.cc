#include "guards/privilege/operator_role.h"

namespace doorward::guards {

using core::Verdict;

const core::GuardFacts& OperatorRole::facts() const {
  static constexpr core::GuardFacts kFacts{"privilege.operator_role", core::Area::privilege,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

Verdict OperatorRole::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.listener != core::Listener::operators || exchange.open_route) return core::pass();
  // The role of an operator is its one group; whoever has none of these may do nothing.
  const std::string_view role = notes.principal && notes.principal->groups.size() == 1
                                    ? std::string_view(notes.principal->groups.front())
                                    : std::string_view();
  const bool reads = exchange.head != nullptr && (exchange.head->method == wire::HttpMethod::get ||
                                                  exchange.head->method == wire::HttpMethod::head);
  const bool decides =
      exchange.head != nullptr && exchange.head->path.starts_with("/api/v1/approvals/");
  const bool may =
      role == "admin" || (role == "approver" && (reads || decides)) || (role == "viewer" && reads);
  if (may) return core::pass();
  Verdict verdict = core::deny("privilege.operator_role", "R9.7",
                               "Your role does not allow this. Ask an operator with a higher one.",
                               core::Answer::scope);
  verdict.challenge = R"(Bearer realm="doorward", error="insufficient_scope")";
  return verdict;
}

}  // namespace doorward::guards
