#include "net/own_request.h"

#include "net/judging.h"
#include "net/session/stateless.h"

namespace doorward::net {

using core::Ending;
using core::Exchange;
using core::Stage;

namespace {

class Asking : public Receiver {
 public:
  Asking(Gateway& gateway, const CallFacts& facts, OwnRequest& request)
      : gateway_(gateway),
        pipeline_(gateway.pipeline.take()),
        facts_(facts),
        wanted_(request),
        call_id_(new_call_id()) {}

  Task<Expected<wire::Message>> run() {
    id_ = facts_.session->upstream().next_id();
    const std::string params =
        facts_.stateless ? with_stateless_meta(wanted_.params) : wanted_.params;
    auto message =
        wire::Message::parse(wire::make_request(std::to_string(id_), wanted_.method, params));
    if (!message) co_return std::unexpected(std::move(message).error());
    request_ = &*message;
    Exchange exchange = own_exchange(Stage::request);
    exchange.message = request_;
    exchange.message_bytes = message->bytes().size();
    std::vector<wire::Edit> edits;
    facts_.session->upstream().translate(*message, edits);
    auto cleared =
        co_await clear(gateway_, facts_, *pipeline_, exchange, notes_, permits_, std::move(edits));
    if (!cleared) {
      permits_.settle({.ending = Ending::refused, .result_hash = {}});
      co_return std::unexpected(refused(cleared.error()));
    }
    facts_.session->concerns().requested(*message);
    Sending sending;
    sending.id = id_;
    sending.method = wanted_.method;
    sending.deadline = wanted_.deadline;
    sending.stateless = facts_.stateless;
    sending.request = request_;
    sending.cancellation = wanted_.cancellation;
    sending.ends_idle_process = wanted_.ends_idle_process && facts_.route->kill_overdue;
    if (facts_.stateless) sending.headers = mirrored_headers(nullptr, *message);
    sending.caller = caller_of(facts_);
    auto ended = co_await facts_.session->upstream().request(std::move(*cleared), sending, *this);
    if (reply_) co_return std::move(*reply_);
    const bool cancelled = wanted_.cancellation && wanted_.cancellation->cancelled;
    const bool of_caller = !ended && is_of_caller(ended.error());
    permits_.settle({.ending = cancelled   ? Ending::cancelled
                               : of_caller ? Ending::refused
                                           : Ending::upstream_gone,
                     .result_hash = {}});
    // Over HTTP a stateless request is cancelled by closing its stream, which has happened.
    if (cancelled && !facts_.route->url && !facts_.session->upstream().translates()) {
      std::string cancelled_id = R"({"requestId":)" + std::to_string(id_) + "}";
      co_await tell(gateway_, facts_, wire::Method::n_cancelled, std::move(cancelled_id));
    }
    if (!ended) co_return std::unexpected(std::move(ended).error());
    co_return std::unexpected(Error{"upstream.lost", Fault::server, true, "no answer"});
  }

  Task<bool> receive(Expected<wire::Message> message) override {
    ServerMessage server{gateway_, *pipeline_, facts_, request_, call_id_};
    if (!message) {
      server.unparsed(message.error());
      co_return false;
    }
    if (message->is_reply()) co_return co_await reply(std::move(*message));
    const bool matches = !message->is_request() && message->method() != wire::Method::n_progress &&
                         message->method() != wire::Method::n_cancelled;
    auto cleared = co_await server.judge(*message, {}, matches);
    if (cleared) facts_.session->standalone()->append(std::move(*cleared));
    co_return false;
  }

 private:
  Exchange own_exchange(Stage stage) const {
    Exchange exchange = exchange_of(facts_, stage, call_id_);
    exchange.own = !wanted_.for_client;
    exchange.part = wanted_.for_client;
    exchange.head = nullptr;  // the client's headers say nothing of it
    exchange.request = request_;
    return exchange;
  }

  static Error refused(const core::Refusal& refusal) {
    return {"own.refused", Fault::server, false, std::string(refusal.verdict.reason)};
  }

  Task<bool> reply(wire::Message message) {
    Exchange exchange = own_exchange(Stage::response);
    exchange.message = &message;
    exchange.message_bytes = message.bytes().size();
    exchange.reply_expected = message.id() && message.id().raw() == std::to_string(id_);
    std::vector<wire::Edit> edits;
    disown(message, edits);
    const bool is_error = message.kind() == wire::MessageKind::error;
    auto cleared =
        co_await clear(gateway_, facts_, *pipeline_, exchange, notes_, permits_, std::move(edits));
    if (!cleared) {
      if (!exchange.reply_expected) co_return false;
      permits_.settle(
          {.ending = Ending::refused, .result_hash = {}, .reason = cleared.error().verdict.reason});
      reply_.emplace(std::unexpected(refused(cleared.error())));
      co_return true;
    }
    facts_.session->concerns().answered(*request_, message);
    permits_.settle({.ending = is_error ? Ending::error_answer : Ending::answered,
                     .result_bytes = cleared->body().size(),
                     .result_hash = {}});
    wire::JsonLimits limits = json_limits(gateway_);
    limits.bytes = gateway_.settings.server_message_bytes;
    reply_.emplace(wire::Message::parse(std::string(cleared->body()), limits));
    co_return true;
  }

  Gateway& gateway_;
  const std::shared_ptr<const core::Pipeline> pipeline_;
  const CallFacts& facts_;
  const OwnRequest& wanted_;
  const std::string call_id_;
  const wire::Message* request_ = nullptr;
  uint64_t id_ = 0;
  core::Notes notes_;
  core::Permits permits_;
  std::optional<Expected<wire::Message>> reply_;
};

}  // namespace

Task<Expected<wire::Message>> ask(Gateway& gateway, const CallFacts& facts, OwnRequest request) {
  Asking asking(gateway, facts, request);
  auto reply = co_await asking.run();
  co_return reply;
}

Task<> tell(Gateway& gateway, CallFacts facts, wire::Method method, std::string params) {
  auto message = wire::Message::parse(wire::make_notification(method, params));
  if (!message) co_return;
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  Exchange exchange = exchange_of(facts, Stage::request, call_id);
  exchange.own = true;
  exchange.head = nullptr;
  exchange.message = exchange.request = &*message;
  exchange.message_bytes = message->bytes().size();
  core::Notes notes;
  core::Permits permits;
  auto cleared = co_await clear(gateway, facts, *pipeline, exchange, notes, permits, {});
  if (!cleared) co_return;
  Sending sending;
  sending.method = method;
  sending.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto sent = co_await facts.session->upstream().send(std::move(*cleared), sending);
  permits.settle({.ending = sent ? Ending::answered : Ending::upstream_gone, .result_hash = {}});
}

}  // namespace doorward::net
