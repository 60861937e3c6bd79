// The section `identity`.
#include "app/config/sections.h"
#include "app/config/types.h"
#include "catalog/ed25519.h"

namespace doorward::app {

namespace {

std::string hash_complaint(std::string_view hash) {
  static constexpr std::string_view kPrefix = "sha256$";
  const bool fits =
      hash.starts_with(kPrefix) && hash.size() == kPrefix.size() + 43 &&
      hash.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                             kPrefix.size()) == std::string_view::npos;
  return fits ? ""
              : "expected the line that `doorward token new` prints: `sha256$` and 43 characters";
}

const Type<std::string>& hash_type() {
  static const Type<std::string> type = text({.label = "the hash of a token",
                                              .pattern = "^sha256\\$[A-Za-z0-9_-]{43}$",
                                              .complain = hash_complaint});
  return type;
}

Type<std::string> id_type() {
  return text({.label = "an id",
               .pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
               .complain = plain_name_complaint});
}

Type<std::vector<std::string>> names_type() {
  return list_of(text({.label = "a name"}));
}

// A scope that stands for all scopes is refused.
std::string scope_complaint(std::string_view scope) {
  if (scope.find('*') != std::string_view::npos) return "a wildcard is no scope";
  return scope.find(' ') == std::string_view::npos ? "" : "one scope an entry";
}

std::string audience_complaint(std::string_view audience) {
  return audience.find('*') == std::string_view::npos ? "" : "a wildcard is no audience";
}

const Type<OauthIssuer>& issuer_type() {
  static const Type<OauthClaims> claims =
      Section<OauthClaims>()
          .key("user", &OauthClaims::user, text(),
               "Claim with the user; a dot goes one level down.")
          .key("groups", &OauthClaims::groups, text(), "Claim with the groups.")
          .key("agent", &OauthClaims::agent, text(),
               "Claim with the acting party (RFC 8693 `act`).")
          .done();
  static const Type<Introspection> introspection =
      Section<Introspection>()
          .key("client_id", &Introspection::client_id, text(), "The gateway's client id.",
               Need::required)
          .key("client_secret", &Introspection::client_secret, secret_ref(), "Its secret, by name.",
               Need::required)
          .done();
  static const Type<OauthIssuer> type =
      Section<OauthIssuer>()
          .key("issuer", &OauthIssuer::issuer, upstream_url(),
               "Issuer; https, or http to a loopback address only.", Need::required)
          .key("audiences", &OauthIssuer::audiences,
               list_of(text({.label = "an audience", .complain = audience_complaint}), 1),
               "Accepted audiences.", Need::required)
          .key("claims", &OauthIssuer::claims, claims, "Where the token says who it is.")
          .key("introspection", &OauthIssuer::introspection, maybe(introspection),
               "Asks the issuer about opaque tokens (RFC 7662).")
          .key("ca", &OauthIssuer::ca, path(), "Private CA of the issuer's TLS, PEM.")
          .done();
  return type;
}

const Type<StaticToken>& token_type() {
  static const Type<StaticToken> type =
      Section<StaticToken>()
          .key("id", &StaticToken::id, id_type(), "Id; also the user's name.", Need::required)
          .key("hash", &StaticToken::hash, hash_type(), "Hash of the token (`doorward token new`).",
               Need::required)
          .key("groups", &StaticToken::groups, names_type(), "Groups of the user.")
          .key("scopes", &StaticToken::scopes,
               list_of(text({.label = "a scope", .complain = scope_complaint})), "Scopes.")
          .done();
  return type;
}

const Type<Operator>& operator_type() {
  static const Type<OperatorOauth> oauth =
      Section<OperatorOauth>()
          .key("issuer", &OperatorOauth::issuer, upstream_url(), "Issuer of the operator's token.",
               Need::required)
          .key("group", &OperatorOauth::group, text(), "Group that makes an operator.",
               Need::required)
          .done();
  static const Type<Operator> type =
      Section<Operator>()
          .key("id", &Operator::id, id_type(), "Id, for the log.", Need::required)
          .key("hash", &Operator::hash, hash_type(), "Hash of a token (`doorward token new`).")
          .key("oauth", &Operator::oauth, maybe(oauth), "Members of a group at an issuer.")
          .key("groups", &Operator::groups, names_type(), "Groups, for `approvers` of rules.")
          .key(
              "role", &Operator::role,
              one_of<Role>(
                  {{"viewer", Role::viewer}, {"approver", Role::approver}, {"admin", Role::admin}}),
              "What the operator may do.")
          .check([](Reader& reader, const Node& node, Operator&) {
            if ((node.member("hash") != nullptr) == (node.member("oauth") != nullptr))
              reader.problem(node.line, "expected exactly one of `hash`, `oauth`");
          })
          .done();
  return type;
}

template <class T>
void refuse_same_ids(Reader& reader, const Node& node, const char* key, const std::vector<T>& all) {
  const Member* member = node.member(key);
  if (member == nullptr) return;
  for (size_t i = 0; i < all.size() && i < member->value.items.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (!all[i].id.empty() && all[i].id == all[j].id) {
        const Reader::Step list(reader, key);
        const Reader::Step item(reader, i);
        reader.problem(member->value.items[i].line, "the id " + shown(all[i].id) + " is taken");
      }
}

std::string key_complaint(std::string_view key) {
  const auto parsed = catalog::VerifyKey::parse(key);
  return parsed ? "" : parsed.error().what;
}

const Type<Signatures>& signatures_type() {
  static const Type<SignatureKey> key =
      Section<SignatureKey>()
          .key("id", &SignatureKey::id, id_type(), "What `keyid` says.", Need::required)
          .key("user", &SignatureKey::user, text({.label = "a user"}),
               "The user whose requests it signs, as the credential names them.", Need::required)
          .key("key", &SignatureKey::key,
               text({.label = "an Ed25519 public key", .complain = key_complaint}),
               "Public key, Ed25519: base64 of its 32 bytes, or PEM.", Need::required)
          .done();
  static const Type<Signatures> type =
      Section<Signatures>()
          .key("required", &Signatures::required,
               one_of<SignedBy>({{"listed", SignedBy::listed}, {"all", SignedBy::all}}),
               "`listed`: of users with a key; `all`: of every client over HTTP.")
          .key("window", &Signatures::window, duration(), "How old a signature may be.")
          .key("keys", &Signatures::keys, list_of(key, 1), "Whose requests which key signs.",
               Need::required)
          .check([](Reader& reader, const Node& node, Signatures& signatures) {
            refuse_same_ids(reader, node, "keys", signatures.keys);
          })
          .done();
  return type;
}

}  // namespace

const Type<Identity>& identity_type() {
  static const Type<Mtls> mtls =
      Section<Mtls>()
          .key("principal_from", &Mtls::principal_from,
               one_of<CertificateName>({{"san_uri", CertificateName::san_uri},
                                        {"san_dns", CertificateName::san_dns},
                                        {"san_email", CertificateName::san_email},
                                        {"subject_cn", CertificateName::subject_cn}}),
               "Which name of the certificate is the user.")
          .done();
  static const Type<Identity> type =
      Section<Identity>()
          .key("oauth", &Identity::oauth, list_of(issuer_type()), "Trusted authorization servers.")
          .key("mtls", &Identity::mtls, maybe(mtls),
               "Client certificates; needs `listen.tls.client_ca`.")
          .key("tokens", &Identity::tokens, list_of(token_type()), "Static tokens.")
          .key("operators", &Identity::operators, list_of(operator_type()),
               "Operators beside the one of `<state>/operator-token`.")
          .key("sender_constrained", &Identity::sender_constrained, boolean(),
               "Refuses bearer tokens that aren't bound to a key (DPoP or mTLS).")
          .key("leeway", &Identity::leeway, duration(true), "Clock difference tolerated in tokens.")
          .key("dpop_nonce", &Identity::dpop_nonce,
               one_of<DpopNonce>(
                   {{"offered", DpopNonce::offered}, {"required", DpopNonce::required}}),
               "`required` refuses DPoP proofs without a nonce of this gateway's; `offered` asks "
               "for one only where a proof is not fresh.")
          .key("dpop_window", &Identity::dpop_window, duration(),
               "How old a DPoP proof without a nonce may be.")
          .key("key_refresh", &Identity::key_refresh, duration(),
               "An issuer's keys are fetched again after this time.")
          .key("key_outage", &Identity::key_outage, duration(true),
               "How much longer they count while the issuer can't be reached.")
          .key("signatures", &Identity::signatures, maybe(signatures_type()),
               "Clients sign their requests (RFC 9421, Ed25519, with nonce and time).")
          .check([](Reader& reader, const Node& node, Identity& identity) {
            refuse_same_ids(reader, node, "tokens", identity.tokens);
            refuse_same_ids(reader, node, "operators", identity.operators);
          })
          .done();
  return type;
}

}  // namespace doorward::app
