#include "app/login/operator_logins.h"

#include "app/operator_client.h"
#include "audit/entry.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr size_t kLongestValue = 1024;

net::OperatorAnswer answer_of(int status, std::string_view name, std::string_view what) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = "{\"" + std::string(name) + "\":" + wire::json_quote(what) + "}";
  return answer;
}

using Values = std::map<std::string, std::string, std::less<>>;

std::optional<Values> values_of(std::string_view query) {
  Values out;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    auto value = wire::percent_decode(part.substr(equals + 1));
    if (!value || value->size() > kLongestValue) return std::nullopt;
    if (!out.emplace(part.substr(0, equals), std::move(*value)).second) return std::nullopt;
  }
  return out;
}

}  // namespace

std::string login_query(const Account& account, LoginAct act) {
  std::string query = act == LoginAct::login ? "act=login" : "act=forget";
  const auto add = [&query](std::string_view name, std::string_view value) {
    if (!value.empty()) query.append("&").append(name).append("=").append(percent_encoded(value));
  };
  add("server", account.server);
  add("issuer", account.issuer);
  add("user", account.user);
  add("agent", account.agent);
  add("vouched_by", account.vouched_by);
  return query;
}

std::optional<net::OperatorAnswer> operate_logins(Instance& instance, std::string_view by,
                                                  const net::OperatorRequest& request) {
  if (request.path != "/api/v1/logins") return std::nullopt;
  if (request.method != wire::HttpMethod::post) return answer_of(405, "error", "use POST");
  const auto values = values_of(request.query);
  const auto value = [&values](std::string_view name) {
    const auto found = values->find(name);
    return found == values->end() ? std::string_view() : std::string_view(found->second);
  };
  const bool login = values && value("act") == "login";
  if (!values || (!login && value("act") != "forget") || value("server").empty() ||
      value("user").empty())
    return answer_of(400, "error", "name `act` (login or forget), `server`, `user` and `issuer`");
  const auto config = instance.config();
  const auto server = config->servers.find(std::string(value("server")));
  // What stands in the file may not be in force yet.
  if (login && (server == config->servers.end() ||
                !std::holds_alternative<AuthorizationCode>(server->second.credential)))
    return answer_of(404, "error",
                     "the running Doorward knows no such server with `authorization_code`; have "
                     "it read its configuration again");
  core::Principal who{std::string(value("user")), std::string(value("agent")), {}, {}, ""};
  std::string detail =
      (login ? "an account of `" : "forgets the account of `") + catalog::visible(who.user) + "`";
  if (!value("vouched_by").empty()) detail += " of `" + catalog::visible(value("vouched_by")) + "`";
  detail += " there, by `" + catalog::visible(value("issuer")) + "`";
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = login ? "identity.login" : "identity.login_forgotten";
  entry.actor = by;
  entry.principal = who.user;
  entry.server = value("server");
  entry.detail = detail;
  const auto written = instance.log().append_durable(audit::encode(entry));
  // What was made out of the login before goes, whether or not this can be told.
  instance.providers().drop_credentials(value("server"));
  if (!written) return answer_of(503, "error", "the audit log can't be written");
  return answer_of(200, "written", rfc3339(entry.time));
}

}  // namespace doorward::app
