#include "app/operator_revocations.h"

#include "wire/json.h"

namespace doorward::app {

namespace {

net::OperatorAnswer answered(int status, std::string body) {
  net::OperatorAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}
net::OperatorAnswer fault(int status, std::string_view what) {
  return answered(status, R"({"error":)" + wire::json_quote(what) + "}");
}

std::string json_of(const identity::Revocation& each) {
  return "{\"" + std::string(identity::kRevokedNames[static_cast<size_t>(each.kind)]) +
         "\":" + wire::json_quote(each.value) + ",\"by\":" + wire::json_quote(each.by) +
         ",\"since\":" + wire::json_quote(rfc3339(each.since)) + "}";
}

// Exactly one of the four, as a text.
std::optional<identity::Revocation> asked_for(std::string_view body) {
  const auto document = wire::JsonDocument::parse(std::string(body), {.bytes = 4096, .depth = 4});
  if (!document || !document->root().is_object() || document->root().size() != 1)
    return std::nullopt;
  for (size_t i = 0; i < std::size(identity::kRevokedNames); ++i) {
    const wire::JsonValue value = document->root()[identity::kRevokedNames[i]];
    if (!value.is_string() || value.text().empty() || value.text().size() > 256) continue;
    identity::Revocation made;
    made.kind = static_cast<identity::Revoked>(i);
    made.value = value.text();
    return made;
  }
  return std::nullopt;
}

}  // namespace

std::optional<net::OperatorAnswer> answer_revocations(identity::Revocations& list,
                                                      const core::Admission& admission,
                                                      const net::OperatorRequest& request,
                                                      const WriteDown& write_down) {
  if (request.path != "/api/v1/revocations") return std::nullopt;
  if (request.method == wire::HttpMethod::get) {
    std::string body = R"({"revocations":[)";
    bool first = true;
    for (const auto& each : list.list()) {
      if (!std::exchange(first, false)) body += ',';
      body += json_of(each);
    }
    return answered(200, body + "]}");
  }
  const bool adds = request.method == wire::HttpMethod::post;
  if (!adds && request.method != wire::HttpMethod::delete_)
    return fault(405, "use GET, POST or DELETE");
  auto asked = asked_for(request.body);
  if (!asked)
    return fault(400,
                 "send one of {\"principal\": …}, {\"agent\": …}, {\"token\": …}, {\"jti\": …}");
  asked->by = admission.principal().user;
  asked->since = wall_now();
  const std::string shown = json_of(*asked);
  if (!adds) {
    std::optional<identity::Revocation> was;
    for (auto& each : list.list())
      if (each.kind == asked->kind && each.value == asked->value) was = std::move(each);
    const auto removed = list.remove(asked->kind, asked->value);
    if (!removed) return fault(503, "the list can't be written; nothing was changed");
    if (!*removed) return fault(404, "there is no such revocation");
    if (const auto written = write_down("identity.revocation_lifted", shown); !written) {
      if (was && !list.add(std::move(*was))) return fault(503, "the list can't be written");
      return fault(503, written.error().what);
    }
    return answered(200, "{}");
  }
  if (const auto written = write_down("identity.revocation", shown); !written)
    return fault(503, written.error().what);
  const auto added = list.add(std::move(*asked));
  if (!added && added.error().code == "revocations.full") return fault(409, added.error().what);
  if (!added)
    return fault(503, "in force now, but not written down: it will be gone after a restart");
  return answered(201, shown);
}

}  // namespace doorward::app
