#include "policy/question.h"

#include <utility>

#include "base/bytes.h"

namespace doorward::policy {

namespace {

struct Field {
  std::string_view name;
  std::string Question::* member;
};
constexpr Field kFields[] = {
    {"principal", &Question::principal}, {"user", &Question::user},
    {"agent", &Question::agent},         {"server", &Question::server},
    {"method", &Question::method},       {"tool", &Question::target},
    {"arguments", &Question::arguments}, {"argumentsHash", &Question::arguments_hash},
    {"beside", &Question::beside},       {"besideHash", &Question::beside_hash},
    {"policy", &Question::policy},       {"definition", &Question::definition},
    {"rule", &Question::rule},           {"why", &Question::why},
};
constexpr Field kBound[] = {
    {"principal", &Question::principal},
    {"server", &Question::server},
    {"method", &Question::method},
    {"tool", &Question::target},
    {"argumentsHash", &Question::arguments_hash},
    {"besideHash", &Question::beside_hash},
    {"policy", &Question::policy},
    {"definition", &Question::definition},
    {"rule", &Question::rule},
};

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  wire::append_json_quote(out, name);
  out += ':';
  wire::append_json_quote(out, value);
}

void append_selectors(std::string& out, const std::vector<PrincipalSelector>& selectors) {
  out += '[';
  bool first = true;
  for (const PrincipalSelector& selector : selectors) {
    if (!std::exchange(first, false)) out += ',';
    out += '{';
    if (selector.any) append_member(out, "any", "true");
    if (!selector.user.empty()) append_member(out, "user", selector.user);
    if (!selector.group.empty()) append_member(out, "group", selector.group);
    if (!selector.scope.empty()) append_member(out, "scope", selector.scope);
    if (!selector.agent.empty()) append_member(out, "agent", selector.agent);
    out += '}';
  }
  out += ']';
}

std::vector<PrincipalSelector> read_selectors(wire::JsonValue list) {
  std::vector<PrincipalSelector> selectors;
  for (const wire::JsonValue each : list.items()) {
    PrincipalSelector selector;
    selector.any = each["any"].text() == "true";
    selector.user = each["user"].text();
    selector.group = each["group"].text();
    selector.scope = each["scope"].text();
    selector.agent = each["agent"].text();
    selectors.push_back(std::move(selector));
  }
  return selectors;
}

}  // namespace

std::string Question::binding() const {
  std::string all;
  const auto add = [&all](std::string_view part) {
    all.append(std::to_string(part.size())).append(":").append(part);
  };
  for (const Field& field : kBound) add(this->*field.member);
  for (const std::string& reason : reasons) add(reason);
  add(second_person ? "2" : "1");
  return hex(sha256(all));
}

void append_question(std::string& out, const Question& question) {
  out += '{';
  for (const Field& field : kFields) append_member(out, field.name, question.*field.member);
  // For readers: `principal` says it.
  if (const std::string_view issuer = issuer_of(question); !issuer.empty())
    append_member(out, "issuer", issuer);
  out += R"(,"reasons":[)";
  bool first = true;
  for (const std::string& reason : question.reasons) {
    if (!std::exchange(first, false)) out += ',';
    wire::append_json_quote(out, reason);
  }
  out += question.second_person ? R"(],"secondPerson":true)" : R"(],"secondPerson":false)";
  out += R"(,"approvers":)";
  append_selectors(out, question.approvers);
  if (!question.also_approvers.empty()) {
    out += R"(,"alsoApprovers":[)";
    first = true;
    for (const auto& selectors : question.also_approvers) {
      if (!std::exchange(first, false)) out += ',';
      append_selectors(out, selectors);
    }
    out += ']';
  }
  out += '}';
}

Expected<Question> read_question(wire::JsonValue value) {
  if (!value.is_object()) return failure("policy.record", Fault::self, "no question");
  Question question;
  for (const Field& field : kFields) question.*field.member = value[field.name].text();
  if (value["reasons"].is_array())
    for (const wire::JsonValue reason : value["reasons"].items())
      question.reasons.emplace_back(reason.text());
  // What is not plainly one person's matter is two's.
  question.second_person = value["secondPerson"].boolean().value_or(true);
  if (!value["approvers"].is_array() || question.principal.empty() || question.reasons.empty())
    return failure("policy.record", Fault::self, "a broken question");
  question.approvers = read_selectors(value["approvers"]);
  if (const wire::JsonValue also = value["alsoApprovers"]) {
    if (!also.is_array()) return failure("policy.record", Fault::self, "a broken question");
    for (const wire::JsonValue each : also.items()) {
      if (!each.is_array()) return failure("policy.record", Fault::self, "a broken question");
      question.also_approvers.push_back(read_selectors(each));
    }
  }
  return question;
}

}  // namespace doorward::policy
