#include "guards/privilege/approvals.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/bytes.h"
#include "catalog/visible.h"
#include "core/pipeline.h"
#include "policy/flow/judge.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;
using Reply = policy::Approvals::Answer;

const core::GuardFacts& Approvals::facts() const {
  static constexpr core::GuardFacts kFacts{
      "privilege.approvals", core::Area::privilege,
      core::stages(core::Stage::request, core::Stage::response), false};
  return kFacts;
}

namespace {

constexpr std::string_view kSpent = "approval.spent";
constexpr std::string_view kAnswerRedeemed = "approval.answer";

constexpr std::array<std::string_view, 4> kWords = {"redeemed", "pending", "denied", "full"};

struct Told {
  Reply answer = Reply::pending;
  std::string id, time;
};
std::optional<Told> read_answer(std::string_view text) {
  const size_t one = text.find(' ');
  const size_t two = one == std::string_view::npos ? one : text.find(' ', one + 1);
  if (two == std::string_view::npos) return std::nullopt;
  const auto word = std::find(kWords.begin(), kWords.end(), text.substr(0, one));
  if (word == kWords.end()) return std::nullopt;
  return Told{static_cast<Reply>(word - kWords.begin()),
              std::string(text.substr(one + 1, two - one - 1)), std::string(text.substr(two + 1))};
}

const wire::Message& asked_for(const core::Exchange& exchange) {
  return exchange.stage == core::Stage::response ? *exchange.request : *exchange.message;
}

// An answer is not kept: to be shown it, a client asks again. What did more than read would be done
// twice.
Verdict not_shown(Verdict hold) {
  const size_t why = hold.text.find(". A person has to approve");
  if (why != std::string::npos) hold.text.resize(why + 2);
  hold.text +=
      "The call has taken effect, so it is not made again for its answer. Don't repeat it; tell "
      "the user.";
  return hold;
}

// All that a client reads of it: another answer is another question.
std::string digest_of_answer(const wire::Message& message) {
  std::string all;
  const wire::JsonValue result = message.result();
  if (result.is_object())
    for (const auto& [name, value, name_value] : result.members())
      if (name != "_meta") all.append(name).append(":").append(wire::canonical_json(value));
  return hex(sha256(all));
}

Verdict held_by_name(const Verdict& hold, Told told, std::string url) {
  Verdict verdict = hold;
  verdict.effect = core::Effect::hold;
  verdict.answer = Answer::held;
  // What a guard says before it asks for a person is kept: why it is held.
  const size_t why = hold.text.find(". A person has to approve");
  verdict.text = why == std::string::npos ? "" : hold.text.substr(0, why + 2);
  verdict.text += "A person has to approve this call first";
  verdict.text += url.starts_with("http")
                      ? ": " + url
                      : ", with `doorward approvals approve " + told.id +
                            "` where doorward.yaml lies, or with `--config FILE`";
  verdict.text +=
      ". Tell the user. Don't repeat the call until they say that it is approved; then make the "
      "same call with the same arguments again.";
  verdict.approval = core::ApprovalFacts{std::move(told.id), std::move(url), std::move(told.time)};
  return verdict;
}

// What a person is shown holds nothing that they can't see: no text may look like another.
std::string shown(std::string_view text) {
  std::string out = catalog::escape_invisible(text);
  if (out.size() <= policy::kShownArgumentBytes) return out;
  size_t end = policy::kShownArgumentBytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  return out + "… (cut; what is approved is the whole by its hash)";
}

// Members of `_meta` that change with every call, or that say how to talk and not what to do.
bool is_talk(std::string_view name) {
  constexpr std::array<std::string_view, 8> kTalk = {"progressToken",
                                                     "traceparent",
                                                     "tracestate",
                                                     "baggage",
                                                     "io.modelcontextprotocol/protocolVersion",
                                                     "io.modelcontextprotocol/clientInfo",
                                                     "io.modelcontextprotocol/clientCapabilities",
                                                     "io.modelcontextprotocol/logLevel"};
  return name.starts_with("io.doorward/") ||  // never sent to a server
         std::find(kTalk.begin(), kTalk.end(), name) != kTalk.end();
}

std::string object_of(const std::map<std::string_view, std::string>& members) {
  std::string out;
  for (const auto& [name, value] : members)
    out.append(out.empty() ? "{" : ",").append(wire::json_quote(name)).append(":").append(value);
  return out.empty() ? out : out + "}";
}

// Everything else in `params` that goes to the server, in canonical form; "" where there is
// nothing.
std::string beside_arguments(const wire::Message& message) {
  const auto kept = [](wire::JsonValue object, const auto& left_out) {
    std::map<std::string_view, std::string> members;
    if (object.is_object())
      for (const auto& [name, value, name_value] : object.members())
        if (!left_out(name)) members[name] = wire::canonical_json(value);
    return members;
  };
  const wire::JsonValue params = message.params();
  const bool by_name = message.method() != wire::Method::completion_complete;
  auto members = kept(params, [by_name](std::string_view name) {
    return name == "arguments" || name == "_meta" || name == "inputResponses" ||
           (by_name && (name == "name" || name == "uri"));
  });
  const auto add = [&members](std::string_view name, std::string object) {
    if (!object.empty()) members[name] = std::move(object);
  };
  add("_meta", object_of(kept(params["_meta"], is_talk)));
  const wire::JsonValue answers = params["inputResponses"];
  if (answers && !answers.is_object())
    members["inputResponses"] = wire::canonical_json(answers);
  else  // the answer to Doorward's own question stays here
    add("inputResponses",
        object_of(kept(answers, [](auto name) { return name == core::kApprovalInput; })));
  return object_of(members);
}

}  // namespace

