#include "app/identity_parts.h"

#include <algorithm>
#include <set>

#include "app/doors.h"

namespace doorward::app {

namespace {

std::string_view role_text(Role role) {
  constexpr std::string_view kRoles[] = {"viewer", "approver", "admin"};
  return kRoles[static_cast<size_t>(role)];
}

identity::NameIn name_in(CertificateName from) {
  switch (from) {
    case CertificateName::san_uri:
      return identity::NameIn::san_uri;
    case CertificateName::san_dns:
      return identity::NameIn::san_dns;
    case CertificateName::san_email:
      return identity::NameIn::san_email;
    case CertificateName::subject_cn:
      return identity::NameIn::subject_cn;
  }
  return identity::NameIn::san_uri;
}

// What a token for the operator side has to be issued for: never what a client's is.
std::string operator_audience(const Config& config) {
  if (!config.admin.public_url.empty()) return config.admin.public_url;
  return (config.admin.tls ? "https://" : "http://") + config.admin.address.text();
}

identity::IssuerRules rules_of(const OauthIssuer& issuer) {
  identity::IssuerRules rules;
  rules.issuer = issuer.issuer;
  rules.audiences = issuer.audiences;
  rules.user_claim = issuer.claims.user;
  rules.groups_claim = issuer.claims.groups;
  rules.agent_claim = issuer.claims.agent;
  rules.introspects = issuer.introspection.has_value();
  return rules;
}

std::vector<identity::IssuerRules> client_issuers(const Config& config) {
  std::vector<identity::IssuerRules> issuers;
  for (const auto& issuer : config.identity.oauth) {
    issuers.push_back(rules_of(issuer));
    issuers.back().refused_audiences = {operator_audience(config)};
  }
  return issuers;
}

// The issuers of operators: their claims are read as those of clients, their audience is another.
std::vector<identity::IssuerRules> operator_issuers(const Config& config) {
  std::vector<identity::IssuerRules> issuers;
  for (const auto& each : config.identity.operators) {
    if (!each.oauth) continue;
    const auto same = [&](const auto& known) { return known.issuer == each.oauth->issuer; };
    if (std::any_of(issuers.begin(), issuers.end(), same)) continue;
    identity::IssuerRules rules;
    rules.issuer = each.oauth->issuer;
    const auto client =
        std::find_if(config.identity.oauth.begin(), config.identity.oauth.end(), same);
    if (client != config.identity.oauth.end()) {
      rules = rules_of(*client);
      rules.refused_audiences = client->audiences;
    }
    rules.audiences = {operator_audience(config)};
    issuers.push_back(std::move(rules));
  }
  return issuers;
}

// The scopes that rules name, sorted.
std::vector<std::string> known_scopes(const Config& config) {
  std::set<std::string> scopes;
  for (const auto& rule : config.policy.rules)
    for (const auto& selector : rule.principals.value_or(std::vector<policy::PrincipalSelector>{}))
      if (!selector.scope.empty()) scopes.insert(selector.scope);
  return {scopes.begin(), scopes.end()};
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& items) {
  out.append(",").append(wire::json_quote(name)).append(":[");
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    wire::append_json_quote(out, item);
  }
  out += ']';
}

}  // namespace

Expected<IdentityShop> make_identity_shop(const Config& config, identity::Failures::Told told) {
  IdentityShop shop;
  auto list = identity::Revocations::open(config.state / "revocations");
  if (!list) return std::unexpected(std::move(list).error());
  shop.revocations = std::move(*list);
  identity::KeyTimes times;
  times.refresh = config.identity.key_refresh;
  times.outage = config.identity.key_outage;
  shop.keyring = std::make_shared<identity::Keyring>(times);
  identity::ProofRules rules;
  rules.nonce_required = config.identity.dpop_nonce == DpopNonce::required;
  rules.window = config.identity.dpop_window;
  rules.leeway = config.identity.leeway;
  shop.proofs = std::make_shared<identity::Proofs>(rules);
  shop.failures = std::make_shared<identity::Failures>(identity::FailureRules{}, std::move(told));
  return shop;
}

std::vector<std::string> reread_issuers(const Config& before, const Config& next) {
  std::vector<std::string> changed;
  for (const OauthIssuer& now : next.identity.oauth)
    for (const OauthIssuer& was : before.identity.oauth)
      if (was.issuer == now.issuer && was != now) changed.push_back(now.issuer);
  if (before.identity.mtls && next.identity.mtls && *before.identity.mtls != *next.identity.mtls)
    changed.emplace_back("mtls");
  return changed;
}

