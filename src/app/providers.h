// What guards need from authorization servers: fetches an issuer's metadata, keys and answers about
// tokens, for `Gateway::fetch`. Runs on I/O threads; each issuer is asked once at a time.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/config/config.h"
#include "app/provider_metadata.h"
#include "base/locked.h"
#include "detect/known_secrets.h"
#include "identity/asking.h"
#include "identity/keyring.h"
#include "net/outbound.h"

namespace doorward::app {

class CredentialSource;

class Providers {
 public:
  Providers(std::shared_ptr<identity::Keyring> keyring, std::function<void(std::string_view)> log);

  // The configuration in force, and its TLS for each issuer. Errors: net.tls.
  [[nodiscard]] Expected<void> configure(std::shared_ptr<const Config> config);

  // Answers a `need` of somebody at `source`; "" when it can't. Keys are those of
  // identity/access_tokens.h.
  [[nodiscard]] net::Task<std::string> answer(std::string key, std::string source);
  // False once the issuer said that the token with this digest is active no more, or could not be
  // asked for half a minute. Whoever asks keeps it among those that are asked about.
  [[nodiscard]] bool still_active(const std::string& token_digest);
  // Begins to ask again about the tokens that something is open for, several of each issuer at
  // once: one that is slow or many tokens delay nobody else's. Call it each second.
  void ask_again(const net::asio::any_io_executor& executor);
  // Errors: provider.*, and those of net::outbound.
  // `whose`: by_stranger where a server named the issuer, not the configuration.
  [[nodiscard]] net::Task<Expected<ProviderMetadata>> metadata(
      std::string issuer, net::Stated whose = net::Stated::by_operator);
  // A request to what the metadata of `issuer` names: its own host as the operator stated it,
  // any other has to be public.
  [[nodiscard]] net::Task<Expected<net::OutboundAnswer>> ask(
      std::string issuer, net::OutboundRequest request,
      net::Stated whose = net::Stated::by_operator);
  // The same, posting JSON that is no message (core::Cleared::question).
  [[nodiscard]] net::Task<Expected<net::OutboundAnswer>> post(std::string issuer,
                                                              net::OutboundRequest request,
                                                              core::Cleared body,
                                                              net::Stated whose);

  void log(std::string_view text) const { log_(text); }

  // What servers are shown, while it counts: never passed to anybody else (R7.3, R7.5).
  [[nodiscard]] const std::shared_ptr<detect::LivingSecrets>& living() const { return living_; }

  // Sources of what servers are shown, so that an operator's stop reaches them all, also those of
  // a configuration that sessions still use.
  void keep(std::weak_ptr<CredentialSource> source);
  // Forgets the tokens held for one server, or for all of them where `server` is "". How many.
  size_t drop_credentials(std::string_view server);

 private:
  struct Settings {
    std::shared_ptr<const Config> config;
    std::map<std::string, std::shared_ptr<net::asio::ssl::context>, std::less<>> tls;
  };
  void aim(net::OutboundRequest& request, const std::string& issuer, net::Stated whose) const;
  struct Known {
    ProviderMetadata metadata;
    SteadyTime fetched{};
  };
  [[nodiscard]] net::Task<> refresh_keys(std::string issuer);
  [[nodiscard]] net::Task<Expected<void>> fetch_keys(std::string issuer);
  [[nodiscard]] net::Task<std::string> introspect(std::string issuer, std::string token);
  // One token, whoever asks about it and however often, when it is its turn.
  [[nodiscard]] net::Task<std::string> ask_about(std::string issuers, std::string token,
                                                 std::string source);
  // The first of several issuers that says yes, all asked at once.
  [[nodiscard]] net::Task<std::string> ask_all(std::vector<std::string> issuers, std::string token);
  // An opaque token that was found active.
  struct Asked {
    std::string issuer;
    Secret<> token;
    bool active = true;
    bool queued = false;  // it is asked about, or will be
    SteadyTime wanted{};  // when something was last open for it
    SteadyTime told{};    // when its issuer last said so
  };
  // The tokens of one issuer that are asked about again, the one first that was longest ago.
  struct Round {
    std::deque<std::string> digests;
    size_t askers = 0;
  };
  [[nodiscard]] net::Task<> ask_in_turn(std::string issuer);
  void remember(const std::string& issuer, const std::string& token, std::string_view answer);

  const std::shared_ptr<identity::Keyring> keyring_;
  const std::function<void(std::string_view)> log_;
  const std::shared_ptr<detect::LivingSecrets> living_ = std::make_shared<detect::LivingSecrets>();
  Snapshot<Settings> settings_;
  Locked<std::map<std::string, Known>> known_;
  Locked<std::map<std::string, int>> busy_;
  Locked<std::map<std::string, Asked>> asked_;  // by digest
  Locked<std::map<std::string, Round>> rounds_;
  identity::Asking asking_;
  Locked<std::vector<std::weak_ptr<CredentialSource>>> sources_;
};

}  // namespace doorward::app
