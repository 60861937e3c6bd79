// Guard      logtamper.receipt           Area 8, stages accept, request, response, server_message,
//                                        client_reply
// Defends    R8.1, R8.2, R8.3, R8.5, R8.6  Hostile input: client, server, a full disk
// Denies     any request while its decision can't be written down; more than one call a second of
//            a principal that has used up its bytes of the log
// Passes     a request whose decision entry stands in the log; its outcome follows
// Limits     whoever can write the state folder can end the log, not change it unseen
// Tested by  tests/areas/logtamper/receipt.jsonl, tests/e2e/audit.test.mjs
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "audit/log.h"
#include "base/locked.h"
#include "core/classes.h"
#include "core/guard.h"
#include "core/task.h"
#include "detect/known_secrets.h"
#include "guards/logtamper/budget.h"

namespace doorward::guards {

// Key of the `need` of a call that waits until its entry is on disk: this and the entry's index.
// Answered "yes", or "" where the log is broken.
inline constexpr std::string_view kDurableNeed = "audit.durable:";

struct ReceiptRules {
  std::string policy_version;
  bool all_durable = false;  // every decision is on disk before its request is forwarded; else
                             // those of tools that write, destroy or change rights
  bool keeps_texts = true;   // of arguments, redacted; else their sizes
  bool keeps_results = true;
  bool hides_personal = false;  // personal data goes as secrets do
  core::Tasks tasks = {};
  // What is signed of a tool: the digest of its definition, and its classes.
  struct Tool {
    std::string definition;
    core::ClassSet classes;
  };
  std::function<Tool(std::string_view server, std::string_view tool)> tool = nullptr;
  std::function<bool(const core::Principal&)> believes_prompt = nullptr;
  std::shared_ptr<const detect::HeldSecrets> held = nullptr;
  // Beyond its quota a principal's entries hold no texts, its refusals are counted, and it is
  // slowed.
  limits::Flow quota{.per_second = 1e6, .burst = 1e9};
  std::shared_ptr<LogBudget> budget = std::make_shared<LogBudget>();
};

class Receipt : public core::Guard {
 public:
  Receipt(std::shared_ptr<audit::Log> log, ReceiptRules rules)
      : log_(std::move(log)), rules_(std::make_shared<const ReceiptRules>(std::move(rules))) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  [[nodiscard]] bool is_counted(const core::Exchange&, const core::Verdict&, core::Notes&) const;
  // The entry's index, and what it calls the target.
  using Written = std::pair<uint64_t, std::string>;
  [[nodiscard]] Expected<Written> write(const core::Exchange&, core::Notes&, const core::Verdict&,
                                        bool brief) const;
  [[nodiscard]] bool waits_for_disk(const core::Exchange&) const;
  const std::shared_ptr<audit::Log> log_;
  const std::shared_ptr<const ReceiptRules> rules_;
  // Refusals of strangers, and dropped messages of servers, beyond a rate are counted instead of
  // written one by one (R8.5).
  struct Flood {
    SteadyTime second{};
    unsigned written = 0;
  };
  mutable Locked<Flood> flood_, server_flood_;
};

}  // namespace doorward::guards
