// A client's session with a server that turns out to know none: Doorward keeps the session and asks
// the server statelessly. Begins as the plain upstream that it wraps; only where `initialize` fails
// and the server says that it is of the stateless era does it take over. See docs/eras.md.
#pragma once

#include <map>

#include "net/call.h"
#include "net/inbox.h"
#include "net/session/to_stateless.h"
#include "wire/param_headers.h"

namespace doorward::net {

class StatelessBridge : public Upstream, public std::enable_shared_from_this<StatelessBridge> {
 public:
  StatelessBridge(Gateway& gateway, std::shared_ptr<const Routes> routes, const ServerRoute& route,
                  core::Principal principal, std::shared_ptr<Upstream> inner);

  [[nodiscard]] uint64_t next_id() override { return inner()->next_id(); }
  [[nodiscard]] bool is_gone() const override { return inner()->is_gone(); }
  [[nodiscard]] bool owns_process() const override { return inner()->owns_process(); }
  [[nodiscard]] bool translates() const override { return bridged_.load(); }
  void set_revision(std::string_view name) override {
    if (!bridged_.load()) inner()->set_revision(name);
  }
  void translate(const wire::Message& request, std::vector<wire::Edit>& edits) const override;
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;

 private:
  using Replies = Inbox<wire::Message>;
  // A request of the client under way; its questions wait for `replies`.
  struct Active {
    std::shared_ptr<Cancellation> cancellation;
    asio::any_io_executor home;
    uint64_t now = 0;  // the id that the server knows it by
    std::shared_ptr<Replies> replies;
  };
  struct State {
    StatelessClient client;
    std::string capabilities;  // of the server, JSON
    std::vector<std::string> uris;
    std::map<std::string, std::vector<wire::ParamHeader>, std::less<>> tools;  // by name
    bool tools_known = false;
    std::map<uint64_t, Active> active;
    std::map<std::string, uint64_t> asked;  // ids of questions, by whose call
    std::shared_ptr<Cancellation> listening;
    asio::any_io_executor listening_home;
  };
  class Attempt;
  class Relay;
  class Announcements;

  [[nodiscard]] std::shared_ptr<Upstream> inner() const {
    return inner_.with([](const auto& held) { return held; });
  }
  [[nodiscard]] CallFacts own_facts() const;
  Task<Expected<void>> initialize(core::Cleared body, Sending sending, Receiver& receiver);
  // The same over the transport that servers had before Streamable HTTP.
  Task<Expected<void>> try_events(core::Cleared body, const Sending& sending, Receiver& receiver);
  Task<Expected<void>> begin(std::string_view revision, const Sending& sending, Receiver& receiver);
  Task<Expected<void>> answer_here(const Sending& sending, Receiver& receiver);
  Task<Expected<void>> carry(core::Cleared body, Sending sending, Receiver& receiver);
  // Asks the client what the server wants to know. The members of `inputResponses`; nothing where
  // the call can't go on, with the client told why.
  Task<Expected<std::string>> collect(const wire::Message& asking, const Sending& sending,
                                      Receiver& receiver);
  // Headers that repeat arguments, by the tool's schema; lists the tools where it is not known.
  Task<> add_param_headers(const wire::Message& request, Sending& inner);
  void learn_tools(const wire::Message& list);
  Task<Expected<core::Cleared>> own(const wire::Message& message);
  Task<> cancel(uint64_t id);
  void subscribe(const wire::Message& request);
  // True where the server may announce something that this session wants.
  [[nodiscard]] bool has_news() const;

  Gateway& gateway_;
  const std::shared_ptr<const Routes> routes_;
  const ServerRoute& route_;
  Locked<std::shared_ptr<Upstream>> inner_;  // replaced while `initialize` is under way, if ever
  const std::shared_ptr<Session> own_;       // what Doorward itself asks is of this one
  std::atomic<bool> bridged_{false};
  Locked<State> state_;
};

}  // namespace doorward::net
