#include "net/handshake.h"

#include "net/judging.h"
#include "net/own_request.h"

namespace doorward::net {

Task<Expected<wire::Message>> open_session(Gateway& gateway, const CallFacts& facts,
                                           std::string params, SteadyTime deadline) {
  OwnRequest request;
  request.method = wire::Method::initialize;
  request.for_client = true;  // the server's words reach the client: they are judged as for it
  request.params = std::move(params);
  request.deadline = deadline;
  auto reply = co_await ask(gateway, facts, std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (!reply->result())
    co_return failure("upstream.answer", Fault::server, "the server refuses `initialize`");
  const Revision* const revision =
      accept_answer(reply->result()["protocolVersion"].text(), gateway.settings.revision_floor);
  if (revision == nullptr)
    co_return failure("upstream.answer", Fault::server,
                      "the server speaks no protocol revision that this gateway accepts");
  facts.session->establish(*revision);
  facts.session->upstream().set_revision(revision->name);
  auto told = co_await notify(gateway, facts, wire::Method::n_initialized, "");
  if (!told) co_return std::unexpected(std::move(told).error());
  co_return reply;
}

Task<Expected<void>> notify(Gateway& gateway, const CallFacts& facts, wire::Method method,
                            std::string params) {
  auto message = wire::Message::parse(wire::make_notification(method, params));
  if (!message) co_return std::unexpected(std::move(message).error());
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  core::Exchange exchange = exchange_of(facts, core::Stage::request, call_id);
  exchange.message = exchange.request = &*message;
  exchange.message_bytes = message->bytes().size();
  exchange.own = true;
  exchange.head = nullptr;  // the client's headers say nothing of it
  core::Notes notes;
  core::Permits permits;
  auto cleared = co_await clear(gateway, facts, *pipeline, exchange, notes, permits, {});
  if (!cleared)
    co_return failure("own.refused", Fault::server, std::string(cleared.error().verdict.reason));
  Sending sending;
  sending.method = method;
  sending.deadline = std::chrono::steady_clock::now() + gateway.settings.write_timeout;
  auto sent = co_await facts.session->upstream().send(std::move(*cleared), sending);
  permits.settle(
      {.ending = sent ? core::Ending::answered : core::Ending::upstream_gone, .result_hash = {}});
  co_return sent;
}

}  // namespace doorward::net
