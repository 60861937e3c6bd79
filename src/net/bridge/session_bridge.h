// Requests of the stateless era over a session that Doorward has with a server of an older one. One
// bridge for each principal, server and set of client capabilities; its session is kept and reused.
#pragma once

#include <map>

#include "net/bridge/carried_call.h"
#include "net/bridge/waiting_calls.h"
#include "net/call.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

struct ServerMessage;

class SessionBridge : public Upstream, public std::enable_shared_from_this<SessionBridge> {
 public:
  // `session` is initialized; `initialized` is the server's answer to that.
  SessionBridge(Gateway& gateway, std::shared_ptr<const Routes> routes, const ServerRoute& route,
                std::shared_ptr<Session> session, wire::Message initialized);

  // Hears what the server says outside of calls: from now on, where it can have something to say.
  void start(asio::any_io_executor executor);

  [[nodiscard]] uint64_t next_id() override { return session_->upstream().next_id(); }
  [[nodiscard]] bool is_gone() const override { return session_->ended(); }
  [[nodiscard]] bool translates() const override { return true; }
  void translate(const wire::Message& request, std::vector<wire::Edit>& edits) const override {
    strip_stateless(request, edits);
  }
  [[nodiscard]] std::optional<uint64_t> resumed(std::string_view state) const override;
  // Errors beside those of Upstream: era.state_gone (the call that waited for this answer is over).
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>>) override;
  Task<> close() override { co_return; }  // the session is Doorward's own and stays

  [[nodiscard]] const std::shared_ptr<Session>& session() const { return session_; }
  [[nodiscard]] bool serves(const Routes& routes) const { return routes_.get() == &routes; }

 private:
  static constexpr std::chrono::minutes kAnswering{10};  // how long a call waits for its client
  // A call that waits for its client, and what the client was asked.
  struct Parked {
    std::shared_ptr<CarriedCall> call;
    std::string key;       // of the question
    std::string question;  // as it was judged
    uint64_t asked = 0;    // its id in the session
    SteadyTime until{};
    WaitingCalls::Place place;
  };
  struct Listener {
    Subscription wanted;
    std::shared_ptr<Inbox<std::string>> inbox;
    bool cancelled = false;
  };
  struct State {
    std::map<std::string, Parked, std::less<>> parked;
    std::map<uint64_t, std::weak_ptr<CarriedCall>> active;
    std::map<uint64_t, Listener> listeners;
    std::map<std::string, int> watched;  // resources, by how many listeners
    std::shared_ptr<std::atomic<bool>> hearing;
    int level = 8;  // the log level that the server was told; 8: none
    bool sweeping = false;
  };
  class Hearing;

  // The one call that a question without an address can belong to; null where there is none, or
  // several are under way (R5.6). A call that waits for its client has asked already.
  [[nodiscard]] std::shared_ptr<CarriedCall> asking() const;
  // Takes out what waits for the client of this call.
  [[nodiscard]] std::optional<Parked> unpark(uint64_t call);

  [[nodiscard]] CallFacts own_facts() const;
  Task<Expected<void>> discover(const Sending& sending, Receiver& receiver);
  Task<Expected<void>> subscribe(const Sending& sending, Receiver& receiver);
  Task<Expected<void>> unknown_method(const Sending& sending, Receiver& receiver);
  Task<Expected<void>> resume(const Sending& sending, Receiver& receiver);
  [[nodiscard]] std::string input_required_again(const Parked& parked,
                                                 const Sending& sending) const;
  // Hands on what the server sends until the call ends, waits for its client or runs out of time.
  Task<Expected<void>> follow(std::shared_ptr<CarriedCall> call, const Sending& sending,
                              Receiver& receiver);
  // True when the client's call ends with this message.
  Task<Expected<bool>> hand_on(const std::shared_ptr<CarriedCall>& call, wire::Message message,
                               const Sending& sending, Receiver& receiver);
  // Judges a server's question; true when the client's call ends by asking it.
  Task<bool> question(const std::shared_ptr<CarriedCall>& call, const wire::Message& message,
                      const Sending& sending, Receiver& receiver);
  // Ends a call whose question can't wait any more; its client is told which bound that is:
  // `by_own`, the principal's.
  Task<> refuse_question(const std::shared_ptr<CarriedCall>& call, ServerMessage& server,
                         const wire::Message& message, const Sending& sending, Receiver& receiver,
                         bool by_own);
  Task<> set_level(const Sending& sending);
  Task<> watch(const std::vector<std::string>& uris, bool on);
  Task<> announce(const wire::Message& message);
  // What the server said outside of any call.
  Task<> heard(wire::Message message);
  Task<> answer_ping(const wire::Message& ping);
  // Sends Doorward's own words: the client's answer to a question, or a sign of life.
  Task<std::expected<void, core::Refusal>> reply(const wire::Message& message,
                                                 std::vector<wire::Edit> edits);
  Task<> give_up(std::shared_ptr<CarriedCall> call, uint64_t asked,
                 std::string_view why = "the client did not answer");
  Task<> drop_stale();
  // Drops what is stale while anything waits, whether or not somebody asks for more.
  void begin_sweeping(asio::any_io_executor executor);
  // Over HTTP a stream is kept open for what comes on no other: questions of the server where the
  // client can be asked, and changes of its lists where it announces them.
  [[nodiscard]] bool hears_always() const;
  void stop_hearing();
  void begin_hearing(asio::any_io_executor executor);

  Gateway& gateway_;
  const std::shared_ptr<const Routes> routes_;
  const ServerRoute& route_;
  const std::shared_ptr<Session> session_;
  const wire::Message initialized_;
  const bool one_channel_;  // questions come without the call that they belong to
  Locked<State> state_;
};

}  // namespace doorward::net
