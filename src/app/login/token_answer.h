// What the token endpoint and the registration of clients answer (RFC 6749 section 5, RFC 7591).
#pragma once

#include <string>

#include "app/login/account.h"

namespace doorward::app {

// Errors: login.token (no bearer token), login.ended (`invalid_grant`: what it was asked with
// counts no more).
struct TokenAnswer {
  Secret<> access, refresh;  // `refresh` may be empty
  int64_t life = 0;          // seconds; 0 = not said
};
[[nodiscard]] Expected<TokenAnswer> read_token_answer(int status, std::string text);
// So many kinds of characters that nobody writes it by chance. An issuer chooses what it gives:
// were `application/json` looked for as a secret, it would be refused to everybody.
[[nodiscard]] bool is_unmistakable(std::string_view token);
// Into the account: a new refresh token takes the place of the one before.
void adopt(TokenAnswer answer, Account& account, int64_t now);

struct RegisteredClient {
  std::string id;
  Secret<> secret;  // empty: a public client
};
// Errors: login.register.
[[nodiscard]] Expected<RegisteredClient> read_registration(int status, std::string text);

}  // namespace doorward::app
