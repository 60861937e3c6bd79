// Questions to a person and their answers, kept in the store: asked once, answered by an operator,
// redeemed once, each within its life. Silence is no.
//
//   pending ──approve──▶ approved ──the same call──▶ redeemed
//      │ deny               │ time                      ▲ given back: the call was not sent
//      ▼                    ▼                           │
//   denied               expired                    approved
//
// INVARIANT: each change is one transaction of the store, and `told` has written it down before it
// counts: no entry, no change.
//
// Tested by tests/unit/policy/approvals.cc
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/store.h"
#include "policy/question.h"

namespace doorward::policy {

enum class ApprovalState : uint8_t { pending, approved, denied, redeemed, expired };
[[nodiscard]] std::string_view approval_state_name(ApprovalState state);

struct Approval {
  std::string id;
  ApprovalState state = ApprovalState::pending;
  Question question;
  WallTime asked{};
  WallTime expires{};  // of the question, then of the answer
  std::string decided_by;
  WallTime decided{};
};
[[nodiscard]] std::string approval_json(const Approval& approval);

// Who answers: an operator's credential, never an MCP one.
enum class OperatorRole : uint8_t { viewer, approver, admin };
struct Approver {
  std::string id;
  OperatorRole role = OperatorRole::viewer;
  std::vector<std::string> groups;
  bool built_in = false;  // the token in the state folder: the same person as the user `local`
};

// Nothing where `who` may approve; else why not. Errors: approvals.role, approvals.own,
// approvals.not_approver.
[[nodiscard]] Expected<void> may_approve(const Question& question, const Approver& who);

class Approvals {
 public:
  struct Bounds {
    std::chrono::milliseconds timeout;  // of the question, and then of the answer
    uint32_t pending;                   // open questions of one principal
  };
  // Writes a change down, on the store's thread: `asked`, `approved`, `denied`, `redeemed`,
  // `given_back`, `expired`. Where it fails the change is undone.
  using Told = std::function<Expected<void>(std::string_view event, const Approval&)>;

  Approvals(std::shared_ptr<core::Store> store, Told told)
      : store_(std::move(store)), told_(std::move(told)) {}

  enum class Answer : uint8_t { redeemed, pending, denied, full };
  struct Reply {
    Answer answer = Answer::pending;
    std::string id;
    WallTime expires{};  // when it is worth asking again, where `full`
  };
  // Redeems the answer to this very question where there is one; asks otherwise, once. `done` is
  // called on the store's thread. Errors: store.failed, policy.record.
  void ask(Question question, Bounds bounds, WallTime now,
           std::function<void(Expected<Reply>)> done);
  // The call that redeemed it was refused before anything was sent. A question that a repeat opened
  // meanwhile is withdrawn.
  void give_back(std::string id, WallTime now);

  // All that are kept, the newest first; those whose time is over as expired. Waits for the store.
  [[nodiscard]] Expected<std::vector<Approval>> list(WallTime now);
  // Waits for the store. `policy` is the version in force: a question under another one is void.
  // Errors: approvals.unknown, approvals.settled (not pending any more), approvals.void, those of
  // may_approve, store.failed.
  [[nodiscard]] Expected<Approval> decide(std::string_view id, const Approver& who, bool approve,
                                          std::string_view policy, Bounds bounds, WallTime now);
  // Writes down what time has ended, and forgets what is long over.
  void sweep(WallTime now);

 private:
  Expected<void> save(core::Records& records, const Approval& approval, std::string_view event);
  Expected<Reply> ask_in(core::Records& records, const Question& question, Bounds bounds,
                         WallTime now);
  // The question that a repeat opened while the answer to it was in use: it is answered already.
  Expected<void> withdraw_repeat(core::Records& records, const Approval& answered, WallTime now);
  Expected<void> sweep_in(core::Records& records, WallTime now);

  const std::shared_ptr<core::Store> store_;
  const Told told_;
};

}  // namespace doorward::policy
