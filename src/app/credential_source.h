// The credential that one server is shown: a fixed bearer token, a token of the gateway's own (RFC
// 6749 section 4.4), one for the calling user (RFC 8693), or that of his login there. Bound to that
// server and its issuer: nothing here is looked up by anything that a server or client says.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/config/config.h"
#include "app/login/person_tokens.h"
#include "app/providers.h"
#include "app/secret_book.h"
#include "net/gateway.h"

namespace doorward::app {

class CredentialSource : public std::enable_shared_from_this<CredentialSource> {
 public:
  CredentialSource(Providers& providers, std::shared_ptr<const SecretBook> secrets, Path state,
                   std::string name, Server server)
      : providers_(providers),
        secrets_(std::move(secrets)),
        name_(std::move(name)),
        server_(std::move(server)),
        people_(providers, secrets_, std::move(state), name_, server_) {}

  [[nodiscard]] const std::string& server() const { return name_; }
  // Forgets every token it holds; one that is being asked for is used by nobody but who asked.
  size_t drop();

  // Errors: secrets.*, credential.subject (the caller has no token that could be exchanged),
  // credential.issuer (it gave none), those of Providers, and of PersonTokens. Whatever goes wrong
  // with an exchange is of its caller alone (Fault::client): it says nothing of the server.
  [[nodiscard]] net::Task<Expected<net::ServerRoute::Headers>> headers(net::Caller caller,
                                                                       bool rejected);

 private:
  struct Held {
    Secret<> token;
    SteadyTime until{};
    SteadyTime ends{};  // by its issuer's word: until then it is kept from everybody else
  };
  // What a token endpoint is asked for, for either grant.
  struct Grant {
    std::string issuer, client_id, scope, audience;
    SecretRef client_secret, private_key;
    std::string key;   // of the cache: "" or the digest of the caller's token
    std::string user;  // whose that is
    Secret<> subject;  // the caller's token, to be exchanged
  };
  [[nodiscard]] Expected<Grant> exchange_for(const TokenExchange& terms, net::Caller caller);
  [[nodiscard]] net::Task<Expected<net::ServerRoute::Headers>> granted(Grant grant, bool rejected);
  [[nodiscard]] net::Task<Expected<Held>> ask(const Grant& grant);
  [[nodiscard]] Expected<void> prove(net::OutboundRequest& request, const Grant& grant,
                                     const ProviderMetadata& provider) const;

  Providers& providers_;
  const std::shared_ptr<const SecretBook> secrets_;
  const std::string name_;
  const Server server_;
  PersonTokens people_;
  struct Tokens {
    std::map<std::string, Held> by_key;
    // The token that a user showed last. Questions of Doorward's own on the way of his request (to
    // open a session, to look at lists) are asked with what that one was exchanged for.
    struct Shown {
      std::string key;
      SteadyTime at{};
    };
    std::map<std::string, Shown> shown;
    uint64_t drops = 0;
  };
  Locked<Tokens> held_;
};

}  // namespace doorward::app
