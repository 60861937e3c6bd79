#include "app/login/token_answer.h"

#include <algorithm>
#include <set>

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr size_t kLongestToken = 16 * 1024;
constexpr int64_t kLongestLife = 400LL * 86'400;

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kLongestToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::unexpected<Error> no_token(std::string what) {
  return failure("login.token", Fault::server, std::move(what));
}

}  // namespace

Expected<TokenAnswer> read_token_answer(int status, std::string text) {
  const auto document = wire::JsonDocument::parse(std::move(text), {.depth = 16});
  const bool object = document && document->root().is_object();
  if (status != 200) {
    if (object && status >= 400 && status < 500 &&
        document->root()["error"].text() == "invalid_grant")
      return failure("login.ended", Fault::server, "the issuer says that the login has ended");
    return no_token("the issuer gave no token: HTTP status " + std::to_string(status));
  }
  if (!object) return no_token("the issuer's answer is no JSON object");
  const wire::JsonValue root = document->root();
  if (!is_token(root["access_token"].text()) ||
      !wire::equals_ignoring_case(root["token_type"].text(), "Bearer"))
    return no_token("the issuer gave no bearer token");
  TokenAnswer made;
  made.access = Secret<>(std::string(root["access_token"].text()));
  if (root["refresh_token"] && !root["refresh_token"].is_null()) {
    if (!is_token(root["refresh_token"].text()))
      return no_token("the issuer gave no usable refresh token");
    made.refresh = Secret<>(std::string(root["refresh_token"].text()));
  }
  made.life = std::clamp<int64_t>(root["expires_in"].integer().value_or(0), 0, kLongestLife);
  return made;
}

bool is_unmistakable(std::string_view token) {
  constexpr size_t kShortest = 20, kKinds = 12;
  const auto kind_of = [](char c) {
    return c >= '0' && c <= '9' ? 1 : c >= 'A' && c <= 'Z' ? 2 : c >= 'a' && c <= 'z' ? 3 : 0;
  };
  // Words, paths and names change seldom between small letters, capitals and digits.
  size_t changes = 0;
  int last = 0;
  for (const char c : token) {
    const int kind = kind_of(c);
    if (kind == 0) continue;
    changes += last != 0 && kind != last ? 1 : 0;
    last = kind;
  }
  const std::set<char> kinds(token.begin(), token.end());
  return token.size() >= kShortest && kinds.size() >= kKinds && changes >= token.size() / 5;
}

void adopt(TokenAnswer answer, Account& account, int64_t now) {
  account.access = std::move(answer.access);
  if (!answer.refresh.empty()) account.refresh = std::move(answer.refresh);
  account.expires = answer.life == 0 ? 0 : now + answer.life;
}

Expected<RegisteredClient> read_registration(int status, std::string text) {
  const auto wrong = [](std::string what) {
    return failure("login.register", Fault::server,
                   "the authorization server does not register Doorward: " + std::move(what) +
                       "; register it there and configure `client_id`");
  };
  if (status != 200 && status != 201) return wrong("HTTP status " + std::to_string(status));
  const auto document = wire::JsonDocument::parse(std::move(text), {.depth = 16});
  if (!document || !document->root().is_object()) return wrong("its answer is no JSON object");
  const wire::JsonValue root = document->root();
  RegisteredClient made;
  made.id = root["client_id"].text();
  const auto visible = [](std::string_view value) {
    return value.size() <= 2048 &&
           std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  };
  if (made.id.empty() || !visible(made.id)) return wrong("it names no client id");
  const std::string_view method = root["token_endpoint_auth_method"].text();
  const std::string_view secret = root["client_secret"].text();
  if (!visible(secret)) return wrong("its client secret is no text");
  if (!secret.empty() && method != "none") made.secret = Secret<>(std::string(secret));
  return made;
}

}  // namespace doorward::app
