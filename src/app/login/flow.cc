#include "app/login/flow.h"

#include <algorithm>

#include "app/client_authentication.h"
#include "app/login/listener.h"
#include "app/login/resource.h"
#include "app/operator_client.h"
#include "app/secrets.h"
#include "base/bytes.h"
#include "catalog/visible.h"
#include "net/tls.h"
#include "wire/json.h"

namespace doorward::app {

using net::Task;

namespace {

std::unexpected<Error> stop(std::string code, std::string what) {
  return failure("login." + std::move(code), Fault::server, std::move(what));
}

void put(net::OutboundRequest& request, std::string_view name, std::string value) {
  request.form.emplace_back(std::string(name), Secret<>(std::move(value)));
}

bool is_loopback(std::string_view url) {
  const auto parsed = wire::parse_url(url);
  return parsed && wire::is_loopback_host(parsed->authority.host);
}

bool has_scope(std::string_view scope, std::string_view one) {
  return (" " + std::string(scope) + " ").find(" " + std::string(one) + " ") != std::string::npos;
}

// What the server says of itself, asked at its own address as the configuration states it.
struct Told {
  std::optional<ResourceMetadata> metadata;
  std::string scope;  // of its 401
};

Task<Expected<Told>> ask_server(const Server& server) {
  const auto own = wire::parse_url(server.url);
  if (!own) co_return std::unexpected(own.error());
  std::shared_ptr<net::asio::ssl::context> tls_context;
  if (own->scheme == "https") {
    auto tls = net::client_tls({server.tls.ca.string(), server.tls.client_certificate.string(),
                                server.tls.client_key.string(), server.tls.pin_sha256});
    if (!tls) co_return std::unexpected(std::move(tls).error());
    tls_context = std::move(*tls);
  }
  const auto to = [&tls_context](wire::Url url) {
    net::OutboundRequest request;
    request.url = std::move(url);
    request.stated = net::Stated::by_operator;
    request.tls = tls_context;
    return request;
  };
  net::OutboundRequest knock = to(*own);
  knock.head_only = true;
  auto knocked = co_await net::outbound(std::move(knock));
  if (!knocked) co_return std::unexpected(std::move(knocked).error().within("the server"));
  Told told;
  std::vector<std::string> places = resource_urls(server.url);
  if (knocked->status == 401) {
    const auto challenge = bearer_challenge(knocked->challenges);
    if (challenge) told.scope = challenge->scope;
    if (challenge && !challenge->resource_metadata.empty()) {
      const auto named = wire::parse_url(challenge->resource_metadata);
      if (!named || named->origin() != own->origin())
        co_return stop("resource",
                       "the server names metadata at another place than its own; nothing of it "
                       "is followed");
      places = {challenge->resource_metadata};
    }
  }
  for (const std::string& place : places) {
    auto url = wire::parse_url(place);
    if (!url) continue;
    net::OutboundRequest next = to(std::move(*url));
    auto answer = co_await net::outbound(std::move(next));
    if (!answer || answer->status != 200) continue;
    auto read = read_resource(std::move(answer->body), server.url);
    if (!read) co_return std::unexpected(std::move(read).error());
    told.metadata = std::move(*read);
    break;
  }
  co_return told;
}

// Which authorization server is asked. Errors: login.issuer.
Expected<std::string> choose_issuer(const AuthorizationCode& wanted, const Told& told,
                                    const std::string& server) {
  const std::string key = "`servers." + server + ".credential.authorization_code.issuer`";
  if (!told.metadata) {
    if (!wanted.issuer.empty()) return wanted.issuer;
    return stop("issuer", "the server does not say who gives tokens for it; state it in " + key);
  }
  const auto& all = told.metadata->issuers;
  std::string list;
  for (const std::string& each : all)
    list.append(list.empty() ? "`" : ", `").append(catalog::visible(each)).append("`");
  if (!wanted.issuer.empty()) {
    if (std::find(all.begin(), all.end(), wanted.issuer) != all.end()) return wanted.issuer;
    return stop("issuer", key + " is none of those that the server names: " + list);
  }
  if (all.size() == 1) return all[0];
  return stop("issuer", "the server names several authorization servers; state one of them in " +
                            key + ": " + list);
}

Task<Expected<RegisteredClient>> register_client(Providers& providers, const Account& account,
                                                 const ProviderMetadata& provider,
                                                 const std::string& redirect) {
  auto url = wire::parse_url(provider.registration_endpoint);
  if (!url)
    co_return stop("register",
                   "the authorization server `" + catalog::visible(account.issuer) +
                       "` registers nobody by itself; register Doorward there, redirect "
                       "`http://127.0.0.1" +
                       callback_path(account.issuer) + "`, and configure `servers." +
                       account.server + ".credential.authorization_code.client_id`");
  std::string text = R"({"client_name":"Doorward","application_type":"native","redirect_uris":[)" +
                     wire::json_quote(redirect) +
                     R"(],"grant_types":["authorization_code","refresh_token"],)"
                     R"("response_types":["code"],"token_endpoint_auth_method":"none")";
  if (!account.scope.empty()) text += R"(,"scope":)" + wire::json_quote(account.scope);
  const auto body = wire::JsonDocument::parse(text + "}");
  if (!body) co_return std::unexpected(body.error());
  net::OutboundRequest request;
  request.url = std::move(*url);
  auto notice = core::Cleared::question(body->root());
  auto answer = co_await providers.post(account.issuer, std::move(request), std::move(notice),
                                        whose_issuer(account));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  co_return read_registration(answer->status, std::move(answer->body));
}

// An issuer that the server alone names may be the server's own, and lead the person to the pages
// of another: what came of it would be that other's code, given to this one (mix-up, RFC 9700
// section 4.4). Whoever knows that an issuer's pages lie elsewhere states it. Errors: login.mixup.
Expected<void> stays_at_home(const ProviderMetadata& provider, const Account& account) {
  const auto own = wire::parse_url(account.issuer);
  for (const std::string& endpoint :
       {provider.authorization_endpoint, provider.token_endpoint, provider.registration_endpoint,
        provider.revocation_endpoint}) {
    const auto url = wire::parse_url(endpoint);
    if (!url || account.issuer_stated || (own && own->origin() == url->origin())) continue;
    return stop("mixup", "the authorization server `" + catalog::visible(account.issuer) +
                             "`, which the server names, leads to another one, `" +
                             catalog::visible(url->origin()) +
                             "`. Where you know that to be right, state it: `servers." +
                             account.server + ".credential.authorization_code.issuer`");
  }
  return {};
}

// What Doorward says itself must not stand in the address already (RFC 6749 section 3.1).
bool presets(std::string_view endpoint) {
  const size_t query = endpoint.find('?');
  if (query == std::string_view::npos) return false;
  for (const std::string_view name :
       {"response_type=", "client_id=", "redirect_uri=", "state=", "code_challenge=",
        "code_challenge_method=", "resource=", "scope=", "request=", "request_uri="})
    for (const char before : {'?', '&'})
      if (endpoint.find(before + std::string(name), query) != std::string_view::npos) return true;
  return endpoint.find('%', query) != std::string_view::npos;  // a name may be written otherwise
}

// Everything before the person is asked: who gives tokens, and as whom Doorward asks.
Task<Expected<ProviderMetadata>> prepare(Providers& providers, const AuthorizationCode& wanted,
                                         Account& account, const Server& server) {
  auto told = co_await ask_server(server);
  if (!told) co_return std::unexpected(std::move(told).error());
  auto issuer = choose_issuer(wanted, *told, account.server);
  if (!issuer) co_return std::unexpected(std::move(issuer).error());
  account.issuer = std::move(*issuer);
  account.issuer_stated = !wanted.issuer.empty();
  const std::optional<ResourceMetadata>& metadata = told->metadata;
  account.resource = metadata ? metadata->resource : server.url;
  account.scope = wanted.scope;
  if (account.scope.empty()) account.scope = told->scope;
  if (account.scope.empty() && metadata) account.scope = metadata->scope;
  const net::Stated whose = whose_issuer(account);
  if (whose == net::Stated::by_stranger && !account.issuer.starts_with("https://"))
    co_return stop("issuer", "the server names an authorization server without https: `" +
                                 catalog::visible(account.issuer) + "`");
  auto provider = co_await providers.metadata(account.issuer, whose);
  if (!provider)
    co_return std::unexpected(std::move(provider).error().within(
        "the authorization server `" + catalog::visible(account.issuer) + "`"));
  if (!provider->pkce_s256)
    co_return stop("pkce",
                   "the authorization server does not say that it checks PKCE with S256; "
                   "a code could be used by somebody else");
  if (!wire::parse_url(provider->authorization_endpoint) ||
      !wire::parse_url(provider->token_endpoint))
    co_return stop("metadata",
                   "the authorization server names no authorization and token endpoint with https");
  if (presets(provider->authorization_endpoint))
    co_return stop(
        "metadata",
        "the authorization server's address holds parameters that are Doorward's to say");
  if (auto home = stays_at_home(*provider, account); !home)
    co_return std::unexpected(std::move(home).error());
  if (wanted.scope.empty() && provider->offline_access && !account.scope.empty() &&
      !has_scope(account.scope, "offline_access"))
    account.scope += " offline_access";
  co_return provider;
}

std::string authorization_url(const ProviderMetadata& provider, const Account& account,
                              const std::string& redirect, std::string_view state,
                              std::string_view challenge) {
  std::string url = provider.authorization_endpoint;
  char mark = url.find('?') == std::string::npos ? '?' : '&';
  const auto add = [&](std::string_view name, std::string_view value) {
    url += std::exchange(mark, '&');
    url.append(name).append("=").append(percent_encoded(value));
  };
  add("response_type", "code");
  add("client_id", account.client_id);
  add("redirect_uri", redirect);
  add("state", state);
  add("code_challenge", challenge);
  add("code_challenge_method", "S256");
  add("resource", account.resource);
  if (!account.scope.empty()) add("scope", account.scope);
  // OpenID Connect Core section 11: without it no refresh token is given.
  if (has_scope(account.scope, "offline_access")) add("prompt", "consent");
  return url;
}

void prove_client(net::OutboundRequest& request, const Secret<>& configured_secret,
                  const Account& account, const ProviderMetadata& provider) {
  const Secret<>& secret = account.registered ? account.client_secret : configured_secret;
  if (secret.empty())
    put(request, "client_id", account.client_id);
  else
    authenticate(request, account.client_id, secret, provider.token_by_post);
}

}  // namespace

net::Stated whose_issuer(const Account& account) {
  const bool at_home = is_loopback(account.url) && is_loopback(account.issuer);
  return account.issuer_stated || at_home ? net::Stated::by_operator : net::Stated::by_stranger;
}

Task<Expected<TokenAnswer>> ask_token(Providers& providers, const Secret<>& configured_secret,
                                      const Account& account, net::OutboundRequest request) {
  const net::Stated whose = whose_issuer(account);
  auto provider = co_await providers.metadata(account.issuer, whose);
  if (!provider) co_return std::unexpected(std::move(provider).error());
  auto url = wire::parse_url(provider->token_endpoint);
  if (!url) co_return stop("metadata", "the authorization server names no token endpoint");
  request.url = std::move(*url);
  put(request, "resource", account.resource);
  prove_client(request, configured_secret, account, *provider);
  auto answer = co_await providers.ask(account.issuer, std::move(request), whose);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  co_return read_token_answer(answer->status, std::move(answer->body));
}

Task<Expected<void>> revoke(Providers& providers, const Secret<>& configured_secret,
                            const Account& account) {
  const net::Stated whose = whose_issuer(account);
  auto provider = co_await providers.metadata(account.issuer, whose);
  if (!provider) co_return std::unexpected(std::move(provider).error());
  auto url = wire::parse_url(provider->revocation_endpoint);
  if (!url) co_return stop("revocation", "the authorization server takes no revocations");
  const bool lasting = !account.refresh.empty();
  net::OutboundRequest request;
  request.url = std::move(*url);
  request.form.emplace_back("token", lasting ? account.refresh : account.access);
  put(request, "token_type_hint", lasting ? "refresh_token" : "access_token");
  prove_client(request, configured_secret, account, *provider);
  auto answer = co_await providers.ask(account.issuer, std::move(request), whose);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (answer->status != 200)
    co_return stop("revocation", "the authorization server answers the revocation with status " +
                                     std::to_string(answer->status));
  co_return Expected<void>{};
}

Task<Expected<Account>> log_in(Providers& providers, LoginWish wish) {
  const Server& server = wish.config.servers.at(wish.server);
  const auto& wanted = std::get<AuthorizationCode>(server.credential);
  Account account;
  account.server = wish.server;
  account.url = server.url;
  account.principal = wish.who.key();
  account.user = wish.who.user;
  account.agent = wish.who.agent;
  account.vouched_by = wish.who.issuer;
  Secret<> secret;
  if (wanted.client_secret) {
    auto known = read_secret(wish.config, wanted.client_secret.name);
    if (!known) co_return std::unexpected(std::move(known).error());
    secret = std::move(*known);
  }
  auto provider = co_await prepare(providers, wanted, account, server);
  if (!provider) co_return std::unexpected(std::move(provider).error());
  auto listener = RedirectListener::open(co_await net::asio::this_coro::executor, wish.port,
                                         callback_path(account.issuer));
  if (!listener) co_return std::unexpected(std::move(listener).error());
  account.client_id = wanted.client_id;
  if (wanted.client_id.empty()) {
    auto client = co_await register_client(providers, account, *provider, listener->uri());
    if (!client) co_return std::unexpected(std::move(client).error());
    account.client_id = std::move(client->id);
    account.client_secret = std::move(client->secret);
    account.registered = true;
  }
  AwaitedAnswer awaited(account.issuer, provider->names_issuer);
  const std::string verifier = base64url(random_bytes(32));
  const Sha256 digest = sha256(verifier);
  const std::string challenge =
      base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
  wish.tell("the answer goes to the authorization server `" + catalog::visible(account.issuer) +
            "`, by way of `" + listener->uri() + "`");
  wish.show(authorization_url(*provider, account, listener->uri(), awaited.state(), challenge));
  const auto tell_left = [&wish](std::chrono::seconds left) {
    wish.tell("waiting for the login in the browser, " + std::to_string(left.count()) +
              " seconds more");
  };
  auto code = co_await listener->wait(std::move(awaited), wish.patience, tell_left);
  if (!code) co_return std::unexpected(std::move(code).error());
  net::OutboundRequest request;
  put(request, "grant_type", "authorization_code");
  request.form.emplace_back("code", std::move(*code));
  put(request, "redirect_uri", listener->uri());
  put(request, "code_verifier", verifier);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch());
  auto answer = co_await ask_token(providers, secret, account, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  adopt(std::move(*answer), account, now.count());
  co_return account;
}

}  // namespace doorward::app
