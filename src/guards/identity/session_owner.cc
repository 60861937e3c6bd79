#include "guards/identity/session_owner.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& SessionOwner::facts() const {
  static constexpr core::GuardFacts kFacts{
      "identity.session_owner", core::Area::identity,
      core::stages(Stage::accept, Stage::request, Stage::client_reply), false};
  return kFacts;
}

core::Verdict SessionOwner::judge(const core::Exchange& exchange, core::Notes& notes) const {
  const core::Principal* caller = exchange.principal;
  if (caller == nullptr && notes.principal) caller = &*notes.principal;
  const bool foreign = exchange.session_owner != nullptr &&
                       (caller == nullptr || exchange.session_owner->key() != caller->key());
  if (!foreign && !exchange.session_unknown) return core::pass();
  // One answer for both, so that nobody learns which ids exist.
  core::Verdict verdict =
      core::deny("identity.session_unknown", "R4.4",
                 "This session is not known here. Start a new one.", core::Answer::not_found);
  verdict.detail = foreign ? "session of another principal" : "no such session";
  return verdict;
}

}  // namespace doorward::guards
