// What a person is asked, and what the answer is bound to. An answer counts for exactly this: the
// same principal, server, tool, arguments, other members of the request, policy, definition and
// reasons. Any change is another question.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/rule.h"
#include "wire/json.h"

namespace doorward::policy {

struct Question {
  std::string principal;  // Principal::key()
  std::string user;
  std::string agent;
  std::string server;
  std::string method;
  std::string target;          // the tool's, prompt's or resource's name
  std::string arguments;       // canonical JSON, cut for showing
  std::string arguments_hash;  // hex SHA-256 of all of it
  std::string beside;  // what the request holds beside its arguments, as they are; "" = nothing
  std::string beside_hash;           // of all of that
  std::string policy;                // version of the rules
  std::string definition;            // digest of what answers to that name
  std::vector<std::string> reasons;  // of the guards that hold it, in their order
  std::string rule;                  // or rules, all that hold it
  std::string
      why;  // what the guards found, for the person who answers; the answer isn't bound to it
  bool second_person = false;                // the answer has to be somebody else's
  std::vector<PrincipalSelector> approvers;  // empty = any approver or admin
  // Of further rules that hold it: who answers has to be named by each of them.
  std::vector<std::vector<PrincipalSelector>> also_approvers;
  bool operator==(const Question&) const = default;

  // Hex SHA-256 over all that the answer is bound to.
  [[nodiscard]] std::string binding() const;
};

// Who vouches for the user's name, as `principal` holds it; "" where Doorward itself does. Two
// issuers that know a user of one name speak of two people.
[[nodiscard]] inline std::string_view issuer_of(const Question& question) {
  const size_t at = question.principal.rfind('\n');
  return at == std::string::npos ? std::string_view()
                                 : std::string_view(question.principal).substr(at + 1);
}

inline constexpr size_t kShownArgumentBytes = 8 * 1024;

// One JSON object; `read_question` reads it back. Errors: policy.record.
void append_question(std::string& out, const Question& question);
[[nodiscard]] Expected<Question> read_question(wire::JsonValue value);

}  // namespace doorward::policy