namespace {

// An unbound token where only bound ones count. Sessions are asked about without their token.
bool lacks_binding(const Config& config, const core::Principal& principal,
                   const core::Credential& credential) {
  if (!config.identity.sender_constrained || credential.token_digest.empty()) return false;
  // Operators are not asked for it; their role is their one group.
  constexpr std::string_view kRoles[] = {"viewer", "approver", "admin"};
  if (principal.groups.size() == 1 &&
      std::find(std::begin(kRoles), std::end(kRoles), principal.groups.front()) != std::end(kRoles))
    return false;
  return credential.key_thumbprint.empty() && credential.certificate_thumbprint.empty() &&
         !credential.is_certificate;
}

}  // namespace

bool still_valid(const Config& config, const Workshops& shops, const core::Principal& principal,
                 const core::Credential& credential) {
  if (credential.id.empty()) return true;  // a route that is open to all
  // Doorward itself, and the client on its own standard input: nothing was presented that could be
  // taken back. Ids of credentials that are have a prefix, so nobody's is called so.
  if (principal.issuer.empty() && credential.id == "own") return true;
  if (credential.id != "operator" && shops.identity.revocations->covers(principal, credential))
    return false;
  if (credential.expires != WallTime{} && wall_now() >= credential.expires + config.identity.leeway)
    return false;
  if (principal.issuer.empty() && credential.id == "wrap") return true;
  if (lacks_binding(config, principal, credential)) return false;
  if (principal.issuer == "mtls") return config.identity.mtls.has_value();
  if (!principal.issuer.empty()) {
    const auto& clients = config.identity.oauth;
    const auto& operators = config.identity.operators;
    return std::any_of(clients.begin(), clients.end(),
                       [&](const auto& each) { return each.issuer == principal.issuer; }) ||
           std::any_of(operators.begin(), operators.end(), [&](const auto& each) {
             return each.oauth && each.oauth->issuer == principal.issuer;
           });
  }
  for (const auto& tokens : {shops.clients, shops.operators}) {
    const std::string known = tokens->fingerprint(credential.id);
    if (!known.empty() && (credential.token_digest.empty() || credential.token_digest == known))
      return true;
  }
  return false;
}

guards::TokenDoor token_door(const Config& config, const Workshops& shops) {
  guards::TokenDoor door;
  const auto tokens_of = [&](std::vector<identity::IssuerRules> issuers) {
    return std::make_shared<const identity::AccessTokens>(
        std::move(issuers), config.identity.leeway, shops.identity.keyring);
  };
  door.clients = {shops.clients, tokens_of(client_issuers(config))};
  door.operators = {shops.operators, tokens_of(operator_issuers(config))};
  if (config.identity.mtls) door.certificates = name_in(config.identity.mtls->principal_from);
  for (const auto& each : config.identity.operators)
    if (each.oauth)
      door.grants.push_back(
          {each.oauth->issuer, each.oauth->group, std::string(role_text(each.role)), each.groups});
  door.failures = shops.identity.failures;
  door.place = identity::Place(config.listen.public_url);
  for (const auto& scope : known_scopes(config))
    door.scopes.append(door.scopes.empty() ? "" : " ").append(scope);
  door.dpop = config.identity.sender_constrained;
  return door;
}

std::string metadata_place(const Config& config, const core::Exchange& exchange) {
  const auto host = exchange.head != nullptr ? exchange.head->field("host") : std::nullopt;
  if (config.identity.oauth.empty() || !host) return "";
  const bool secure = exchange.secure || config.listen.tls.has_value();
  return identity::Place(config.listen.public_url).metadata_url(*host, secure);
}

std::optional<std::string> resource_metadata(const Config& config, const core::Exchange& exchange) {
  const identity::Place place(config.listen.public_url);
  if (config.identity.oauth.empty() || exchange.head == nullptr ||
      !place.is_metadata_path(exchange.head->path))
    return std::nullopt;
  const std::string_view host = exchange.head->field("host").value_or("localhost");
  std::string out = R"({"resource":)" + wire::json_quote(place.resource(host, exchange.secure));
  std::vector<std::string> issuers;
  for (const auto& issuer : config.identity.oauth) issuers.push_back(issuer.issuer);
  append_list(out, "authorization_servers", issuers);
  const std::vector<std::string> scopes = known_scopes(config);
  if (!scopes.empty()) append_list(out, "scopes_supported", scopes);
  append_list(out, "bearer_methods_supported", {"header"});
  append_list(out, "dpop_signing_alg_values_supported", {"ES256", "EdDSA", "PS256", "RS256"});
  const bool bound = config.identity.sender_constrained && !config.listen.tls;
  out.append(R"(,"dpop_bound_access_tokens_required":)").append(bound ? "true" : "false");
  out.append(R"(,"resource_name":"Doorward"})");
  return out;
}

}  // namespace doorward::app
