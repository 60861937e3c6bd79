#include "guards/secrets/credential_form.h"

#include "detect/credential_ask.h"

namespace doorward::guards {

using core::Stage;

const core::GuardFacts& CredentialForm::facts() const {
  static constexpr core::GuardFacts kFacts{"secrets.credential_form", core::Area::secrets,
                                           core::stages(Stage::response, Stage::server_message),
                                           false};
  return kFacts;
}

core::Verdict CredentialForm::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const wire::Message& message = *exchange.message;
  std::string asked;
  if (message.method() == wire::Method::elicitation_create && message.is_request()) {
    asked = detect::credential_asked(message.params());
  } else if (const wire::JsonValue questions = message.result()["inputRequests"];
             questions.is_object()) {
    for (const auto& [name, question, name_value] : questions.members())
      if (asked.empty() &&
          wire::method_from(question["method"].text()) == wire::Method::elicitation_create)
        asked = detect::credential_asked(question["params"]);
  }
  if (asked.empty()) return core::pass();
  core::Verdict verdict = core::deny(
      "secrets.credential_form", "R5.6",
      "The server asked for a credential by a form, where the client and its model would "
      "see the answer; it was not passed on. A server has to ask for that in URL mode, "
      "on a page of its own. Give no credential another way.");
  verdict.detail = "it asks for: " + asked;
  return verdict;
}

}  // namespace doorward::guards
