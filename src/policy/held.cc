#include "policy/held.h"

namespace doorward::policy {

core::Verdict held_for_a_person(core::Verdict refusal) {
  refusal.effect = core::Effect::hold;
  refusal.answer = core::Answer::held;
  const size_t first = refusal.text.find(". ");
  if (first != std::string::npos) refusal.text.resize(first);
  if (refusal.text.ends_with('.')) refusal.text.pop_back();
  refusal.text += ". A person has to approve this first; tell the user.";
  return refusal;
}

}  // namespace doorward::policy
