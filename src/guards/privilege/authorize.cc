#include "guards/privilege/authorize.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;
using wire::Method;

const core::GuardFacts& Authorize::facts() const {
  static constexpr core::GuardFacts kFacts{"privilege.authorize", core::Area::privilege,
                                           core::stages(core::Stage::request), false};
  return kFacts;
}

namespace {

// What a request acts on; nothing where it acts on no tool, prompt or resource.
std::optional<policy::Action> action_of(const core::Exchange& exchange, const ClassesOf& classes) {
  const wire::Message& message = *exchange.message;
  policy::Action action;
  action.server = exchange.server;
  switch (message.method()) {
    case Method::tools_call:
      action.kind = policy::Kind::tool;
      action.name = message.target();
      action.classes = classes(exchange.server, action.name);
      action.arguments = message.arguments();
      return action;
    case Method::prompts_get:
      action.kind = policy::Kind::prompt;
      action.name = message.target();
      action.arguments = message.arguments();
      return action;
    case Method::resources_read:
    case Method::resources_subscribe:
    case Method::resources_unsubscribe:
      action.kind = policy::Kind::resource;
      action.uri = message.target();
      return action;
    case Method::completion_complete:
      // Completion follows its prompt or resource.
      if (message.params()["ref"]["type"].text() == "ref/prompt") {
        action.kind = policy::Kind::prompt;
        action.name = message.target();
      } else {
        action.kind = policy::Kind::resource;
        action.uri = message.target();
      }
      return action;
    default: return std::nullopt;
  }
}

Verdict not_allowed() {
  return core::deny("privilege.denied", "R9.1",
                    "This is not available to you here. Don't repeat the call; use what the lists "
                    "show, or ask the person who runs Doorward for a rule that allows it.");
}

}  // namespace

Verdict Authorize::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.principal == nullptr) return not_allowed();
  const auto action = action_of(exchange, classes_);
  if (!action) return core::pass();
  // A name that is no text (`["delete"]`) is read as one by some servers; rules can't see it.
  if (action->name.empty() && action->uri.empty()) return not_allowed();
  const policy::Decision decision =
      rules_->decide(policy::Subject::of(*exchange.principal), *action);
  notes.rule = decision.rule;
  switch (decision.reason) {
    case policy::Reason::allowed: return core::pass();
    case policy::Reason::held: {
      Verdict verdict = not_allowed();
      verdict.effect = core::Effect::hold;
      verdict.answer = Answer::held;
      verdict.reason = "privilege.approval";
      verdict.requirement = "R1.5";
      verdict.text =
          "A person has to approve this call first. Don't repeat it until they did; tell the user.";
      return verdict;
    }
    case policy::Reason::scope_missing: {
      Verdict verdict = core::deny("privilege.scope", "R9.5",
                                   "The credential lacks a scope that this call needs.",
                                   Answer::scope);
      verdict.challenge = R"(Bearer error="insufficient_scope", scope=")" +
                          std::string(decision.missing_scope) + "\"";
      return verdict;
    }
    case policy::Reason::arguments_refused: {
      Verdict verdict = core::deny("privilege.arguments", "R3.2",
                                   "These arguments are outside what is allowed to you. Change "
                                   "them, or ask the person who runs Doorward.");
      return verdict;
    }
    default: return not_allowed();
  }
}

}  // namespace doorward::guards
