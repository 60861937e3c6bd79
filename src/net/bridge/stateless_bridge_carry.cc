// One request of a client's session, asked statelessly: again with the answers where the server
// wants to know something first.
#include <algorithm>

#include "base/bytes.h"
#include "net/bridge/bridged_message.h"
#include "net/bridge/stateless_bridge.h"
#include "net/bridge/stateless_sending.h"
#include "net/own_request.h"
#include "net/session/stateless.h"

namespace doorward::net {

namespace {

constexpr int kInternal = -32603;
constexpr int kRounds = 8;  // of questions in one call
constexpr size_t kReplies = 64;

}  // namespace

// Hands a stateless server's messages about one request on, but keeps a result that asks.
class StatelessBridge::Relay : public Receiver {
 public:
  // `request` is what the server was sent.
  Relay(StatelessBridge& bridge, Receiver& client, uint64_t id, uint64_t now,
        const wire::Message& request)
      : bridge_(bridge),
        client_(client),
        request_(request),
        id_(std::to_string(id)),
        now_(std::to_string(now)) {}
  Task<bool> receive(Expected<wire::Message> message) override {
    if (!message) {
      const bool over = co_await client_.receive(std::move(message));
      co_return over;
    }
    const bool ours = message->is_reply() && message->id() && message->id().raw() == now_;
    if (ours && !has_known_result_type(*message, request_)) {
      has_bad_answer = true;  // its kind is taken out on the way, so it is judged here
      co_return true;
    }
    if (ours && is_input_required(*message)) {
      asking.emplace(std::move(*message));
      co_return true;
    }
    const bool progress = message->method() == wire::Method::n_progress;
    // That era has no request of a server, and on the stream of a call nothing else than its
    // progress and its log; who sends it all the same has no right to an answer.
    const bool fits =
        message->is_reply() || progress || message->method() == wire::Method::n_message;
    if (!fits || (!message->is_reply() && subscription_id(*message))) {
      bridge_.gateway_.counters.dropped_server_messages_total.fetch_add(1);
      bridge_.gateway_.log("server `" + bridge_.route_.name +
                           "`: a message that belongs to no call of this kind was dropped");
      co_return false;
    }
    if ((message->is_reply() && !ours) ||
        (progress && message->params()["progressToken"].raw() != now_)) {
      const bool over = co_await client_.receive(std::move(message));  // judged: belongs to nothing
      co_return over;
    }
    if (ours && lists_tools) bridge_.learn_tools(*message);
    auto made = parsed(bridge_.gateway_, session_message(*message, id_));
    const bool over = co_await client_.receive(std::move(made));
    co_return over;
  }
  bool lists_tools = false;
  bool has_bad_answer = false;
  Task<> streaming() override { return client_.streaming(); }
  std::optional<wire::Message> asking;

