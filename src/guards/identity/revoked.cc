#include "guards/identity/revoked.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& RevokedCredential::facts() const {
  static constexpr core::GuardFacts kFacts{
      "identity.revoked", core::Area::identity,
      core::stages(Stage::accept, Stage::request, Stage::client_reply), false};
  return kFacts;
}

core::Verdict RevokedCredential::judge(const core::Exchange& exchange, core::Notes& notes) const {
  const core::Principal* principal = exchange.principal;
  if (principal == nullptr && notes.principal) principal = &*notes.principal;
  if (exchange.open_route || principal == nullptr) return core::pass();
  // The operator of the state folder can't be shut out by himself.
  if (exchange.listener == core::Listener::operators && principal->credential == "operator")
    return core::pass();
  core::Credential credential;
  credential.id = principal->credential;
  if (!list_->covers(*principal, notes.credential.value_or(credential))) return core::pass();
  core::Verdict verdict = core::deny(
      "identity.revoked", "R4.8",
      "This credential was taken away. Ask the person who runs Doorward.",
      exchange.stage == Stage::accept ? core::Answer::unauthenticated : core::Answer::denied);
  verdict.challenge = R"(Bearer realm="doorward", error="invalid_token")";
  return verdict;
}

}  // namespace doorward::guards