std::string approval_answer(const policy::Approvals::Reply& reply) {
  std::string text(kWords[static_cast<size_t>(reply.answer)]);
  return text.append(" ").append(reply.id).append(" ").append(rfc3339(reply.expires));
}

policy::Question Approvals::question_of(const core::Exchange& exchange,
                                        const std::vector<Verdict>& held,
                                        const core::Notes& notes) const {
  const wire::Message& message = asked_for(exchange);
  const bool answer = exchange.stage == core::Stage::response;
  policy::Question question;
  question.principal = exchange.principal->key();
  question.user = exchange.principal->user;
  question.agent = exchange.principal->agent;
  question.server = exchange.server;
  question.method = message.method_name();
  question.target = message.target();
  question.arguments = wire::canonical_json(message.arguments());
  question.arguments_hash = hex(sha256(question.arguments));
  question.arguments = shown(question.arguments);
  if (const std::string beside = beside_arguments(message); !beside.empty()) {
    question.beside_hash = hex(sha256(beside));
    question.beside = shown(beside);
  }
  question.policy = terms_.policy_version;
  if (terms_.definition_of)
    question.definition = terms_.definition_of(exchange.server, message.target());
  if (answer) question.definition += " " + digest_of_answer(*exchange.message);
  for (const Verdict& each : held) {
    question.reasons.push_back((answer ? "answer: " : "") + std::string(each.reason));
    if (!each.detail.empty()) question.why += (question.why.empty() ? "" : "; ") + each.detail;
  }
  // Where it goes, whoever holds it; a flow that holds it said so already.
  if (const auto known = notes.values.find(policy::flow::kKnownPlaces);
      !answer && known != notes.values.end() &&
      question.why.find(known->second) == std::string::npos)
    question.why += (question.why.empty() ? "" : "; ") + known->second;
  // Rights, accounts, policy and logging are never one person's matter (R9.2).
  question.second_person =
      message.method() == wire::Method::tools_call &&
      terms_.classes(exchange.server, message.target()).has(core::ToolClass::identity);
  // Who may let a call go knows its rules; what an answer holds is any approver's matter.
  if (!answer) question.rule = notes.rule;
  const auto holding = notes.values.find(kHoldingRules);
  bind_rules(answer || holding == notes.values.end() ? std::string_view() : holding->second,
             question);
  return question;
}

// Whether the request can be made once more and change nothing by that.
bool Approvals::only_reads(const core::Exchange& exchange) const {
  if (exchange.request == nullptr) return false;
  const wire::Method method = exchange.request->method();
  if (method != wire::Method::tools_call)
    return method == wire::Method::resources_read || method == wire::Method::prompts_get;
  return terms_.classes(exchange.server, exchange.request->target()) ==
         core::ClassSet{core::ToolClass::read};
}

// Each rule that holds it has its say in who may answer.
void Approvals::bind_rules(std::string_view holding, policy::Question& question) const {
  const auto first = terms_.rules->approvers_of(question.rule);
  question.approvers.assign(first.begin(), first.end());
  const std::string named = question.rule;
  while (!holding.empty()) {
    const std::string_view id = holding.substr(0, holding.find('\n'));
    holding.remove_prefix(std::min(id.size() + 1, holding.size()));
    if (id == named) continue;
    question.rule.append(", ").append(id);
    const auto more = terms_.rules->approvers_of(id);
    if (more.empty()) continue;
    std::vector<policy::PrincipalSelector> selectors(more.begin(), more.end());
    if (question.approvers.empty())
      question.approvers = std::move(selectors);
    else if (selectors != question.approvers)
      question.also_approvers.push_back(std::move(selectors));
  }
}

