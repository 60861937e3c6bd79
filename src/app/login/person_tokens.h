// Access tokens of the accounts that people logged in to at one server: kept while they count,
// refreshed in time, each for the principal whose login it is and nobody else (R11.7).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/login/account.h"
#include "app/providers.h"
#include "app/secret_book.h"

namespace doorward::app {

class PersonTokens {
 public:
  PersonTokens(Providers& providers, std::shared_ptr<const SecretBook> secrets, Path state,
               std::string name, Server server)
      : providers_(providers),
        secrets_(std::move(secrets)),
        state_(std::move(state)),
        name_(std::move(name)),
        server_(std::move(server)) {}

  // Of `who`, or null: nobody's. Doorward's own questions about what a server offers are asked
  // with the local principal's. `rejected`: the server did not take the last one.
  // Errors: credential.caller_login (no login that fits, it has ended, or its issuer can't be
  // asked), told with what to do.
  [[nodiscard]] net::Task<Expected<Secret<>>> token(const core::Principal* who, bool rejected);
  // Forgets what is in memory. How many.
  size_t drop();

 private:
  struct Held {
    Secret<> token;
    SteadyTime until{}, refreshed{};
    std::string file;  // as it was when this was read
  };
  [[nodiscard]] std::optional<Secret<>> held(const std::string& key, const AccountFile& file,
                                             bool rejected) const;
  [[nodiscard]] net::Task<Expected<Secret<>>> locked(core::Principal who, AccountFile file,
                                                     bool rejected);
  [[nodiscard]] net::Task<Expected<void>> refresh(Account& account, const AccountFile& file,
                                                  std::string command);
  [[nodiscard]] bool tokens_failed(const std::string& key) const;
  [[nodiscard]] Secret<> keep(const Account& account, const AccountFile& file, bool fresh);

  Providers& providers_;
  const std::shared_ptr<const SecretBook> secrets_;
  const Path state_;
  const std::string name_;
  const Server server_;
  using Tokens = std::map<std::string, Held>;  // by the principal's key
  Locked<Tokens> tokens_;
  using Failed = std::map<std::string, SteadyTime>;  // until when the issuer is left alone
  Locked<Failed> failed_;
};

}  // namespace doorward::app
