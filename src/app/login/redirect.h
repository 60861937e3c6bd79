// What comes back from an authorization server by way of a person's browser (RFC 6749 section
// 4.1.2, RFC 9207). Anybody on this machine, and any page in that browser, can send one too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace doorward::app {

// Each issuer has a way back of its own, so that the code of one never comes as an answer of
// another (RFC 9700 section 4.4.2): `/callback/1f2e3d4c5b6a7988`.
[[nodiscard]] std::string callback_path(std::string_view issuer);

// The answer that one login waits for. `state` is of 256 random bits and counts once.
class AwaitedAnswer {
 public:
  AwaitedAnswer(std::string issuer, bool names_issuer);

  [[nodiscard]] const std::string& state() const { return state_; }
  // The code; nothing where this is not the awaited answer, which goes on being awaited. Errors,
  // which end the login: login.used, login.issuer (another one's, or none where it has to stand),
  // login.denied, login.answer.
  [[nodiscard]] std::optional<Expected<Secret<>>> judge(std::string_view query);

 private:
  const std::string issuer_;
  const bool names_issuer_;
  const std::string state_;
  bool used_ = false;
};

}  // namespace doorward::app
