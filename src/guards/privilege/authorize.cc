#include "guards/privilege/authorize.h"

#include "policy/one_answer.h"

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
  action.now = exchange.now;
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
    default:
      return std::nullopt;
  }
}

// A URI whose path could be read as another one: rules match what is written (R10.2).
bool is_ambiguous(std::string_view uri) {
  std::string low;
  for (const char letter : uri)
    low += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  for (const std::string_view hidden : {"%2e", "%2f", "%5c", "%25", "%00", "\\"})
    if (low.find(hidden) != std::string::npos) return true;
  for (size_t at = low.find(".."); at != std::string::npos; at = low.find("..", at + 1)) {
    const bool opens = at == 0 || low[at - 1] == '/' || low[at - 1] == ':';
    const bool closes = at + 2 == low.size() || low[at + 2] == '/' || low[at + 2] == '?' ||
                        low[at + 2] == '#' || low[at + 2] == ';';
    if (opens && closes) return true;
  }
  return false;
}

}  // namespace

Verdict Authorize::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.principal == nullptr) return policy::not_available();
  // Lists what others started: no principal may see that (PROTOCOL, incident 24).
  if (exchange.message->method() == Method::tasks_list) return policy::not_available();
  if (exchange.message->method() == Method::subscriptions_listen) return subscription(exchange);
  auto action = action_of(exchange, classes_);
  if (!action) return core::pass();
  // Rules name a resource by its name or its URI; a request has the URI alone.
  std::string resource_name;
  if (!action->uri.empty() && resource_name_) {
    resource_name = resource_name_(action->server, action->uri);
    action->name = resource_name;
  }
  // At the merged endpoint: a name or URI that is of no server, or could be of two (R3.3).
  if (action->server.empty()) return policy::not_available();
  if (!action->uri.empty() && is_ambiguous(action->uri))
    return core::deny("privilege.ambiguous_uri", "R10.2",
                      "Write the URI without `..` and without escaped dots, slashes or percent "
                      "signs.");
  // A name that is no text (`["delete"]`) is read as one by some servers; rules can't see it.
  if (action->name.empty() && action->uri.empty()) return policy::not_available();
  const policy::Decision decision =
      rules_->decide(policy::Subject::of(*exchange.principal), *action);
  notes.rule = decision.rule;
  switch (decision.reason) {
    case policy::Reason::allowed:
      return core::pass();
    case policy::Reason::held: {
      Verdict verdict = policy::not_available();
      verdict.effect = core::Effect::hold;
      verdict.answer = Answer::held;
      verdict.reason = "privilege.approval";
      verdict.requirement = "R1.5";
      verdict.text =
          "A person has to approve this call first. Don't repeat it until they did; tell the user.";
      return verdict;
    }
    case policy::Reason::scope_missing: {
      Verdict verdict =
          core::deny("privilege.scope", "R9.5",
                     "The credential lacks a scope that this call needs.", Answer::scope);
      verdict.challenge = R"(Bearer error="insufficient_scope", scope=")" +
                          std::string(decision.missing_scope) + "\"";
      if (const std::string where = metadata_ ? metadata_(exchange) : ""; !where.empty())
        verdict.challenge.append(", resource_metadata=\"").append(where).append("\"");
      return verdict;
    }
    case policy::Reason::arguments_refused: {
      Verdict verdict = core::deny("privilege.arguments", "R3.2",
                                   "These arguments are outside what is allowed to you. Change "
                                   "them, or ask the person who runs Doorward.");
      return verdict;
    }
    case policy::Reason::agent_not_granted: {
      Verdict verdict = policy::not_available();
      verdict.detail = kAgentMayNot;
      return verdict;
    }
    case policy::Reason::outside_time:
      return core::deny("privilege.time", "R9.6",
                        "This is allowed to you at certain times only, and now is none of them. "
                        "Don't repeat the call; tell the user.");
    default:
      return policy::not_available();
  }
}

Verdict Authorize::subscription(const core::Exchange& exchange) const {
  const wire::JsonValue wanted =
      exchange.message->params()["notifications"]["resourceSubscriptions"];
  if (!wanted.is_array()) return core::pass();
  // At the merged endpoint: what goes on to a server is judged again, as that server's.
  if (exchange.server.empty()) return core::pass();
  for (const wire::JsonValue uri : wanted.items()) {
    policy::Action action;
    action.kind = policy::Kind::resource;
    action.server = exchange.server;
    action.now = exchange.now;
    action.uri = uri.text();
    const std::string name =
        resource_name_ ? resource_name_(action.server, action.uri) : std::string();
    action.name = name;
    if (action.uri.empty() || is_ambiguous(action.uri) ||
        rules_->decide(policy::Subject::of(*exchange.principal), action).reason !=
            policy::Reason::allowed)
      return policy::not_available();
  }
  return core::pass();
}

}  // namespace doorward::guards
