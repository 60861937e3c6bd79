#include "app/operator_api.h"

#include <fstream>
#include <iterator>

#include "app/check.h"
#include "app/login/operator_logins.h"
#include "app/operator_approvals.h"
#include "app/operator_kill.h"
#include "app/operator_pins.h"
#include "app/operator_reload.h"
#include "app/operator_revocations.h"
#include "net/bridge/held_sessions.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

net::OperatorAnswer fault(int status, std::string_view what) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = R"({"error":)" + wire::json_quote(what) + "}";
  return answer;
}

std::string status_json(Instance& instance) {
  const net::Gateway& gateway = instance.gateway();
  std::string out = R"({"version":)" + wire::json_quote(DOORWARD_VERSION);
  out += R"(,"listeners":{"client":)" + wire::json_quote(instance.listening().client) +
         R"(,"operator":)" + wire::json_quote(instance.listening().operators) + "}";
  out += R"(,"servers":[)";
  bool first = true;
  for (const auto& [name, server] : instance.config()->servers) {
    if (!std::exchange(first, false)) out += ',';
    out += R"({"name":)" + wire::json_quote(name) + R"(,"kind":")" +
           (server.is_local() ? "local" : "remote") + "\"";
    if (const auto why = instance.quarantine().reason(name))
      out += R"(,"quarantine":)" + wire::json_quote(*why);
    out += '}';
  }
  out += R"(],"sessions":)" + std::to_string(gateway.sessions.size());
  out += R"(,"auditEntries":)" + std::to_string(instance.log().size());
  out += R"(,"policyVersion":)" + wire::json_quote(instance.config()->hash) + "}";
  return out;
}

// Files of the log that are public by design: the checkpoint and the tiles.
net::OperatorAnswer audit_file(Instance& instance, std::string_view path) {
  const std::string_view rest = path.substr(std::string_view("/audit/").size());
  const bool is_public = rest == "checkpoint" || rest.starts_with("tile/");
  if (!is_public || rest.find("..") != std::string_view::npos ||
      rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/.") != std::string_view::npos)
    return fault(404, "there is no such file");
  std::ifstream file(instance.config()->state / "audit" / Path(rest), std::ios::binary);
  if (!file) return fault(404, "there is no such file");
  net::OperatorAnswer answer;
  answer.content_type = rest == "checkpoint" ? "text/plain" : "application/octet-stream";
  answer.body.assign((std::istreambuf_iterator<char>(file)), {});
  return answer;
}

// `POST /api/v1/servers/NAME/release`: out of quarantine.
net::OperatorAnswer release(Instance& instance, const core::Admission& admission,
                            std::string_view path) {
  path.remove_prefix(std::string_view("/api/v1/servers/").size());
  path.remove_suffix(std::string_view("/release").size());
  const std::string name(path);
  if (!instance.config()->servers.contains(name)) return fault(404, "there is no such server");
  const auto why = instance.quarantine().reason(name);
  auto released = instance.quarantine().release(name);
  if (!released) return fault(503, released.error().what);
  if (*released) {
    if (auto told = instance.released(name, admission.principal().user); !told) {
      auto back = instance.quarantine().add(name, why.value_or(""));
      return fault(503, back ? told.error().what : back.error().what);
    }
  }
  net::OperatorAnswer answer;
  answer.body = std::string(R"({"released":)") + (*released ? "true" : "false") + "}";
  return answer;
}

}  // namespace

