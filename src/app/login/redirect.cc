#include "app/login/redirect.h"

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "catalog/visible.h"
#include "wire/http.h"

namespace doorward::app {

namespace {

constexpr size_t kLongestQuery = 4096;
constexpr size_t kMostParameters = 32;

std::unexpected<Error> over(std::string code, std::string what) {
  return failure("login." + std::move(code), Fault::server, std::move(what));
}

// application/x-www-form-urlencoded; a name that stands twice is kept as such.
std::optional<std::multimap<std::string, std::string>> parameters(std::string_view query) {
  if (query.size() > kLongestQuery) return std::nullopt;
  std::multimap<std::string, std::string> out;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    std::string one(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    if (one.empty()) continue;
    std::replace(one.begin(), one.end(), '+', ' ');
    const size_t equals = std::min(one.find('='), one.size());
    const auto name = wire::percent_decode(std::string_view(one).substr(0, equals));
    const auto value =
        wire::percent_decode(std::string_view(one).substr(std::min(equals + 1, one.size())));
    if (!name || !value || out.size() >= kMostParameters) return std::nullopt;
    out.emplace(*name, *value);
  }
  return out;
}

// An error code is one word; what is said about it may be any text.
std::string shown_error(const std::string& code, const std::string& description) {
  const bool word = !code.empty() && code.size() <= 64 &&
                    std::all_of(code.begin(), code.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
                    });
  std::string text =
      "the authorization server says no: `" + (word ? code : "an unnamed error") + "`";
  if (!description.empty()) text += ", " + catalog::visible(description.substr(0, 200));
  return text;
}

}  // namespace

std::string callback_path(std::string_view issuer) {
  return "/callback/" + hex(sha256(issuer)).substr(0, 16);
}

AwaitedAnswer::AwaitedAnswer(std::string issuer, bool names_issuer)
    : issuer_(std::move(issuer)),
      names_issuer_(names_issuer),
      state_(base64url(random_bytes(32))) {}

std::optional<Expected<Secret<>>> AwaitedAnswer::judge(std::string_view query) {
  const auto all = parameters(query);
  if (!all || all->count("state") != 1) return std::nullopt;
  if (!equal_in_constant_time(all->find("state")->second, state_)) return std::nullopt;
  if (std::exchange(used_, true))
    return over("used", "the answer of the authorization server came twice");
  const auto one = [&](const char* name) {
    return all->count(name) == 1 ? all->find(name)->second : std::string();
  };
  for (const char* name : {"iss", "code", "error", "error_description"})
    if (all->count(name) > 1)
      return over("answer", "the answer says `" + std::string(name) + "` twice");
  // Before anything else of it is believed (RFC 9207 section 2.4).
  if (all->count("iss") == 1 ? one("iss") != issuer_ : names_issuer_)
    return over("issuer", all->count("iss") == 1
                              ? "the answer is of another authorization server than was asked"
                              : "the answer does not say which authorization server it is of");
  if (all->count("error") == 1)
    return over("denied", shown_error(one("error"), one("error_description")));
  std::string code = one("code");
  const bool good =
      !code.empty() && code.size() <= 2048 &&
      std::all_of(code.begin(), code.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!good) return over("answer", "the answer holds no code");
  return Secret<>(std::move(code));
}

}  // namespace doorward::app
