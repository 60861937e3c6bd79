#include "guards/privilege/authorize.h"

#include "policy/one_answer.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;
using wire::JsonValue;
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

void note_holding(const std::vector<std::string_view>& ids, core::Notes& notes) {
  std::string& all = notes.values[std::string(kHoldingRules)];
  all.clear();
  for (const std::string_view id : ids) all.append(id).append("\n");
}

// Where completion leads that far: the template with the value at its argument, up to there; ""
// where the template doesn't name it. A rule that denies or holds that place speaks of it too.
std::string reached(std::string_view pattern, JsonValue params) {
  const std::string_view name = params["argument"]["name"].text();
  std::string out;
  while (true) {
    const size_t open = pattern.find('{');
    const size_t close = pattern.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos || name.empty())
      return "";
    out += pattern.substr(0, open);
    std::string_view inside = pattern.substr(open + 1, close - open - 1);
    const char sign = inside.empty() ? '\0' : inside.front();
    const bool has_sign = std::string_view("+#./;?&").find(sign) != std::string_view::npos;
    if (has_sign) inside.remove_prefix(1);
    if (has_sign && sign != '+') out += sign;
    const std::string_view variable = inside.substr(0, inside.find_first_of("*:,"));
    if (variable == name) return out.append(params["argument"]["value"].text());
    out += params["context"]["arguments"][variable].text();
    pattern.remove_prefix(close + 1);
  }
}

}  // namespace

Verdict Authorize::judge(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.principal == nullptr) return policy::not_available();
  // Lists what others started: no principal may see that (PROTOCOL, incident 24).
  if (exchange.message->method() == Method::tasks_list) return policy::not_available();
  if (exchange.message->method() == Method::subscriptions_listen)
    return subscription(exchange, notes);
  auto action = action_of(exchange, classes_);
  if (!action) return core::pass();
  // At the merged endpoint: a name or URI that is of no server, or could be of two (R3.3).
  if (action->server.empty()) return policy::not_available();
  const auto forms = action->uri.empty() ? std::nullopt : policy::resource_forms(action->uri);
  if (!action->uri.empty() && !forms)
    return core::deny("privilege.ambiguous_uri", "R10.2",
                      "Write the URI plainly: without `..`, without escaped dots, slashes or "
                      "percent signs, without backslashes, and with two digits behind each `%`.");
  // A name that is no text (`["delete"]`) is read as one by some servers; rules can't see it.
  if (action->name.empty() && action->uri.empty()) return policy::not_available();
  const policy::Subject subject = policy::Subject::of(*exchange.principal);
  const policy::Decision decision =
      forms ? decide(exchange, *action, *forms, notes) : rules_->decide(subject, *action);
  if (!forms && decision.reason == policy::Reason::held)
    note_holding(rules_->holding(subject, *action), notes);
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

// Rules name a resource by its name or its URI; a request has the URI alone.
policy::Decision Authorize::decide(const core::Exchange& exchange, const policy::Action& action,
                                   const policy::ResourceForms& forms, core::Notes& notes) const {
  policy::ResourceNames names;
  if (resource_names_) names = resource_names_(action.server, action.uri);
  const policy::Subject subject = policy::Subject::of(*exchange.principal);
  policy::Decision decision = policy::decide_resource(*rules_, subject, action, forms, names);
  auto holding = policy::rules_that_hold(*rules_, subject, action, forms, names);
  if (exchange.message->method() == Method::completion_complete) {
    const std::string place = reached(action.uri, exchange.message->params());
    if (place.find("..") != std::string::npos) return {};
    if (const auto there = policy::resource_forms(place)) {
      policy::Action beyond = action;
      beyond.uri = place;
      const auto further = policy::decide_resource(*rules_, subject, beyond, *there, names);
      const bool speaks =
          further.reason == policy::Reason::denied || further.reason == policy::Reason::held;
      if (speaks && further.effect > decision.effect) decision = further;
      for (const auto id : policy::rules_that_hold(*rules_, subject, beyond, *there, names))
        holding.push_back(id);
    }
  }
  if (decision.reason == policy::Reason::held) note_holding(holding, notes);
  return decision;
}

Verdict Authorize::subscription(const core::Exchange& exchange, core::Notes& notes) const {
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
    const auto forms = policy::resource_forms(action.uri);
    if (!forms || decide(exchange, action, *forms, notes).reason != policy::Reason::allowed)
      return policy::not_available();
  }
  return core::pass();
}

}  // namespace doorward::guards
