// A door. Judging is pure: no I/O, no waiting, no wall clock, no change. Committing reserves and
// may still deny. Settling says how it ended, in reverse order.
#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "core/exchange.h"

namespace doorward::core {

// A reservation. Destroyed without `settle` it must give back what it holds.
class Permit {
 public:
  Permit() = default;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  virtual ~Permit() = default;
  virtual void settle(const Outcome&) noexcept {}
};

using Commitment = std::expected<std::unique_ptr<Permit>, Verdict>;

struct GuardFacts {
  std::string_view id;  // `area.name`, a literal
  Area area;
  Stages stages;
  bool observable;  // false: there is no observe mode
};

class Guard {
 public:
  Guard() = default;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  virtual ~Guard() = default;

  [[nodiscard]] virtual const GuardFacts& facts() const = 0;
  [[nodiscard]] virtual Verdict judge(const Exchange&, Notes&) const { return pass(); }
  [[nodiscard]] virtual Commitment commit(const Exchange&, Notes&) const { return nullptr; }
  // Told of every refusal, whoever spoke it, before the answer is made.
  virtual void refused(const Exchange&, const Verdict&, Notes&) const noexcept {}
};

}  // namespace doorward::core
