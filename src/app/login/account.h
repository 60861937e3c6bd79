// A person's account at one remote server: what a login left, and for whom it counts (R11.7).
//
// One file each, STATE/logins/NAME.store, sealed like the store of secrets, mode 0600. NAME is a
// digest of server and principal. What else it is bound to stands inside: the server's URL, the
// issuer and the client. Where the configuration says anything else, it is not used.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/secret.h"
#include "core/principal.h"

namespace doorward::app {

struct Account {
  std::string server, url, issuer;
  std::string principal;                // core::Principal::key
  std::string user, agent, vouched_by;  // the same in parts, to be shown
  bool issuer_stated = false;           // by the configuration, not by the server alone
  std::string client_id;
  Secret<> client_secret;  // of a client that registered itself; empty: none, or a configured one
  bool registered = false;
  std::string resource, scope;
  Secret<> access, refresh;  // either may be empty
  int64_t expires = 0;       // of `access`, in seconds since 1970; 0 = not said
};

[[nodiscard]] std::string encode(const Account& account);
// Errors: login.account.
[[nodiscard]] Expected<Account> decode_account(std::string text);

// Whether it was made for this server as it is configured now, and for that principal.
[[nodiscard]] bool fits(const Account& account, std::string_view name, const Server& server,
                        std::string_view principal);

// Where the account of one principal at one server is kept.
class AccountFile {
 public:
  AccountFile(Path state, std::string_view server, std::string_view principal);

  // Nothing: there is none. Errors: login.account, secrets.*.
  [[nodiscard]] Expected<std::optional<Account>> read() const;
  // Whole or not at all. Errors: secrets.store, state.unusable.
  [[nodiscard]] Expected<void> write(const Account& account) const;
  // False: there was none. Errors: secrets.store.
  [[nodiscard]] Expected<bool> remove() const;
  // Held by whoever may change it, over processes. No descriptor: somebody else has it now.
  [[nodiscard]] Expected<Fd> try_lock() const;
  // Another one whenever the file is; "" where there is none.
  [[nodiscard]] std::string fingerprint() const;

 private:
  Path state_, file_;
};

// All that can be read; opening makes no key.
[[nodiscard]] std::vector<Account> all_accounts(const Path& state);
[[nodiscard]] Path accounts_folder(const Path& state);

// The principal of the local token, and of standard input.
[[nodiscard]] core::Principal local_principal();
// `doorward login tickets --principal ana`: what makes an account of theirs.
[[nodiscard]] std::string login_command(std::string_view server, const core::Principal& principal);

// What `doctor` and `check` say of a server whose users log in.
struct LoginState {
  std::string server;
  bool local = false;              // of the local principal, and it fits
  std::vector<std::string> users;  // who else is logged in
  bool outdated = false;           // there is one of another URL, issuer or client
};
[[nodiscard]] std::vector<LoginState> login_states(const Config& config);

}  // namespace doorward::app
