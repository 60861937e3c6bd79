// Guard      logtamper.receipt           Area 8, stages accept, request, response, server_message,
//                                        client_reply
// Defends    R8.1, R8.2, R8.3, R8.6      Hostile input: client, server, a full disk
// Denies     any request while its decision can't be written down
// Passes     a request whose decision entry stands in the log; its outcome follows
// Limits     whoever can write the state folder can end the log, not change it unseen
// Tested by  tests/areas/logtamper/receipt.jsonl, tests/e2e/audit.test.mjs
#pragma once

#include <memory>
#include <string>

#include "audit/log.h"
#include "base/locked.h"
#include "core/guard.h"

namespace doorward::guards {

class Receipt : public core::Guard {
 public:
  // `durable`: a decision is on disk before its request is forwarded (`durability: entry`).
  Receipt(std::shared_ptr<audit::Log> log, std::string policy_version, bool durable)
      : log_(std::move(log)), policy_version_(std::move(policy_version)), durable_(durable) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  [[nodiscard]] Expected<uint64_t> decision(const core::Exchange&, const core::Notes&,
                                            const core::Verdict&, bool durable) const;
  [[nodiscard]] bool is_flood(const core::Exchange&) const;
  const std::shared_ptr<audit::Log> log_;
  const std::string policy_version_;
  const bool durable_;
  // Refusals of strangers, and dropped messages of servers, beyond a rate are counted instead of
  // written one by one (R8.5).
  struct Flood {
    SteadyTime second{};
    unsigned written = 0;
    uint64_t left_out = 0;
  };
  mutable Locked<Flood> flood_, server_flood_;
};

}  // namespace doorward::guards