 private:
  StatelessBridge& bridge_;
  Receiver& client_;
  const wire::Message& request_;
  const std::string id_, now_;
};

Task<Expected<void>> StatelessBridge::carry(core::Cleared body, Sending sending,
                                            Receiver& receiver) {
  auto executor = co_await asio::this_coro::executor;
  auto base = parsed(gateway_, std::string(body.body()));
  if (!base) co_return std::unexpected(std::move(base).error());
  Active mine;
  mine.cancellation = std::make_shared<Cancellation>();
  mine.home = executor;
  mine.now = sending.id;
  mine.replies = std::make_shared<Replies>(executor, kReplies);
  state_.with([&](State& state) { state.active.emplace(sending.id, mine); });
  const std::shared_ptr<Cancellation> outer = sending.cancellation;
  const Cancellation::Heard heard(outer, [of = mine.cancellation, to = mine.replies] {
    of->cancel();
    to->close();
  });
  struct Leave {
    StatelessBridge& bridge;
    uint64_t id;
    ~Leave() {
      bridge.state_.with([&](State& state) {
        state.active.erase(id);
        std::erase_if(state.asked, [&](const auto& asked) { return asked.second == id; });
      });
    }
  } const leave{*this, sending.id};
  const auto is_over = [&outer] { return outer && outer->cancelled; };

  const auto upstream = inner();
  const wire::Message* request = &*base;
  std::optional<wire::Message> again;
  Expected<void> ended;
  for (int round = 0; round < kRounds; ++round) {
    Relay relay(*this, receiver, sending.id, mine.now, *request);
    relay.lists_tools = sending.method == wire::Method::tools_list;
    Sending how = stateless_sending(sending, mine.now, *request);
    how.cancellation = mine.cancellation;
    co_await add_param_headers(*request, how);
    ended = co_await upstream->request(std::move(body), std::move(how), relay);
    if (mine.cancellation->cancelled) {
      // What is cancelled needs no answer, but its stream an end.
      if (!route_.url) co_await cancel(mine.now);
      if (is_over())
        co_return failure("upstream.cancelled", Fault::client, "the client's side ended it");
      auto over = parsed(gateway_, wire::make_error(std::to_string(sending.id), kInternal,
                                                    "The request was cancelled."));
      static_cast<void>(co_await receiver.receive(std::move(over)));
      co_return Expected<void>{};
    }
    if (!ended && ended.error().code == "upstream.deadline" && !route_.url)
      co_await cancel(mine.now);
    if (relay.has_bad_answer)
      co_return failure("upstream.answer", Fault::server, "a kind of result that is not known");
    if (!ended || !relay.asking) co_return ended;
    auto answers = co_await collect(*relay.asking, sending, receiver);
    if (is_over())
      co_return failure("upstream.cancelled", Fault::client, "the client's side ended it");
    if (mine.cancellation->cancelled)
      answers = failure("bridge.cancelled", Fault::client, "The request was cancelled.");
    if (!answers) {
      if (answers.error().code.starts_with("upstream.")) co_return std::unexpected(answers.error());
      auto refused = parsed(
          gateway_, wire::make_error(std::to_string(sending.id), kInternal, answers.error().what));
      static_cast<void>(co_await receiver.receive(std::move(refused)));
      co_return Expected<void>{};
    }
    const wire::JsonValue state = relay.asking->result()["requestState"];
    mine.now = upstream->next_id();
    state_.with([&](State& held) { held.active[sending.id].now = mine.now; });
    auto next =
        parsed(gateway_, answered_request(*base, std::to_string(mine.now), *answers,
                                          state.is_string() ? state.raw() : std::string_view()));
    if (!next) co_return std::unexpected(std::move(next).error());
    again.emplace(std::move(*next));
    auto cleared = co_await own(*again);
    if (!cleared) co_return std::unexpected(std::move(cleared).error());
    body = std::move(*cleared);
    request = &*again;
  }
  co_return failure("upstream.answer", Fault::server, "the server asks without end");
}

Task<Expected<std::string>> StatelessBridge::collect(const wire::Message& asking,
                                                     const Sending& sending, Receiver& receiver) {
  const std::string prefix = "input-" + random_id(6);
  auto asked = questions(asking, prefix);
  if (!asked) co_return std::unexpected(std::move(asked).error());
  const auto replies = state_.with([&](State& state) {
    for (size_t i = 0; i < asked->size(); ++i)
      state.asked[prefix + "-" + std::to_string(i)] = sending.id;
    return state.active[sending.id].replies;
  });
  for (const Question& question : *asked) {
    auto message = parsed(gateway_, question.text);
    // Judged, asked under an id of the session's; or refused, which comes back as a reply.
    static_cast<void>(co_await receiver.receive(std::move(message)));
  }
  std::string members;
  for (size_t missing = asked->size(); missing > 0; --missing) {
    auto reply = co_await replies->pop(sending.deadline);
    if (!reply)
      co_return failure("upstream.deadline", Fault::server, "no answer within the call's time");
    const std::string_view id = reply->id().text();
    const auto at = std::find_if(asked->begin(), asked->end(), [&](const Question& question) {
      return id == prefix + "-" + std::to_string(&question - asked->data());
    });
    if (at == asked->end()) {
      ++missing;
      continue;
    }
    std::string answer;
    if (reply->kind() == wire::MessageKind::response)
      answer = reply->result().raw();
    else if (at->method == wire::Method::elicitation_create)
      answer = R"({"action":"cancel"})";  // closed without a choice, in this method's own words
    else
      co_return failure("bridge.unanswered", Fault::client,
                        "The server asked the client for something that it did not give.");
    if (!members.empty()) members += ',';
    members.append(at->key).append(":").append(answer);
  }
  co_return members;
}

void StatelessBridge::learn_tools(const wire::Message& list) {
  constexpr size_t kTools = 4096;
  state_.with([&](State& state) {
    const wire::JsonValue tools = list.result()["tools"];
    if (!tools.is_array()) return;
    for (const wire::JsonValue tool : tools.items()) {
      auto headers = wire::param_headers(tool["inputSchema"]);
      const std::string name(tool["name"].text());
      if (!headers || headers->empty())
        state.tools.erase(name);
      else if (state.tools.size() < kTools)
        state.tools.insert_or_assign(name, std::move(*headers));
    }
  });
}

Task<> StatelessBridge::add_param_headers(const wire::Message& request, Sending& inner) {
  if (!route_.url || request.method() != wire::Method::tools_call) co_return;
  const bool known =
      state_.with([](State& state) { return std::exchange(state.tools_known, true); });
  std::string cursor;
  for (int page = 0; !known && page < 20; ++page) {
    OwnRequest list;
    list.method = wire::Method::tools_list;
    list.params = listing_params(cursor);
    list.deadline = inner.deadline;
    const CallFacts own = own_facts();
    auto reply = co_await ask(gateway_, own, std::move(list));
    if (!reply || reply->kind() != wire::MessageKind::response) break;
    learn_tools(*reply);
    cursor = reply->result()["nextCursor"].text();
    if (cursor.empty()) break;
  }
  const auto headers = state_.with([&](const State& state) {
    const auto found = state.tools.find(request.target());
    return found == state.tools.end() ? std::vector<wire::ParamHeader>() : found->second;
  });
  for (const wire::ParamHeader& header : headers)
    if (const auto text = wire::param_text(header, request.arguments()))
      inner.headers.emplace_back(std::string(wire::kParamHeaderPrefix) + header.name,
                                 wire::header_value(*text));
}

}  // namespace doorward::net
