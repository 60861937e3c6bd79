// The two entries of a call: what was decided, and how it ended.
#pragma once

#include <memory>
#include <string>

#include "detect/reading.h"
#include "guards/logtamper/receipt.h"

namespace doorward::guards {

// The decision on `exchange` as one line. Everything in it that a stranger wrote went through a
// Redactor. `brief`: no texts. `known`: what guards read of the message's texts; may be null.
struct DecisionEntry {
  std::string line;
  std::string target;  // tool, prompt or resource as it stands there
};
[[nodiscard]] DecisionEntry decision_entry(const ReceiptRules& rules,
                                           const core::Exchange& exchange, const core::Notes& notes,
                                           const core::Verdict& verdict, bool brief,
                                           detect::Readings* known);

// Remembers which texts of the answer that is judged are clean, for its outcome's entry.
void remember_clean(const ReceiptRules& rules, const core::Exchange& exchange,
                    detect::Readings& known);

// Writes the outcome when the call ends, however it ends.
class OutcomeEntry : public core::Permit {
 public:
  OutcomeEntry(std::shared_ptr<audit::Log> log, std::shared_ptr<const ReceiptRules> rules,
               uint64_t decision, std::string target, const core::Exchange& exchange, bool brief);
  void settle(const core::Outcome& outcome) noexcept override;

 private:
  const std::shared_ptr<audit::Log> log_;
  const std::shared_ptr<const ReceiptRules> rules_;
  const uint64_t decision_;
  const bool keeps_result_;
  const limits::Key owner_;
  const std::string call_, principal_, server_, method_, target_;
};

}  // namespace doorward::guards
