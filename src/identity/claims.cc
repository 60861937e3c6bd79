#include "identity/claims.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace doorward::identity {

namespace {

constexpr size_t kNameBytes = 256;
constexpr size_t kNames = 512;

std::unexpected<Error> refused(std::string code, std::string what) {
  return failure(std::move(code), Fault::client, std::move(what));
}

// A claim by its whole name, else by its path: a dot goes one level down.
wire::JsonValue claim(wire::JsonValue claims, std::string_view path) {
  if (const wire::JsonValue whole = claims[path]) return whole;
  const size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {};
  const wire::JsonValue inner = claims[path.substr(0, dot)];
  return inner.is_object() ? claim(inner, path.substr(dot + 1)) : wire::JsonValue();
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytes &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Seconds since 1970, with a fraction (RFC 7519 section 2).
std::optional<WallTime> time_of(wire::JsonValue value) {
  const auto seconds = value.is_number() ? value.number() : std::nullopt;
  if (!seconds || !std::isfinite(*seconds) || *seconds < 0 || *seconds > 253402300799.0)
    return std::nullopt;
  return WallTime(std::chrono::microseconds(static_cast<int64_t>(*seconds * 1e6)));
}

bool is_for(wire::JsonValue audience, const std::vector<std::string>& wanted) {
  const auto listed = [&](wire::JsonValue one) {
    return one.is_string() && std::find(wanted.begin(), wanted.end(), one.text()) != wanted.end();
  };
  if (!audience.is_array()) return listed(audience);
  for (const wire::JsonValue one : audience.items())
    if (listed(one)) return true;
  return false;
}

// A list of names, or one text with `separator` between them ('\0': one name).
Expected<std::vector<std::string>> names(wire::JsonValue value, char separator) {
  std::vector<std::string> out;
  const auto put = [&](std::string_view name) {
    if (!is_name(name) || out.size() >= kNames) return false;
    out.emplace_back(name);
    return true;
  };
  if (value.is_array()) {
    for (const wire::JsonValue one : value.items())
      if (!one.is_string() || !put(one.text()))
        return refused("claims.subject", "a list of names holds something else");
  } else if (value.is_string()) {
    std::string_view rest = value.text();
    while (!rest.empty()) {
      const size_t end = separator == '\0' ? std::string_view::npos : rest.find(separator);
      if (end != 0 && !put(rest.substr(0, end)))
        return refused("claims.subject", "a list of names holds something else");
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  } else if (value && !value.is_null()) {
    return refused("claims.subject", "a list of names is none");
  }
  return out;
}

Expected<void> check_times(wire::JsonValue claims, const ClaimChecks& checks,
                           core::Credential& credential) {
  const auto expires = time_of(claims["exp"]);
  if (!expires) return refused("claims.time", "`exp` is missing or no time");
  if (checks.now >= *expires + checks.leeway) return refused("claims.expired", "it has expired");
  credential.expires = *expires;
  for (const std::string_view name : {"nbf", "iat"}) {
    const wire::JsonValue value = claims[name];
    if (!value) continue;
    const auto time = time_of(value);
    if (!time) return refused("claims.time", "`" + std::string(name) + "` is no time");
    if (*time > checks.now + checks.leeway)
      return refused("claims.early", "`" + std::string(name) + "` is in the future");
    if (name == "iat") credential.issued = *time;
  }
  return {};
}

// RFC 9449 section 6.1 and RFC 8705 section 3.1. A binding that can't be checked is no binding.
Expected<void> read_binding(wire::JsonValue cnf, core::Credential& credential) {
  if (!cnf) return {};
  if (!cnf.is_object() || cnf.size() == 0)
    return refused("claims.binding", "`cnf` is not an object with members");
  for (const auto& [name, value, name_value] : cnf.members()) {
    if (value.text().size() != 43)
      return refused("claims.binding", "`cnf` is of a kind that can't be checked");
    if (name == "jkt")
      credential.key_thumbprint = value.text();
    else if (name == "x5t#S256")
      credential.certificate_thumbprint = value.text();
    else
      return refused("claims.binding", "`cnf` is of a kind that can't be checked");
  }
  return {};
}

Expected<std::string> agent_of(wire::JsonValue claims, const IssuerRules& rules) {
  const wire::JsonValue agent = claim(claims, rules.agent_claim);
  if (agent && !agent.is_null()) {
    if (!agent.is_string() || !is_name(agent.text()))
      return refused("claims.subject", "the acting party is no name");
    return std::string(agent.text());
  }
  // Somebody acts and can't be told: that the user may do it is not enough (R9.4).
  if (claims["act"] && rules.agent_claim.starts_with("act"))
    return refused("claims.subject", "the acting party can't be told");
  return std::string();
}

}  // namespace

Expected<Verified> read_claims(wire::JsonValue claims, const ClaimChecks& checks) {
  const IssuerRules& rules = checks.rules;
  const bool unnamed = checks.asked_issuer && !claims["iss"];
  if (!unnamed && claims["iss"].text() != rules.issuer)
    return refused("claims.issuer", "it is of another issuer");
  if (!is_for(claims["aud"], rules.audiences) || is_for(claims["aud"], rules.refused_audiences))
    return refused("claims.audience", "it is for another audience");
  Verified made;
  core::Credential& credential = made.credential;
  if (auto times = check_times(claims, checks, credential); !times)
    return std::unexpected(std::move(times).error());
  if (auto bound = read_binding(claims["cnf"], credential); !bound)
    return std::unexpected(std::move(bound).error());
  const std::string_view user = claim(claims, rules.user_claim).text();
  if (!is_name(user)) return refused("claims.subject", "the user can't be told");
  auto agent = agent_of(claims, rules);
  if (!agent) return std::unexpected(std::move(agent).error());
  auto groups = names(claim(claims, rules.groups_claim), '\0');
  if (!groups) return std::unexpected(std::move(groups).error());
  auto scopes = names(claims["scope"] ? claims["scope"] : claims["scp"], ' ');
  if (!scopes) return std::unexpected(std::move(scopes).error());
  if (claims["jti"]) {
    credential.token_id = claims["jti"].text();
    if (!is_name(credential.token_id)) return refused("claims.subject", "`jti` is no text");
  }
  credential.token_digest = checks.token_digest;
  credential.id = "oauth:" + std::string(checks.token_digest.substr(0, 22));
  made.principal = {std::string(user),  std::move(*agent), std::move(*groups),
                    std::move(*scopes), credential.id,     rules.issuer};
  return made;
}

}  // namespace doorward::identity
