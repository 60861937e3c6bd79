#include "net/outbound.h"

#include <utility>

#include "net/gateway.h"
#include "net/writer.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {

std::string host_of(const OutboundRequest& request) {
  std::string host = request.url.authority.host;
  if (request.url.authority.port != 0) host += ":" + std::to_string(request.url.authority.port);
  return host;
}

// `body` is what another maker than the form made, already no message.
Expected<core::Cleared> framed(const OutboundRequest& request, std::optional<core::Cleared> body) {
  const std::string host = host_of(request);
  wire::RequestFrame frame;
  frame.method = request.form.empty() && !body ? "GET" : "POST";
  frame.target = request.url.target;
  frame.host = host;
  frame.fields.emplace_back("Accept", "application/json");
  frame.fields.emplace_back("Connection", "close");
  for (const auto& [name, value] : request.headers) frame.fields.emplace_back(name, value.reveal());
  if (body) {
    const bool text = body->body().starts_with("old ");
    frame.fields.emplace_back("Content-Type", text ? "text/plain" : "application/json");
    return std::move(*body).as_request(std::move(frame));
  }
  if (request.form.empty()) return core::Cleared::nothing().as_request(std::move(frame));
  frame.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  core::Cleared::FormFields fields;
  for (const auto& [name, value] : request.form) fields.emplace_back(name, value.reveal());
  return core::Cleared::form(fields).as_request(std::move(frame));
}

Error answer_error(const Watchdog::Watch& watch, Error error) {
  if (watch.bitten())
    return Error{"outbound.timeout", Fault::server, true, "no answer within the time"};
  return Error{"outbound.answer", Fault::server, true, std::move(error.what)};
}

Task<Expected<OutboundAnswer>> asked_once(OutboundRequest request,
                                          Expected<core::Cleared> message) {
  const SteadyTime deadline = steady_clock::now() + request.timeout;
  if (!message) co_return std::unexpected(std::move(message).error());
  const Dial how{request.url, request.tls, request.stated, deadline};
  auto http = co_await dial(how);
  if (!http) co_return std::unexpected(std::move(http).error());
  HttpStream& stream = **http;
  Watchdog::Watch watch(here().watchdog, [&stream] { stream.stream().close(); });
  watch.set(deadline);
  const error_code written = co_await write(stream.stream(), std::move(*message));
  if (written) {
    Error error{"", Fault::server, true, written.message()};
    co_return std::unexpected(answer_error(watch, std::move(error)));
  }
  wire::HttpResponseHead head;
  auto read = co_await stream.read_response_head(head);
  if (!read) co_return std::unexpected(answer_error(watch, std::move(read).error()));
  OutboundAnswer answer;
  answer.status = head.status;
  answer.type = wire::media_type(head.field("content-type").value_or(""));
  if (const auto nonce = head.field("dpop-nonce")) answer.dpop_nonce = std::string(*nonce);
  for (const wire::HttpField& field : head.fields)
    if (wire::equals_ignoring_case(field.name, "www-authenticate"))
      answer.challenges.emplace_back(field.value);
  if (request.head_only) co_return answer;
  BodyFrame frame{head.content_length, head.chunked, !head.chunked && !head.content_length};
  if (head.status == 204 || head.status == 304) frame = BodyFrame{0, false, false};
  auto body = co_await stream.read_body(frame, request.limit);
  if (!body) co_return std::unexpected(answer_error(watch, std::move(body).error()));
  answer.body = std::move(*body);
  co_return answer;
}

}  // namespace

Task<Expected<OutboundAnswer>> outbound(OutboundRequest request) {
  auto message = framed(request, std::exchange(request.records, std::nullopt));
  return asked_once(std::move(request), std::move(message));
}

Task<Expected<OutboundAnswer>> outbound(OutboundRequest request, core::Cleared notice) {
  auto message = framed(request, std::move(notice));
  return asked_once(std::move(request), std::move(message));
}

}  // namespace doorward::net
