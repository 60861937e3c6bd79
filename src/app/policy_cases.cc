#include "app/policy_cases.h"

#include <algorithm>

#include "app/config/sections.h"
#include "app/config/types.h"
#include "catalog/visible.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

using policy::Effect;

// A case as it is written.
struct Principal {
  std::string user;
  std::string agent;
  std::vector<std::string> groups;
  std::vector<std::string> scopes;
};
struct Call {
  std::string tool;
  std::string arguments;
  std::optional<WallTime> at;
};
struct Case {
  std::string name;
  Principal principal;
  Call call;
  PolicyExpectation expect;
  uint32_t line = 0;
};
struct File {
  std::vector<Case> cases;
};

std::string tool_complaint(std::string_view name) {
  const size_t dot = name.find('.');
  return dot == 0 || dot == std::string_view::npos || dot + 1 == name.size()
             ? "expected `server.tool`"
             : "";
}

// Any map, as JSON text.
Type<std::string> json_object() {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::any;
  return {shape, [](Reader& reader, const Node& node, std::string& into) {
            if (!expect_map(reader, node)) return;
            if (auto json = node_json(node))
              into = *std::move(json);
            else
              reader.problem(node.line, "holds a number that JSON doesn't have");
          }};
}

const Type<Case>& case_type() {
  static const Type<Case> type = [] {
    const auto principal = Section<Principal>()
                               .key("user", &Principal::user, text(), "", Need::required)
                               .key("agent", &Principal::agent, text(), "")
                               .key("groups", &Principal::groups, list_of(text()), "")
                               .key("scopes", &Principal::scopes, list_of(text()), "")
                               .done();
    const auto call =
        Section<Call>()
            .key("tool", &Call::tool, text({.complain = tool_complaint}), "", Need::required)
            .key("arguments", &Call::arguments, json_object(), "")
            .key("at", &Call::at,
                 maybe(parsed<WallTime>("a moment such as `2026-12-31T18:00:00Z`", "",
                                        parse_rfc3339, {})),
                 "")
            .done();
    const auto expect =
        Section<PolicyExpectation>()
            .key("decision", &PolicyExpectation::decision,
                 one_of<Effect>(
                     {{"allow", Effect::allow}, {"hold", Effect::hold}, {"deny", Effect::deny}}),
                 "", Need::required)
            .key("rule", &PolicyExpectation::rule, text(), "")
            .done();
    return Section<Case>()
        .key("name", &Case::name, text(), "")
        .key("principal", &Case::principal, principal, "", Need::required)
        .key("call", &Case::call, call, "", Need::required)
        .key("expect", &Case::expect, expect, "", Need::required)
        .check([](Reader&, const Node& node, Case& into) { into.line = node.line; })
        .done();
  }();
  return type;
}

std::string place(std::string_view file, uint32_t line, std::string_view key) {
  return std::string(file) + ":" + std::to_string(line) + ": " +
         (key.empty() ? "document" : std::string(key)) + ": ";
}

std::string decision_words(Effect effect, const std::string& rule) {
  return std::string(policy::effect_name(effect)) + (rule.empty() ? "" : " by `" + rule + "`");
}

std::string outcome_json(Effect effect, const std::string& rule) {
  return R"({"decision":)" + wire::json_quote(policy::effect_name(effect)) +
         (rule.empty() ? "" : R"(,"rule":)" + wire::json_quote(rule));
}

}  // namespace

Expected<std::vector<PolicyCase>> parse_policy_cases(std::string_view yaml,
                                                     std::string_view file_name) {
  static const Type<File> type =
      Section<File>()
          .key("cases", &File::cases, list_of(case_type(), 1), "", Need::required)
          .done();
  const YamlResult parsed = parse_yaml(yaml);
  if (!parsed.root)
    return failure(
        "config.yaml", Fault::self,
        place(file_name, parsed.problem.line, parsed.problem.key) + parsed.problem.message);
  File file;
  Reader reader{Path()};
  type.read(reader, *parsed.root, file);
  if (!reader.problems().empty()) {
    std::string what;
    for (const Problem& problem : reader.problems())
      what += (what.empty() ? "" : "\n") + place(file_name, problem.line, problem.key) +
              problem.message;
    return failure("config.invalid", Fault::self, std::move(what));
  }
  std::vector<PolicyCase> out;
  for (Case& each : file.cases)
    out.push_back(
        {std::move(each.name), each.line,
         PolicyCall{std::move(each.principal.user), std::move(each.principal.agent),
                    std::move(each.principal.groups), std::move(each.principal.scopes),
                    std::move(each.call.tool), std::move(each.call.arguments), each.call.at},
         std::move(each.expect)});
  return out;
}

Expected<CaseReport> run_policy_cases(const Config& config, const policy::Rules& rules,
                                      std::vector<PolicyCase> cases, std::string_view file_name,
                                      const catalog::LockFile* lock) {
  CaseReport report;
  report.file = file_name;
  for (PolicyCase& each : cases) {
    auto got = judge_call(config, rules, each.call, lock);
    if (!got)
      return std::unexpected(
          std::move(got).error().within(std::string(file_name) + ":" + std::to_string(each.line)));
    const bool passed = got->effect == each.expect.decision &&
                        (each.expect.rule.empty() || got->rule == each.expect.rule);
    report.results.push_back({std::move(each), passed, std::move(*got)});
  }
  return report;
}

size_t CaseReport::failed() const {
  return static_cast<size_t>(std::count_if(results.begin(), results.end(),
                                           [](const CaseResult& each) { return !each.passed; }));
}

std::string CaseReport::text() const {
  std::string out;
  for (const CaseResult& each : results) {
    if (each.passed) continue;
    const PolicyCase& given = each.given;
    out +=
        catalog::visible(file + ":" + std::to_string(given.line) + ": " +
                         (given.name.empty() ? "" : given.name + ": ") + "`" + given.call.tool +
                         "` expected " + decision_words(given.expect.decision, given.expect.rule) +
                         ", got " + decision_words(each.got.effect, each.got.rule) + " (" +
                         std::string(policy::reason_name(each.got.reason)) + ")") +
        "\n";
  }
  return out + std::to_string(results.size()) + (results.size() == 1 ? " case, " : " cases, ") +
         (failed() == 0 ? "all hold" : std::to_string(failed()) + " fail") + "\n";
}

std::string CaseReport::json() const {
  std::string out = R"({"cases":)" + std::to_string(results.size()) + R"(,"failed":)" +
                    std::to_string(failed()) + R"(,"results":[)";
  for (size_t i = 0; i < results.size(); ++i) {
    const CaseResult& each = results[i];
    out += (i == 0 ? R"({"line":)" : R"(,{"line":)") + std::to_string(each.given.line);
    if (!each.given.name.empty()) out += R"(,"name":)" + wire::json_quote(each.given.name);
    out += std::string(R"(,"passed":)") + (each.passed ? "true" : "false");
    out += R"(,"expected":)" + outcome_json(each.given.expect.decision, each.given.expect.rule);
    out += R"(},"got":)" + outcome_json(each.got.effect, each.got.rule) + R"(,"reason":)" +
           wire::json_quote(policy::reason_name(each.got.reason)) + "}}";
  }
  return out + "]}";
}

}  // namespace doorward::app
