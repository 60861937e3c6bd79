#include "app/provider_metadata.h"

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

std::unexpected<Error> no_metadata(std::string what) {
  return failure("provider.metadata", Fault::server, std::move(what));
}

bool lists_only_post(wire::JsonValue methods) {
  if (!methods.is_array()) return false;  // RFC 8414: basic is the default
  bool post = false;
  for (const wire::JsonValue method : methods.items()) {
    if (method.text() == "client_secret_basic") return false;
    post = post || method.text() == "client_secret_post";
  }
  return post;
}

bool lists(wire::JsonValue all, std::string_view one) {
  if (!all.is_array()) return false;
  for (const wire::JsonValue each : all.items())
    if (each.text() == one) return true;
  return false;
}

// A URL that the document may name, or "": https, or on the issuer's own origin.
std::string acceptable(wire::JsonValue value, std::string_view issuer_origin) {
  const auto url = wire::parse_url(value.text());
  if (!url || (url->scheme != "https" && url->origin() != issuer_origin)) return "";
  return std::string(value.text());
}

}  // namespace

std::vector<std::string> metadata_urls(std::string_view issuer) {
  const auto url = wire::parse_url(issuer);
  if (!url) return {};
  std::string path = url->target.substr(0, url->target.find('?'));
  while (path.ends_with('/')) path.pop_back();
  std::vector<std::string> urls;
  urls.push_back(url->origin() + "/.well-known/oauth-authorization-server" + path);
  urls.push_back(url->origin() + path + "/.well-known/openid-configuration");
  if (!path.empty()) urls.push_back(url->origin() + "/.well-known/openid-configuration" + path);
  return urls;
}

Expected<ProviderMetadata> read_provider(std::string text, std::string_view issuer) {
  auto document = wire::JsonDocument::parse(std::move(text), {.depth = 16, .nodes = 20'000});
  if (!document) return no_metadata("its metadata is no JSON: " + document.error().what);
  const wire::JsonValue root = document->root();
  if (root["issuer"].text() != issuer) return no_metadata("its metadata names another issuer");
  const auto own = wire::parse_url(issuer);
  if (!own) return no_metadata("the issuer is no URL");
  ProviderMetadata made;
  made.issuer = issuer;
  made.jwks_uri = acceptable(root["jwks_uri"], own->origin());
  made.token_endpoint = acceptable(root["token_endpoint"], own->origin());
  made.introspection_endpoint = acceptable(root["introspection_endpoint"], own->origin());
  made.introspection_by_post =
      lists_only_post(root["introspection_endpoint_auth_methods_supported"]);
  made.authorization_endpoint = acceptable(root["authorization_endpoint"], own->origin());
  made.registration_endpoint = acceptable(root["registration_endpoint"], own->origin());
  made.revocation_endpoint = acceptable(root["revocation_endpoint"], own->origin());
  made.pkce_s256 = lists(root["code_challenge_methods_supported"], "S256");
  made.names_issuer =
      root["authorization_response_iss_parameter_supported"].boolean().value_or(false);
  made.offline_access = lists(root["scopes_supported"], "offline_access");
  made.token_by_post = lists_only_post(root["token_endpoint_auth_methods_supported"]);
  return made;
}

}  // namespace doorward::app
