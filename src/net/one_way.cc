// What travels outside a client's requests: its notifications and replies, what did not parse, and
// what a server says on the session's own stream.
#include "net/judging.h"
#include "net/merged/routing.h"
#include "net/session/stateless.h"

namespace doorward::net {

using core::Ending;
using core::Exchange;
using core::Stage;

namespace {

// Keeps what a server sends outside any request in the session's own stream.
class Unsolicited : public Receiver {
 public:
  Unsolicited(Gateway& gateway, const CallFacts& facts) : gateway_(gateway), facts_(facts) {}

  Task<bool> receive(Expected<wire::Message> message) override {
    const auto pipeline = gateway_.pipeline.take();
    const std::string call_id = new_call_id();
    ServerMessage server{gateway_, *pipeline, facts_, nullptr, call_id};
    if (!message) {
      server.unparsed(message.error());
      co_return false;
    }
    // Outside a request a server may ask for nothing but the roots and a sign of life (R5.6).
    const bool matches =
        !message->is_reply() && message->method() != wire::Method::n_progress &&
        message->method() != wire::Method::n_cancelled &&
        (!message->is_request() || message->method() == wire::Method::ping ||
         message->method() == wire::Method::roots_list || facts_.session->open_requests() > 0);
    auto cleared = co_await server.judge(*message, {}, matches);
    if (cleared) facts_.session->standalone()->append(std::move(*cleared));
    co_return false;
  }

 private:
  Gateway& gateway_;
  const CallFacts& facts_;
};

// A server whose question gets no answer learns so: it need not wait for its own time-out.
Task<> tell_unanswered(Gateway& gateway, const CallFacts& facts, const core::Pipeline& pipeline,
                       const Session::Asked& asked, const core::Refusal& refusal) {
  const auto question = wire::Message::parse(R"({"jsonrpc":"2.0","id":)" + asked.upstream_id +
                                             R"(,"method":"ping"})");
  if (!question) co_return;
  Sending sending;
  sending.deadline = std::chrono::steady_clock::now() + gateway.settings.write_timeout;
  sending.caller = caller_of(facts);
  core::Cleared told = pipeline.refuse(&*question, refusal);
  auto sent = co_await facts.session->upstream().send(std::move(told), sending);
  static_cast<void>(sent);
}

}  // namespace

Task<std::optional<core::Refusal>> run_one_way(Gateway& gateway, CallFacts facts,
                                               wire::Message message) {
  std::optional<core::Refusal> refusal;
  if (facts.route->merged)
    refusal = co_await run_merged_one_way(gateway, std::move(facts), std::move(message));
  else
    refusal = co_await run_one_way_to(gateway, std::move(facts), std::move(message));
  co_return refusal;
}

Task<std::optional<core::Refusal>> run_one_way_to(Gateway& gateway, CallFacts facts,
                                                  wire::Message message) {
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  const bool is_reply = message.is_reply();
  Exchange exchange = exchange_of(facts, is_reply ? Stage::client_reply : Stage::request, call_id);
  exchange.message = &message;
  exchange.message_bytes = message.bytes().size();
  if (!is_reply) exchange.request = &message;
  exchange.protocol = protocol_facts(facts.head, &message, gateway.settings.revision_floor);
  std::vector<wire::Edit> edits;
  bool own = false;
  std::optional<Session::Asked> answers;  // a server's question
  std::string cancels;                    // the client's id of the request that it ends
  if (is_reply) {
    const std::string id(message.id() ? message.id().raw() : std::string_view());
    exchange.reply_expected = facts.session->is_asked(id);
    if (exchange.reply_expected)
      if (const auto asked = facts.session->answer(id)) {
        own = asked->own;
        if (!own) answers = *asked;
        if (!own) edits.push_back(replace(message.id(), asked->upstream_id));
      }
  } else if (message.method() == wire::Method::n_cancelled) {
    const wire::JsonValue id = message.params()["requestId"];
    // Ended already, not sent yet, or told before: there is nothing to tell the server.
    const auto ours = id ? facts.session->cancel_request(id_key(id)) : std::nullopt;
    if (!ours) co_return std::nullopt;
    cancels = id_key(id);
    edits.push_back(replace(id, std::to_string(*ours)));
  } else if (message.method() == wire::Method::n_progress) {
    const wire::JsonValue token = message.params()["progressToken"];
    if (!token || !facts.session->gave_progress_token(token.raw()))
      co_return std::nullopt;  // of nothing that a server asked
  }
  core::Notes notes;
  core::Permits permits;
  auto cleared =
      co_await clear(gateway, facts, *pipeline, exchange, notes, permits, std::move(edits));
  if (!cleared) {
    gateway.counters.refused_total.fetch_add(1);
    const core::Refusal refusal = std::move(cleared).error();
    if (answers) co_await tell_unanswered(gateway, facts, *pipeline, *answers, refusal);
    co_return refusal;
  }
  if (own) {
    // What a client says to a question of Doorward's own approves nothing (R1.5): the page does.
    permits.settle({.ending = Ending::answered, .result_hash = {}});
    co_return std::nullopt;
  }
  Sending sending;
  sending.method = message.method();
  sending.deadline = std::chrono::steady_clock::now() + gateway.settings.write_timeout;
  sending.caller = caller_of(facts);
  auto sent = co_await facts.session->upstream().send(std::move(*cleared), sending);
  permits.settle({.ending = sent ? Ending::answered : Ending::upstream_gone, .result_hash = {}});
  if (!sent && sent.error().code == "upstream.session_gone") facts.session->end();
  if (!cancels.empty() && !facts.session->upstream().translates()) {
    // A server does not answer what is cancelled: nobody waits for it, nor holds its place.
    const auto fits = [&](const InFlight::Call& call) {
      return !call.session.empty() && call.session == facts.session->id() &&
             call.request == cancels;
    };
    gateway.in_flight.stop(fits, Cancellation::By::notice);
  }
  co_return std::nullopt;
}

core::Refusal refuse_unparsed(Gateway& gateway, const CallFacts& facts, const Error& error,
                              size_t bytes) {
  const auto pipeline = gateway.pipeline.take();
  const std::string call_id = new_call_id();
  Exchange exchange = exchange_of(facts, Stage::request, call_id);
  exchange.parse_error = &error;
  exchange.message_bytes = bytes;
  core::Notes notes;
  core::Permits permits;
  auto cleared = pipeline->clear(exchange, notes, permits);
  gateway.counters.refused_total.fetch_add(1);
  return std::move(cleared).error();  // without a message it is always refused
}

Task<Expected<void>> listen(Gateway& gateway, CallFacts facts,
                            std::shared_ptr<std::atomic<bool>> stop) {
  Unsolicited receiver(gateway, facts);
  auto ended = co_await facts.session->upstream().listen(receiver, std::move(stop));
  co_return ended;
}

}  // namespace doorward::net
