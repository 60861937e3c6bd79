#include "app/operator_reload.h"

#include <unistd.h>

#include <csignal>

#include "app/approvals.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

net::OperatorAnswer answer_of(int status, std::string body) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

}  // namespace

std::optional<net::OperatorAnswer> operate_reload(Instance& instance,
                                                  const core::Admission& admission,
                                                  const net::OperatorRequest& request) {
  const bool approve = request.path == "/api/v1/reload/approve";
  if (request.path != "/api/v1/reload" && !approve) return std::nullopt;
  const auto waiting = instance.waiting_reload();
  if (!approve && request.method == wire::HttpMethod::get)
    return answer_of(200, waiting ? R"({"waiting":{"hash":)" + wire::json_quote(waiting->hash) +
                                        R"(,"lowered":)" + wire::json_quote(waiting->lowered) + "}}"
                                  : R"({"waiting":null})");
  if (!approve || request.method != wire::HttpMethod::post) return std::nullopt;
  // Whoever can write the configuration can read the built-in operator's token: that is one person.
  const policy::Approver who = approver_of(admission.principal());
  if (who.built_in || who.role != policy::OperatorRole::admin)
    return answer_of(403, R"({"error":"another admin than the built-in operator has to approve"})");
  const std::string_view query = request.query;
  const auto approved =
      query.starts_with("hash=")
          ? instance.approve_reload(query.substr(std::string_view("hash=").size()), who.id)
          : Expected<bool>(false);
  if (!approved)
    return answer_of(503, R"({"error":)" + wire::json_quote(approved.error().what) + "}");
  if (!*approved) return answer_of(404, R"({"error":"no reload of that hash waits"})");
  // Loaded by the thread that loads: what stands in the file then has to be of that hash.
  ::kill(::getpid(), SIGHUP);
  return answer_of(202, R"({"approved":true})");
}

}  // namespace doorward::app
