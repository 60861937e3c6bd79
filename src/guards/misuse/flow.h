// Guard      misuse.flow                 Area 3, stages request, response, server_message
// Defends    R3.8, R11.9                 Hostile input: what tools return, a model that obeys it
// Denies     (holds) a comment on an untrusted issue that repeats what a private note says
// Passes     the same, where the person who works with the agent asked for it
// Limits     a value that outsiders wrote and the person asked to look up is believed; content that
//            was put in other words is not recognised; see docs/flow.md
// Tested by  tests/areas/misuse/flow.jsonl, tests/unit/policy/flow_index.cc,
//            tests/unit/policy/flow_known.cc, tests/unit/policy/flow_leaving.cc,
//            fuzz/fuzz_flow_destination.cc, fuzz/fuzz_flow_fields.cc, tests/e2e/flow.test.mjs
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/guard.h"
#include "core/task.h"
#include "policy/flow/judge.h"
#include "policy/flow/tasks.h"

namespace doorward::guards {

struct FlowSettings {
  std::vector<policy::flow::Rule> rules;
  // False: the rules are Doorward's own defaults. They then stop only where an operator stated the
  // labels of what was read and of what is called, and are otherwise recorded.
  bool stated = false;
  core::Tasks tasks;  // what counts as one
  // Whose word on the person's prompt is believed.
  std::function<bool(const core::Principal&)> believes_prompt;
};

class Flow : public core::Guard {
 public:
  Flow(FlowSettings settings, policy::flow::LabelsOf labels,
       std::shared_ptr<policy::flow::Tasks> tasks)
      : settings_(std::move(settings)), labels_(std::move(labels)), tasks_(std::move(tasks)) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
  // Keeps what a result says, and the prompt that came with a call.
  [[nodiscard]] core::Commitment commit(const core::Exchange&, core::Notes&) const override;

  // A task in which something was stopped is looked at more strictly from then on.
  void refused(const core::Exchange&, const core::Verdict&, core::Notes&) const noexcept override;

 private:
  void keep(const core::Exchange&) const;
  [[nodiscard]] std::string_view prompt_of(const core::Exchange&) const;
  [[nodiscard]] core::Verdict judge_call(const core::Exchange&, core::Notes&) const;

  const FlowSettings settings_;
  const policy::flow::LabelsOf labels_;
  const std::shared_ptr<policy::flow::Tasks> tasks_;
};

}  // namespace doorward::guards
