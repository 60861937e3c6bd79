// Guard      identity.task_owner         Area 4, stages request, response
// Defends    R4.4                        Hostile input: client (the id of somebody else's task)
// Denies     {"method":"tasks/get"} and its like, related-task and subscriptions with the id of a
//            task that this server did not give to this principal; foreign or unknown, all the same
// Passes     the ids of tasks that the principal's own calls began
// Limits     ids are kept in memory: after a restart no task is anybody's; tasks/list is refused by
//            privilege.authorize
// Tested by  tests/areas/identity/task_owner.jsonl
#pragma once

#include <memory>

#include "core/guard.h"
#include "identity/task_handles.h"

namespace doorward::guards {

class TaskOwner : public core::Guard {
 public:
  explicit TaskOwner(std::shared_ptr<identity::TaskHandles> handles)
      : handles_(std::move(handles)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

 private:
  const std::shared_ptr<identity::TaskHandles> handles_;
};

}  // namespace doorward::guards
