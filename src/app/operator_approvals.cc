#include "app/operator_approvals.h"

#include "app/approvals.h"
#include "base/bytes.h"
#include "wire/json.h"

namespace doorward::embedded {
extern const std::string_view approvals_html;
extern const std::string_view openapi_text;
}  // namespace doorward::embedded

namespace doorward::app {

using embedded::approvals_html;
using embedded::openapi_text;

namespace {

net::OperatorAnswer fault(int status, const Error& error) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = R"({"error":)" + wire::json_quote(error.what) + R"(,"code":)" +
                wire::json_quote(error.code) + "}";
  return answer;
}

int status_of(const Error& error) {
  if (error.code == "approvals.unknown") return 404;
  if (error.code == "approvals.settled" || error.code == "approvals.void") return 409;
  return error.code.starts_with("approvals.") ? 403 : 503;
}

net::OperatorAnswer list(Instance& instance, std::string_view query) {
  const auto all = instance.approvals().list(wall_now());
  if (!all) return fault(503, all.error());
  net::OperatorAnswer answer;
  answer.body = R"({"approvals":[)";
  for (const policy::Approval& approval : *all) {
    const bool pending = approval.state == policy::ApprovalState::pending;
    if (query == "state=pending" && !pending) continue;
    if (answer.body.back() != '[') answer.body += ',';
    answer.body += policy::approval_json(approval);
  }
  answer.body += "]}";
  return answer;
}

}  // namespace

std::optional<net::OperatorAnswer> operate_approvals(Instance& instance,
                                                     const core::Admission& admission,
                                                     const net::OperatorRequest& request) {
  constexpr std::string_view kPath = "/api/v1/approvals";
  if (!request.path.starts_with(kPath)) return std::nullopt;
  std::string_view rest = request.path.substr(kPath.size());
  if (rest.empty() && request.method == wire::HttpMethod::get) return list(instance, request.query);
  if (!rest.starts_with('/') || request.method != wire::HttpMethod::post) return std::nullopt;
  rest.remove_prefix(1);
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view id = rest.substr(0, slash);
  const std::string_view verb = rest.substr(slash + 1);
  if (verb != "approve" && verb != "deny") return std::nullopt;
  const auto config = instance.config();
  const auto decided =
      instance.approvals().decide(id, approver_of(admission.principal()), verb == "approve",
                                  config->hash, approval_bounds(*config), wall_now());
  if (!decided) return fault(status_of(decided.error()), decided.error());
  net::OperatorAnswer answer;
  answer.body = policy::approval_json(*decided);
  return answer;
}

std::string openapi_json() {
  return std::string(openapi_text);
}

net::OperatorAnswer approvals_page() {
  // Only this very script and style run; nothing is loaded from anywhere else. What a page can't
  // say of itself (who may frame it) the listener adds.
  static const std::string page = [] {
    const auto between = [](std::string_view open, std::string_view close) {
      const size_t from = approvals_html.find(open) + open.size();
      const Sha256 digest = sha256(approvals_html.substr(from, approvals_html.find(close) - from));
      return "'sha256-" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
             "'";
    };
    const std::string policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri "
        "'none'; form-action 'none'; connect-src 'self'; script-src " +
        between("<script>", "</script>") + "; style-src " + between("<style>", "</style>") +
        "\">\n";
    std::string made(approvals_html);
    return made.insert(made.find("<meta name="), policy);
  }();
  net::OperatorAnswer answer;
  answer.content_type = "text/html; charset=utf-8";
  answer.body = page;
  return answer;
}

}  // namespace doorward::app
