// `subscriptions/listen` at the merged endpoint: what any of the servers says, in one stream.
#include "net/merged/merged_upstream.h"
#include "net/own_request.h"
#include "net/session/stateless.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

using std::chrono::steady_clock;

namespace {
constexpr std::chrono::milliseconds kLook{250};
constexpr std::chrono::minutes kLife{5};  // of one request to a server; then it is made again

// Keeps one stream of a server open as long as the client listens. What comes on it is judged there
// and kept in the stream that all listeners of this principal share.
Task<> hear(Gateway& gateway, std::shared_ptr<Members> members, Member member, std::string params,
            std::shared_ptr<Cancellation> leaving) {
  while (!leaving->cancelled && !member.session->ended()) {
    const CallFacts facts = members->facts(member);
    OwnRequest request;
    request.method = wire::Method::subscriptions_listen;
    request.params = params;
    request.deadline = steady_clock::now() + kLife;
    request.for_client = true;
    request.cancellation = std::make_shared<Cancellation>();
    const Cancellation::Heard heard(leaving, [one = request.cancellation] { one->cancel(); });
    auto ended = co_await ask(gateway, facts, std::move(request));
    if (!ended && ended.error().code != "upstream.deadline") co_return;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    pause.expires_after(std::chrono::seconds(1));
    co_await pause.async_wait(kTuple);
  }
}

// What one server is asked for: changes of its lists, and those resources that are its own.
std::string params_for(const Members& members, const Subscription& wanted,
                       const std::vector<std::string>& uris) {
  std::string asked;
  const auto add = [&asked](std::string_view name, bool on) {
    if (on) asked.append(asked.empty() ? "\"" : ",\"").append(name).append("\":true");
  };
  add("toolsListChanged", wanted.tools);
  add("promptsListChanged", wanted.prompts);
  add("resourcesListChanged", wanted.resources);
  std::string list;
  for (const std::string& uri : uris) {
    if (!list.empty()) list += ',';
    wire::append_json_quote(list, uri);
  }
  if (!list.empty())
    asked.append(asked.empty() ? "" : ",").append(R"("resourceSubscriptions":[)" + list + "]");
  std::string params = stateless_params(members.capabilities());
  return params.insert(1, R"("notifications":{)" + asked + "},");
}
}  // namespace

Task<Expected<void>> MergedUpstream::subscribe(const wire::Message& request, const Sending& sending,
                                               Receiver& receiver) {
  auto executor = co_await asio::this_coro::executor;
  auto left = std::make_shared<bool>(false);
  const Cancellation::Heard leaves(sending.cancellation, [left] { *left = true; });
  const std::shared_ptr<EventLog> log = members_->own_stream();
  uint64_t seen = log->last();
  co_await members_->gather(std::chrono::seconds(2));
  const auto whole = wire::Message::parse(wire::make_result("0", capabilities_result()));
  if (!whole) co_return std::unexpected(whole.error());
  Subscription wanted = subscription_of(request, whole->result()["capabilities"]);
  // A resource is watched at the server that lists it.
  std::map<std::string, std::vector<std::string>> uris;
  if (!wanted.uris.empty()) {
    const auto listed = co_await lists_->current(ListKind::resources, sending.deadline);
    std::erase_if(wanted.uris, [&](const std::string& uri) {
      if (!listed) return true;
      const auto found = listed->owners.find(uri);
      if (found == listed->owners.end() || found->second.empty()) return true;
      uris[found->second].push_back(uri);
      return false;
    });
  }
  const std::string id = std::to_string(sending.id);
  auto first = wire::Message::parse(acknowledgement(wanted, id));
  static_cast<void>(co_await receiver.receive(std::move(first)));
  struct Heard {
    std::weak_ptr<Session> session;
    std::shared_ptr<Cancellation> leaving;
  };
  std::map<std::string, Heard> heard;
  while (!*left && steady_clock::now() < sending.deadline) {
    for (Member& member : members_->ready()) {
      Heard& one = heard[member.name];
      if (one.session.lock() == member.session) continue;
      one = Heard{member.session, std::make_shared<Cancellation>()};
      std::string params = params_for(*members_, wanted, uris[member.name]);
      asio::co_spawn(executor,
                     hear(gateway_, members_, std::move(member), std::move(params), one.leaving),
                     asio::detached);
    }
    for (auto next = log->after(seen); next.event; next = log->after(seen)) {
      seen = next.number;
      auto said = wire::Message::parse(std::string(next.event->body()));
      if (!said || !wanted.takes(*said)) continue;
      auto ours = wire::Message::parse(tagged(*said, id));
      static_cast<void>(co_await receiver.receive(std::move(ours)));
    }
    asio::steady_timer pause(executor);
    pause.expires_after(kLook);
    co_await pause.async_wait(kTuple);
  }
  for (const auto& [name, one] : heard) one.leaving->cancel();
  if (*left) co_return failure("upstream.cancelled", Fault::client, "the client cancelled");
  auto last = wire::Message::parse(subscription_end(id));
  static_cast<void>(co_await receiver.receive(std::move(last)));
  co_return Expected<void>{};
}

}  // namespace doorward::net
