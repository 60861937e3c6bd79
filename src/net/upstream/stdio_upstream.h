// A session's side of a child process. A child that does not end a call at its deadline is replaced
// by a fresh one (R6.1): where it serves one session, that session goes on with the fresh one.
#pragma once

#include "net/upstream/child.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

class StdioUpstream : public Upstream {
 public:
  // Whom a fresh child is started for.
  struct Of {
    std::string server;
    core::Principal principal;
    bool owns = false;  // the child serves this session alone and ends with it
  };
  StdioUpstream(Gateway& gateway, std::shared_ptr<Child> child, Of of)
      : gateway_(gateway), of_(std::move(of)), state_(State{.child = std::move(child)}) {
    this->child()->use(1);
  }
  ~StdioUpstream() override {
    child()->left(this);
    child()->use(-1);
    if (of_.owns) child()->end();
  }

  [[nodiscard]] uint64_t next_id() override { return child()->next_id(); }
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;
  [[nodiscard]] bool owns_process() const override { return of_.owns; }
  [[nodiscard]] bool is_gone() const override;

 private:
  struct State {
    std::shared_ptr<Child> child;
    // What opened the session, to open it anew with a fresh child: the same judged bytes.
    std::optional<core::Cleared> initialize, initialized;
    uint64_t initialize_id = 0;
    bool reviving = false, closed = false;
  };
  [[nodiscard]] std::shared_ptr<Child> child() const {
    return state_.with([](const State& state) { return state.child; });
  }
  void remember(const core::Cleared& body, const Sending& sending);
  // The child that takes the next message; a fresh one where the last was replaced.
  // Errors: upstream.unavailable.
  [[nodiscard]] Task<Expected<std::shared_ptr<Child>>> ready_child();
  [[nodiscard]] Task<Expected<std::shared_ptr<Child>>> revive();

  Gateway& gateway_;
  const Of of_;
  Locked<State> state_;
};

}  // namespace doorward::net
