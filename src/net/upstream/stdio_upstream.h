// A session's side of a child process.
#pragma once

#include "net/upstream/child.h"
#include "net/upstream/upstream.h"

namespace doorward::net {

class StdioUpstream : public Upstream {
 public:
  // `owns`: the child serves this session alone and ends with it.
  StdioUpstream(Gateway& gateway, std::shared_ptr<Child> child, bool owns)
      : gateway_(gateway), child_(std::move(child)), owns_(owns) {
    child_->use(1);
  }
  ~StdioUpstream() override {
    child_->use(-1);
    if (owns_) child_->end();
  }

  [[nodiscard]] uint64_t next_id() override { return child_->next_id(); }
  Task<Expected<void>> request(core::Cleared, Sending, Receiver&) override;
  Task<Expected<void>> send(core::Cleared, Sending) override;
  Task<Expected<void>> listen(Receiver&, std::shared_ptr<std::atomic<bool>> stop) override;
  Task<> close() override;
  [[nodiscard]] bool owns_process() const override { return owns_; }
  [[nodiscard]] bool is_gone() const override { return child_->is_gone(); }

 private:
  Gateway& gateway_;
  const std::shared_ptr<Child> child_;
  const bool owns_;
};

}  // namespace doorward::net
