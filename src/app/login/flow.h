// A person logs in at a remote server: the authorization code flow of OAuth 2.1, with Doorward as
// the client. Nothing that a server or an authorization server says leads anywhere but to https at
// a public address, or to what the configuration states (R10.3).
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "app/config/config.h"
#include "app/login/account.h"
#include "app/login/token_answer.h"
#include "app/providers.h"

namespace doorward::app {

struct LoginWish {
  const Config& config;
  std::string server;  // with `credential: { authorization_code: … }`
  core::Principal who;
  uint16_t port = 0;  // of the redirect; 0 picks a free one
  std::chrono::seconds patience{300};
  std::function<void(const std::string& url)> show;  // for the person, who opens it
  std::function<void(const std::string& text)> tell;
};

// On an I/O thread (net::OwnThread). Errors: login.*, provider.*, secrets.*, net.tls, and those of
// net::outbound.
[[nodiscard]] net::Task<Expected<Account>> log_in(Providers& providers, LoginWish wish);

// A request of grant `grant_type` at the token endpoint of the account's issuer, with the client's
// proof. Errors: those of read_token_answer, provider.*, secrets.*, net::outbound.
[[nodiscard]] net::Task<Expected<TokenAnswer>> ask_token(Providers& providers,
                                                         const Secret<>& configured_secret,
                                                         const Account& account,
                                                         net::OutboundRequest request);
// Tells the issuer that the login has ended (RFC 7009), where it can be told. Errors: the same.
[[nodiscard]] net::Task<Expected<void>> revoke(Providers& providers,
                                               const Secret<>& configured_secret,
                                               const Account& account);
// Whose word the issuer's address is.
[[nodiscard]] net::Stated whose_issuer(const Account& account);

}  // namespace doorward::app
