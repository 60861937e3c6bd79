#include "app/operator_kill.h"

#include "audit/entry.h"

namespace doorward::app {

namespace {

net::OperatorAnswer answer_of(int status, std::string body) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

Expected<void> log_stop(Instance& instance, std::string_view by, std::string_view reason,
                        const catalog::Stop& stop, size_t ended, size_t dropped) {
  audit::Entry entry;
  entry.kind = audit::Kind::event;
  entry.time = wall_now();
  entry.reason = reason;
  entry.actor = by;
  entry.principal = stop.principal;
  entry.server = stop.server;
  entry.tool = stop.tool;
  const std::string detail = stop.why + (stop.why.empty() ? "" : "; ") + std::to_string(ended) +
                             " calls under way ended; " + std::to_string(dropped) +
                             " credentials dropped";
  entry.detail = detail;
  return instance.write_down(entry);
}

net::OperatorAnswer fault(int status, std::string_view what) {
  return answer_of(status, R"({"error":)" + wire::json_quote(what) + "}");
}

// The stop of the same thing that is in force.
std::optional<catalog::Stop> stop_like(const catalog::Stops& stops, const catalog::Stop& asked) {
  for (const catalog::Stop& each : stops.all())
    if (each.same_place(asked)) return each;
  return std::nullopt;
}

}  // namespace

Path stops_file(const Config& config) {
  return config.state / "stops.json";
}

std::optional<catalog::Stop> stop_of_query(std::string_view query) {
  catalog::Stop stop;
  bool all = false;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? "" : query.substr(end + 1);
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = part.substr(0, equals);
    auto value = wire::percent_decode(part.substr(equals + 1));
    if (!value || value->empty()) return std::nullopt;
    if (name == "server")
      stop.server = std::move(*value);
    else if (name == "tool")
      stop.tool = std::move(*value);
    else if (name == "principal")
      stop.principal = std::move(*value);
    else if (name == "why")
      stop.why = std::move(*value);
    else if (name == "all" && *value == "true")
      all = true;
    else
      return std::nullopt;
  }
  const bool names = !stop.server.empty() || !stop.principal.empty();
  // Everything is only stopped by its own word, and a tool is one of a server.
  if (names == all || (!stop.tool.empty() && stop.server.empty())) return std::nullopt;
  return stop;
}

std::string stops_json(const catalog::Stops& stops) {
  std::string out = R"({"stops":[)";
  bool first = true;
  for (const catalog::Stop& stop : stops.all()) {
    out += std::exchange(first, false) ? "{" : ",{";
    out += R"("server":)" + wire::json_quote(stop.server) + R"(,"tool":)" +
           wire::json_quote(stop.tool) + R"(,"principal":)" + wire::json_quote(stop.principal) +
           R"(,"by":)" + wire::json_quote(stop.by) + R"(,"at":)" + wire::json_quote(stop.at) +
           R"(,"why":)" + wire::json_quote(stop.why) + "}";
  }
  return out + "]}";
}

std::optional<net::OperatorAnswer> operate_kill(Instance& instance, std::string_view by,
                                                const net::OperatorRequest& request) {
  const bool lift = request.path == "/api/v1/kill/lift";
  if (request.path != "/api/v1/kill" && !lift) return std::nullopt;
  catalog::Stops& stops = instance.stops();
  if (request.method == wire::HttpMethod::get && !lift) return answer_of(200, stops_json(stops));
  if (request.method != wire::HttpMethod::post) return std::nullopt;
  auto stop = stop_of_query(request.query);
  if (!stop)
    return answer_of(
        400, R"({"error":"name `server`, `server` and `tool`, `principal`, or `all=true`"})");
  stop->by = by;
  stop->at = rfc3339(wall_now());
  if (lift) {
    const auto was = stop_like(stops, *stop);
    const auto lifted = stops.lift(*stop);
    if (!lifted) return fault(500, lifted.error().what);
    if (*lifted)
      if (const auto written = log_stop(instance, by, "rogue.stop_lifted", *stop, 0, 0); !written) {
        const auto back = was ? stops.add(*was) : Expected<void>();
        return fault(503, back ? written.error().what : back.error().what);
      }
    return answer_of(*lifted ? 200 : 404, stops_json(stops));
  }
  const bool stood = stop_like(stops, *stop).has_value();
  // In force before anything is ended, or what was ended could be started again.
  const auto added = stops.add(*stop);
  const size_t ended = instance.gateway().stop({stop->server, stop->tool, stop->principal},
                                               instance.server().executor());
  // Of a tool its server goes on, with the credential that the other tools need.
  const size_t dropped =
      stop->tool.empty() ? instance.providers().drop_credentials(stop->server) : 0;
  if (const auto written = log_stop(instance, by, "rogue.stop", *stop, ended, dropped); !written) {
    const auto back = stood ? Expected<bool>(true) : stops.lift(*stop);
    return fault(503, back ? written.error().what : back.error().what);
  }
  if (!added) return fault(500, added.error().what);
  return answer_of(200, stops_json(stops));
}

}  // namespace doorward::app