bool Approvals::common_approver_is_there(const policy::Question& question) const {
  if (question.also_approvers.empty() || terms_.more_operators) return true;
  const policy::Approver built_in{"operator", policy::OperatorRole::admin, {}, true};
  return second_person_is_there(question) || policy::may_approve(question, built_in).has_value();
}

bool Approvals::second_person_is_there(const policy::Question& question) const {
  return std::any_of(terms_.operators.begin(), terms_.operators.end(), [&](const auto& who) {
    return policy::may_approve(question, who).has_value();
  });
}

Verdict Approvals::release(const core::Exchange& exchange, const std::vector<Verdict>& held,
                           core::Notes& notes) const {
  if (exchange.message == nullptr || exchange.principal == nullptr) return held.front();
  const bool answer = exchange.stage == core::Stage::response;
  if (answer && !only_reads(exchange)) return not_shown(held.front());
  // A session's call goes on with answers that its client gave meanwhile: nobody was shown those,
  // and the client can't make that call again.
  if (exchange.own)
    return core::deny(kAnswersUnseen, "R1.5",
                      "What the server asked for meanwhile is not what a person approved.");
  const policy::Question question = question_of(exchange, held, notes);
  if (question.second_person && !second_person_is_there(question))
    return core::deny("privilege.second_person_missing", "R9.2",
                      "This changes rights, accounts or logging, and another person than the one "
                      "who asks has to approve it; none is configured who could. Ask the person "
                      "who runs Doorward to name one under `identity.operators`.");
  if (!common_approver_is_there(question))
    return core::deny("privilege.no_common_approver", "R1.5",
                      "Several rules ask for a person's approval of this call, each for other "
                      "people, and nobody is named by all of them. Don't repeat it; ask the person "
                      "who runs Doorward to name a common approver.");
  std::string key(kApprovalNeed);
  policy::append_question(key, question);
  const auto value = notes.values.find(key);
  if (value == notes.values.end()) return core::need(std::move(key));
  auto told = read_answer(value->second);
  if (!told)
    return core::deny("privilege.approvals_unavailable", "R1.5",
                      "This call needs a person's approval, and that can't be asked for now. Try "
                      "again later, or tell the person who runs Doorward.",
                      Answer::unavailable);
  switch (told->answer) {
    case Reply::redeemed:
      notes.values[std::string(answer ? kAnswerRedeemed : kApprovalRedeemed)] = told->id;
      return core::pass();
    case Reply::pending: {
      std::string url = terms_.url_of ? terms_.url_of(told->id) : "";
      return held_by_name(held.front(), std::move(*told), std::move(url));
    }
    case Reply::denied:
      return core::deny("privilege.approval_denied", "R1.5",
                        "A person denied this call. Don't repeat it; tell the user, and ask how to "
                        "go on.");
    case Reply::full: {
      Verdict verdict = core::deny("privilege.approvals_full", "R6.8",
                                   "Too many calls wait for a person's approval already. Wait "
                                   "until some of them are answered.",
                                   Answer::limited);
      const auto soonest = parse_rfc3339(told->time);
      if (soonest && *soonest > exchange.now)
        verdict.retry_after = std::chrono::ceil<std::chrono::seconds>(*soonest - exchange.now);
      return verdict;
    }
  }
  return held.front();
}

// The last but one to commit: whoever refused before gave the approval back.
core::Commitment Approvals::commit(const core::Exchange& exchange, core::Notes& notes) const {
  if (exchange.stage == core::Stage::response) {
    const auto used = notes.values.find(kAnswerRedeemed);
    if (used != notes.values.end()) notes.values.erase(used);
  } else if (notes.values.contains(kApprovalRedeemed)) {
    notes.values[std::string(kSpent)] = "yes";
  }
  return nullptr;
}

void Approvals::refused(const core::Exchange& exchange, const Verdict&,
                        core::Notes& notes) const noexcept {
  const bool answer = exchange.stage == core::Stage::response;
  const auto redeemed = notes.values.find(answer ? kAnswerRedeemed : kApprovalRedeemed);
  if ((!answer && exchange.stage != core::Stage::request) || redeemed == notes.values.end() ||
      (!answer && notes.values.contains(kSpent)))
    return;
  try {
    if (terms_.approvals) terms_.approvals->give_back(redeemed->second, exchange.now);
    notes.values.erase(redeemed);
  } catch (...) {
    return;  // then it is used up: the safe side
  }
}

}  // namespace doorward::guards
