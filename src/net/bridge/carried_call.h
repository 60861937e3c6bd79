// One request under way at a server, apart from the client's request that began it: where the
// client is asked for input by the result of its call, the server's side goes on waiting. Runs on
// the thread that started it; taken from on any.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "base/locked.h"
#include "net/inbox.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

class CarriedCall : public Receiver, public std::enable_shared_from_this<CarriedCall> {
 public:
  using Wake = Inbox<int>;
  // What the server sent, or how the call ended.
  struct Item {
    std::optional<Expected<wire::Message>> message;
    std::optional<Error> error;  // with `message` empty: the end; none: the reply was the end
    size_t bytes = 0;            // of `message`
  };

  CarriedCall(std::shared_ptr<Upstream> upstream, uint64_t id)
      : upstream_(std::move(upstream)), id_(id) {}

  // Call once. `sending.deadline` is the life of the call, the client's absence included.
  void start(asio::any_io_executor home, core::Cleared body, Sending sending);
  // Who is woken when there is something to take; null for nobody.
  void wake(std::shared_ptr<Wake> who);
  [[nodiscard]] std::optional<Item> take();
  // Ends it here; the server is not told. Any thread, any number of times.
  void stop();

  // Who takes the server's questions, where its channel does not say whose call they belong to.
  using Questions = std::function<Task<>(wire::Message)>;
  void questions_to(Questions questions) { questions_ = std::move(questions); }  // before `start`
  // One of them, found to be this call's.
  void ask(wire::Message question);

  [[nodiscard]] uint64_t id() const { return id_; }
  // The server may need input to answer it.
  [[nodiscard]] bool can_ask() const { return can_ask_; }
  [[nodiscard]] bool over() const;
  [[nodiscard]] Task<bool> receive(Expected<wire::Message> message) override;

 private:
  static constexpr size_t kKept = 1024;
  static constexpr size_t kKeptBytes = 16 * 1024 * 1024;
  struct State {
    std::deque<Item> items;
    size_t bytes = 0;
    std::shared_ptr<Wake> who;
    bool over = false;
  };
  void push(Item item, bool last);

  const std::shared_ptr<Upstream> upstream_;
  const uint64_t id_;
  asio::any_io_executor home_;
  Questions questions_;
  bool can_ask_ = false;
  std::shared_ptr<Cancellation> cancellation_ = std::make_shared<Cancellation>();  // home's
  Locked<State> state_;
};

}  // namespace doorward::net
