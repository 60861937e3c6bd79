#include "app/credential_source.h"

#include <algorithm>

#include "app/client_authentication.h"
#include "base/bytes.h"
#include "identity/signing_key.h"
#include "wire/json.h"

namespace doorward::app {

using net::Task;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr size_t kHeldTokens = 10'000;
constexpr seconds kShownLife{60};
constexpr std::string_view kAccessToken = "urn:ietf:params:oauth:token-type:access_token";

net::ServerRoute::Headers bearer(const Secret<>& token) {
  net::ServerRoute::Headers headers;
  headers.emplace_back("Authorization", Secret<>("Bearer " + token.reveal()));
  return headers;
}

std::unexpected<Error> refused(std::string code, std::string what) {
  return failure(std::move(code), Fault::server, std::move(what));
}

std::string digest_of(std::string_view token) {
  const Sha256 digest = sha256(token);
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Error of_the_caller(Error error) {
  error.fault = Fault::client;
  error.code = "credential.caller";
  return error;
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 16 * 1024 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Task<Expected<net::ServerRoute::Headers>> CredentialSource::headers(net::Caller caller,
                                                                    bool rejected) {
  const auto self = shared_from_this();
  if (const auto* fixed = std::get_if<BearerCredential>(&server_.credential)) {
    auto secret = secrets_->get(fixed->token.name);
    if (!secret) co_return std::unexpected(std::move(secret).error());
    // As it is now: it may have been replaced since the configuration was read.
    const auto now = steady_clock::now();
    providers_.living()->add(*secret, now, now + std::chrono::hours(1));
    co_return bearer(*secret);
  }
  if (std::holds_alternative<AuthorizationCode>(server_.credential)) {
    auto token = co_await people_.token(caller.principal, rejected);
    if (!token) co_return std::unexpected(std::move(token).error());
    co_return bearer(*token);
  }
  Grant grant;
  if (const auto* own = std::get_if<ClientCredentials>(&server_.credential)) {
    grant = Grant{.issuer = own->issuer,
                  .client_id = own->client_id,
                  .scope = own->scope,
                  .audience = own->audience,
                  .client_secret = own->client_secret,
                  .private_key = own->private_key,
                  .key = "",
                  .user = "",
                  .subject = {}};
  } else if (const auto* exchanged = std::get_if<TokenExchange>(&server_.credential)) {
    auto made = exchange_for(*exchanged, caller);
    if (!made) co_return std::unexpected(of_the_caller(std::move(made).error()));
    grant = std::move(*made);
  }
  const bool exchanges = !grant.key.empty();
  auto made = co_await granted(std::move(grant), rejected);
  if (!made && exchanges) co_return std::unexpected(of_the_caller(std::move(made).error()));
  co_return made;
}

Expected<CredentialSource::Grant> CredentialSource::exchange_for(const TokenExchange& terms,
                                                                 net::Caller caller) {
  // Only what that issuer vouched for can be exchanged there (R11.7): a local token is no such
  // thing, and a token of another issuer is shown to nobody.
  if (caller.principal == nullptr || caller.principal->issuer != terms.issuer)
    return refused("credential.subject", "the caller has no token that could be exchanged");
  Grant grant{.issuer = terms.issuer,
              .client_id = terms.client_id,
              .scope = terms.scope,
              .audience = terms.audience,
              .client_secret = terms.client_secret,
              .private_key = terms.private_key,
              .key = "",
              .user = caller.principal->key(),
              .subject = Secret<>(std::string(caller.token))};
  const auto now = steady_clock::now();
  if (!caller.token.empty()) grant.key = digest_of(caller.token);
  held_.with([&](Tokens& tokens) {
    if (grant.key.empty()) {
      const auto shown = tokens.shown.find(grant.user);
      if (shown != tokens.shown.end() && now - shown->second.at < kShownLife)
        grant.key = shown->second.key;
      return;
    }
    if (tokens.shown.size() >= kHeldTokens)
      std::erase_if(tokens.shown,
                    [now](const auto& each) { return now - each.second.at >= kShownLife; });
    if (tokens.shown.size() < kHeldTokens) tokens.shown[grant.user] = {grant.key, now};
  });
  if (grant.key.empty()) return refused("credential.subject", "the caller's token is not at hand");
  return grant;
}

Task<Expected<net::ServerRoute::Headers>> CredentialSource::granted(Grant grant, bool rejected) {
  const auto now = steady_clock::now();
  uint64_t drops = 0;
  const auto held = held_.with([&](Tokens& all) -> std::optional<Secret<>> {
    drops = all.drops;
    const auto found = all.by_key.find(grant.key);
    if (found == all.by_key.end()) return std::nullopt;
    if (!rejected && now < found->second.until) return found->second.token;
    all.by_key.erase(found);
    return std::nullopt;
  });
  if (held) co_return bearer(*held);
  auto fresh = co_await ask(grant);
  if (!fresh) co_return std::unexpected(std::move(fresh).error());
  net::ServerRoute::Headers headers = bearer(fresh->token);
  providers_.living()->add(fresh->token, now, fresh->ends);
  held_.with([&](Tokens& tokens) {
    if (tokens.drops != drops) return;
    auto& all = tokens.by_key;
    if (all.size() >= kHeldTokens)
      std::erase_if(all, [&](const auto& each) { return each.second.until <= now; });
    if (all.size() >= kHeldTokens) all.erase(all.begin());
    all[grant.key] = std::move(*fresh);
  });
  co_return headers;
}

size_t CredentialSource::drop() {
  const size_t of_people = people_.drop();
  return held_.with([of_people](Tokens& tokens) {
    ++tokens.drops;
    const size_t held = tokens.by_key.size() + of_people;
    tokens.by_key.clear();
    tokens.shown.clear();
    return held;
  });
}

Expected<void> CredentialSource::prove(net::OutboundRequest& request, const Grant& grant,
                                       const ProviderMetadata& provider) const {
  if (grant.client_secret) {
    auto secret = secrets_->get(grant.client_secret.name);
    if (!secret) return std::unexpected(std::move(secret).error());
    authenticate(request, grant.client_id, *secret, provider.token_by_post);
    return {};
  }
  auto pem = secrets_->get(grant.private_key.name);
  if (!pem) return std::unexpected(std::move(pem).error());
  auto key = identity::SigningKey::from_pem(*pem);
  if (!key) return std::unexpected(std::move(key).error());
  // RFC 7523 section 3. The audience is the issuer, which no other server shares.
  const auto now = std::chrono::duration_cast<seconds>(wall_now().time_since_epoch()).count();
  std::string claims = R"({"iss":)" + wire::json_quote(grant.client_id) + R"(,"sub":)" +
                       wire::json_quote(grant.client_id) + R"(,"aud":)" +
                       wire::json_quote(provider.issuer) + R"(,"jti":")" + random_id() +
                       R"(","iat":)" + std::to_string(now) + R"(,"exp":)" +
                       std::to_string(now + 60) + "}";
  auto assertion = key->sign(R"("typ":"JWT")", claims);
  if (!assertion) return std::unexpected(std::move(assertion).error());
  request.form.emplace_back("client_id", Secret<>(grant.client_id));
  request.form.emplace_back(
      "client_assertion_type",
      Secret<>(std::string("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")));
  request.form.emplace_back("client_assertion", Secret<>(std::move(*assertion)));
  return {};
}

Task<Expected<CredentialSource::Held>> CredentialSource::ask(const Grant& grant) {
  auto provider = co_await providers_.metadata(grant.issuer);
  if (!provider) co_return std::unexpected(std::move(provider).error());
  auto url = wire::parse_url(provider->token_endpoint);
  if (!url) co_return refused("provider.metadata", "it names no acceptable token endpoint");
  net::OutboundRequest request;
  request.url = std::move(*url);
  const auto put = [&request](std::string_view name, std::string value) {
    request.form.emplace_back(std::string(name), Secret<>(std::move(value)));
  };
  if (grant.subject.empty()) {
    if (!grant.key.empty())
      co_return refused("credential.subject", "the caller's token is not at hand");
    put("grant_type", "client_credentials");
  } else {
    put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    request.form.emplace_back("subject_token", grant.subject);
    put("subject_token_type", std::string(kAccessToken));
    put("requested_token_type", std::string(kAccessToken));
  }
  if (!grant.scope.empty()) put("scope", grant.scope);
  // The token is for this one server (RFC 8707), so that another one could not use it.
  const bool named = !grant.audience.empty();
  if (!named || wire::parse_url(grant.audience))
    put("resource", named ? grant.audience : server_.url);
  if (named) put("audience", grant.audience);
  if (auto proved = prove(request, grant, *provider); !proved)
    co_return std::unexpected(std::move(proved).error());
  const auto asked = steady_clock::now();
  std::string issuer = grant.issuer;
  auto answer = co_await providers_.ask(std::move(issuer), std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  auto document = wire::JsonDocument::parse(std::move(answer->body), {.depth = 16});
  if (answer->status != 200 || !document)
    co_return refused("credential.issuer",
                      "the issuer gave no token: HTTP status " + std::to_string(answer->status));
  const wire::JsonValue root = document->root();
  if (!is_token(root["access_token"].text()) ||
      !wire::equals_ignoring_case(root["token_type"].text(), "Bearer"))
    co_return refused("credential.issuer", "the issuer gave no bearer token");
  const int64_t life = std::clamp<int64_t>(root["expires_in"].integer().value_or(60), 0, 86'400);
  Held held;
  held.token = Secret<>(std::string(root["access_token"].text()));
  // Renewed a little early: it has to arrive while it counts.
  const int64_t early = life < 20 ? 0 : std::min<int64_t>(life / 10 + 1, 30);
  held.until = asked + seconds(std::max<int64_t>(life - early, 1));
  held.ends = asked + seconds(life);
  co_return held;
}

}  // namespace doorward::app