std::string metrics_text(const net::Gateway& gateway, const audit::Log& log) {
  std::string out;
  const auto put = [&out](std::string_view name, std::string_view type, std::string_view help,
                          uint64_t value) {
    out.append("# HELP doorward_").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE doorward_").append(name).append(" ").append(type).append("\n");
    out.append("doorward_").append(name).append(" ").append(std::to_string(value)).append("\n");
  };
  const net::Counters& counters = gateway.counters;
  put("connections_open", "gauge", "open connections", counters.connections_open.load());
  put("connections_total", "counter", "connections accepted", counters.connections_total.load());
  put("requests_total", "counter", "requests of clients", counters.requests_total.load());
  put("refused_total", "counter", "requests refused", counters.refused_total.load());
  put("calls_in_flight", "gauge", "requests under way", gateway.calls_in_flight.load());
  put("calls_waiting_for_client", "gauge", "calls that wait for an answer of their clients",
      gateway.held->waiting().size());
  put("sessions_open", "gauge", "open sessions", gateway.sessions.size());
  put("children_open", "gauge", "running stdio servers", counters.children_open.load());
  put("server_messages_dropped_total", "counter", "messages of servers that were dropped",
      counters.dropped_server_messages_total.load());
  put("stderr_lines_dropped_total", "counter", "lines of servers' standard error not logged",
      counters.stderr_lines_dropped_total.load());
  put("buffers_requests_bytes", "gauge", "bodies of clients under way",
      gateway.buffers.requests.used());
  put("buffers_answers_bytes", "gauge", "messages of servers that nobody took yet",
      gateway.buffers.answers.used());
  put("buffers_kept_bytes", "gauge", "events kept for clients that come back",
      net::EventLog::kept_of_all());
  put("children_replaced_total", "counter", "stdio servers replaced for not ending a call in time",
      counters.children_replaced_total.load());
  put("children_limit", "gauge", "stdio servers that may run at a time", gateway.settings.children);
  put("children_made_room_total", "counter", "idle stdio servers ended to make room for others",
      counters.children_made_room_total.load());
  put("children_refused_total", "counter", "stdio servers not started for want of room",
      counters.children_refused_total.load());
  put("audit_entries_total", "counter", "entries in the audit log", log.size());
  put("audit_failed", "gauge", "1 while the audit log can't be written",
      log.failure_state() ? 1 : 0);
  return out;
}

net::OperatorAnswer operate(Instance& instance, const core::Admission& admission,
                            const net::OperatorRequest& request) {
  const std::string_view path = request.path;
  const bool is_get = request.method == wire::HttpMethod::get;
  const bool failed = instance.log().failure_state().has_value();
  net::OperatorAnswer answer;
  if (path == "/healthz" && is_get) {
    answer.body = R"({"status":"ok"})";
    return answer;
  }
  if (path == "/readyz" && is_get) {
    const bool ready = !failed && !instance.gateway().draining.load();
    answer.status = ready ? 200 : 503;
    answer.body = ready ? R"({"status":"ready"})" : R"({"status":"not ready"})";
    return answer;
  }
  if (path == "/" && is_get) {
    answer = approvals_page();
    if (admission.principal().user.empty()) answer.status = 401;
    return answer;
  }
  // No entry, no change: with the log closed nothing of what an operator may do takes effect.
  const bool only_looks = path == "/api/v1/pins/look" || path == "/api/v1/audit/publish";
  const bool changes = !is_get && request.method != wire::HttpMethod::head && !only_looks;
  if (failed && changes && path.starts_with("/api/v1/"))
    if (const auto open = instance.log_is_open(); !open) return fault(503, open.error().what);
  if (auto approvals = operate_approvals(instance, admission, request)) return *approvals;
  if (path == "/api/v1/openapi.json" && is_get) {
    answer.body = openapi_json();
    return answer;
  }
  if (path == "/metrics" && is_get) {
    answer.content_type = "text/plain; version=0.0.4";
    answer.body = metrics_text(instance.gateway(), instance.log());
    instance.ledger().append_metrics(answer.body);
    return answer;
  }
  if (path == "/api/v1/status" && is_get) {
    answer.body = status_json(instance);
    return answer;
  }
  if (path == "/api/v1/check" && is_get) {
    answer.body = check_json(*instance.config());
    return answer;
  }
  // Signs what stands in the log now, so that an export or a proof holds the latest entries.
  if (path == "/api/v1/audit/publish" && request.method == wire::HttpMethod::post) {
    const auto published = instance.log().publish();
    answer.status = published ? 200 : 503;
    answer.body = R"({"size":)" + std::to_string(instance.log().size()) + "}";
    return answer;
  }
  if (path.starts_with("/api/v1/servers/") && path.ends_with("/release") &&
      request.method == wire::HttpMethod::post)
    return release(instance, admission, path);
  if (auto pins = operate_pins(instance, admission.principal().user, request))
    return std::move(*pins);
  if (auto reload = operate_reload(instance, admission, request)) return std::move(*reload);
  if (auto kill = operate_kill(instance, admission.principal().user, request))
    return std::move(*kill);
  if (auto logins = operate_logins(instance, admission.principal().user, request))
    return std::move(*logins);
  if (auto answered = answer_revocations(*instance.revocations(), admission, request,
                                         [&](std::string_view reason, std::string_view detail) {
                                           return instance.write_down(reason, detail);
                                         })) {
    // What was made out of a revoked token goes with it.
    if (request.method == wire::HttpMethod::post && answered->status != 400)
      instance.providers().drop_credentials("");
    return std::move(*answered);
  }
  if (path.starts_with("/audit/") && is_get) return audit_file(instance, path);
  return fault(404, "there is no such resource");
}

}  // namespace doorward::app
