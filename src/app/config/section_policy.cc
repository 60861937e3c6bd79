// The sections `policy` and `flow`.
#include <array>

#include "app/config/constraint.h"
#include "app/config/sections.h"
#include "app/config/types.h"
#include "policy/flow/known.h"
#include "policy/times.h"

namespace doorward::app {

namespace {

using policy::Effect;
using policy::PrincipalSelector;
using policy::Rule;

std::string name_glob_complaint(std::string_view glob) {
  if (glob.find_first_of(" \t\r\n") != std::string_view::npos) return "a name holds no white space";
  if (glob.find_first_of(".*") == std::string_view::npos)
    return "expected `server.name` or a glob such as `server.*`";
  return "";
}

std::string resource_glob_complaint(std::string_view glob) {
  return glob.find_first_of("\t\r\n") == std::string_view::npos ? "" : "a glob is one line";
}

Type<std::vector<std::string>> globs(bool resources) {
  return list_of(text({.label = "a glob",
                       .complain = resources ? resource_glob_complaint : name_glob_complaint}),
                 1);
}

// A JSON Schema as JSON text; what its keywords mean is the schema compiler's business.
Type<std::string> schema_type() {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::any;
  shape->label = "JSON Schema";
  return {shape, [](Reader& reader, const Node& node, std::string& into) {
            if (!expect_map(reader, node)) return;
            if (auto json = node_json(node))
              into = *std::move(json);
            else
              reader.problem(node.line, "holds a number that JSON doesn't have");
          }};
}

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

const Type<uint8_t>& days_type() {
  static const Type<uint8_t> type = [] {
    std::vector<std::pair<std::string, uint8_t>> names;
    for (size_t i = 0; i < kDays.size(); ++i)
      names.emplace_back(kDays[i], static_cast<uint8_t>(1U << i));
    const auto list = list_of(one_of<uint8_t>(names), 1);
    return Type<uint8_t>{list.shape, [list](Reader& reader, const Node& node, uint8_t& into) {
                           std::vector<uint8_t> given;
                           list.read(reader, node, given);
                           into = 0;
                           for (const uint8_t day : given) into |= day;
                         }};
  }();
  return type;
}

// `08:30`; `24:00` is the end of the day.
std::optional<uint16_t> parse_time_of_day(std::string_view text) {
  const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  const int minute = (text[3] - '0') * 10 + text[4] - '0';
  if (minute > 59 || hour * 60 + minute > policy::TimeWindow::kDayEnds) return std::nullopt;
  return static_cast<uint16_t>(hour * 60 + minute);
}

std::string time_of_day(const uint16_t& minutes) {
  const auto two = [](int value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

const Type<policy::TimeWindow>& time_window_type() {
  using policy::TimeWindow;
  static const auto time = parsed<uint16_t>(
      "a time of day such as `08:30`", "^[0-2][0-9]:[0-5][0-9]$", parse_time_of_day, time_of_day);
  static const auto moment = parsed<WallTime>("a moment such as `2026-12-31T18:00:00Z`",
                                              "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+$", parse_rfc3339, {});
  static const Type<TimeWindow> type =
      Section<TimeWindow>()
          .key("days", &TimeWindow::days, days_type(),
               "Days of the week; over midnight the day on which it begins. Absent: every day.")
          .key("from", &TimeWindow::from, time, "First minute.")
          .key("to", &TimeWindow::to, time, "First minute outside; before `from`: the next day.")
          .key("zone", &TimeWindow::zone, text(), "Time zone, `Europe/Berlin` say.")
          .key("after", &TimeWindow::after, maybe(moment), "Not before this moment.")
          .key("before", &TimeWindow::before, maybe(moment), "No more from this moment on.")
          .check([](Reader& reader, const Node& node, TimeWindow& window) {
            if (auto fits = policy::Times::compile({window}); !fits)
              reader.problem(node.line, fits.error().what);
          })
          .done();
  return type;
}

void check_rule(Reader& reader, const Node& node, Rule& rule) {
  if (rule.effect != Effect::hold && node.member("approvers") != nullptr)
    reader.problem(node.member("approvers")->line, "`approvers` goes with `effect: hold` only");
  if (const Member* const arguments = node.member("arguments");
      arguments != nullptr && !rule.arguments.empty()) {
    const Reader::Step step(reader, "arguments");
    check_constraint(reader, arguments->value, rule.arguments, rule.effect);
  }
}

const Type<Rule>& rule_type() {
  static const Type<Rule> type =
      Section<Rule>()
          .key("id", &Rule::id,
               text({.label = "an id",
                     .pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
                     .complain = plain_name_complaint}),
               "Stable id, for the log and `policy explain`.", Need::required)
          .key("effect", &Rule::effect,
               one_of<Effect>(
                   {{"allow", Effect::allow}, {"hold", Effect::hold}, {"deny", Effect::deny}}),
               "Deny beats hold beats allow; nothing that allows is denied.", Need::required)
          .key("principals", &Rule::principals, maybe(list_of(selector_type(), 1)),
               "Who: one entry has to fit; absent: everyone.")
          .key("tools", &Rule::tools, maybe(globs(false)), "Tools: globs over `server.tool`.")
          .key("prompts", &Rule::prompts, maybe(globs(false)),
               "Prompts: globs over `server.prompt`.")
          .key("resources", &Rule::resources, maybe(globs(true)),
               "Resources: globs over `server.name` or the URI.")
          .key("classes", &Rule::classes, maybe(classes()),
               "Classes of the tool; absent: all but `execute`.")
          .key("arguments", &Rule::arguments, schema_type(),
               "JSON Schema that the arguments have to meet.")
          .key("environments", &Rule::environments,
               maybe(list_of(text({.complain = plain_name_complaint}), 1)),
               "Environments of the server (`servers.NAME.environment`); absent: all.")
          .key("times", &Rule::times, list_of(time_window_type(), 1),
               "When the rule speaks: one has to be now; absent: always.")
          .key("approvers", &Rule::approvers, list_of(selector_type(), 1),
               "Who may approve; absent: any approver or admin.")
          .check(check_rule)
          .done();
  return type;
}

void check_flow(Reader& reader, const Node& node, FlowRule& rule) {
  if (rule.effect == Effect::allow)
    reader.problem(node.member("effect")->line, "expected `hold` or `deny`");
  if (!rule.known.empty() && rule.unless == FlowUnless::never)
    reader.problem(node.member("known")->line, "`known` goes with `unless: clean_arguments` only");
}

const Type<FlowKnown>& flow_known_type() {
  static const Type<FlowKnown> type =
      Section<FlowKnown>()
          .key("id", &FlowKnown::id, text({.label = "an id", .complain = plain_name_complaint}),
               "Id, for approvals and `policy explain`; absent: `RULE.known-1` and so on.")
          .key("to", &FlowKnown::to,
               list_of(text({.label = "a destination", .complain = policy::flow::known_complaint}),
                       1),
               "E-mail addresses, hosts, URLs, IBANs, phone numbers and names; `*@corp.example`, "
               "`*.corp.example`, `https://hooks.example/team/**`.",
               Need::required)
          .key("principals", &FlowKnown::principals, maybe(list_of(selector_type(), 1)),
               "Whose calls may go there; absent: everyone's.")
          .done();
  return type;
}

const Type<FlowRule>& flow_rule_type() {
  static const Type<FlowRule> type =
      Section<FlowRule>()
          .key("id", &FlowRule::id, text({.label = "an id", .complain = plain_name_complaint}),
               "Id, for the log; absent: `flow-1` and so on.")
          .key("after", &FlowRule::after,
               one_of<FlowAfter>({{"untrusted", FlowAfter::untrusted},
                                  {"shared", FlowAfter::shared},
                                  {"private", FlowAfter::private_data}}),
               "What the task has read.", Need::required)
          .key("block", &FlowRule::block, classes(), "Classes that it may then not call.",
               Need::required)
          .key("unless", &FlowRule::unless,
               one_of<FlowUnless>({{"never", FlowUnless::never},
                                   {"clean_arguments", FlowUnless::clean_arguments}}),
               "`clean_arguments`: passes where no argument came from such a source.")
          .key("effect", &FlowRule::effect,
               one_of<Effect>(
                   {{"allow", Effect::allow}, {"hold", Effect::hold}, {"deny", Effect::deny}}),
               "`hold` or `deny`.")
          .key("known", &FlowRule::known, list_of(flow_known_type()),
               "Destinations that count as from a trusted source; see docs/flow.md.")
          .check(check_flow)
          .done();
  return type;
}

}  // namespace

const Type<PrincipalSelector>& selector_type() {
  static const Type<PrincipalSelector> type =
      Section<PrincipalSelector>()
          .key("any", &PrincipalSelector::any, boolean(), "`true`: everyone who is authenticated.")
          .key("user", &PrincipalSelector::user, text(), "This user.")
          .key("group", &PrincipalSelector::group, text(), "Members of this group.")
          .key("scope", &PrincipalSelector::scope, text(), "Credentials with this scope.")
          .key("agent", &PrincipalSelector::agent, text(), "This acting party.")
          .check([](Reader& reader, const Node& node, PrincipalSelector& selector) {
            if (node.members.empty()) reader.problem(node.line, "the selector is empty");
            // A scope is matched as written: a wildcard would look as if it granted more (R9.5).
            if (selector.scope.find('*') != std::string::npos)
              reader.problem(node.member("scope")->line, "a scope holds no wildcard");
            const Member* any = node.member("any");
            if (any == nullptr) return;
            if (!selector.any && any->value.text == "false")
              reader.problem(any->line, "`any` is either true or absent");
            if (selector.any && node.members.size() > 1)
              reader.problem(node.line, "`any: true` stands alone");
          })
          .done();
  return type;
}

const Type<std::vector<Rule>>& rules_type() {
  static const Type<std::vector<Rule>> type = [] {
    const auto list = list_of(rule_type());
    return Type<std::vector<Rule>>{
        list.shape, [list](Reader& reader, const Node& node, std::vector<Rule>& into) {
          list.read(reader, node, into);
          for (size_t i = 0; i < into.size(); ++i)
            for (size_t j = 0; j < i; ++j)
              if (!into[i].id.empty() && into[i].id == into[j].id) {
                const Reader::Step step(reader, i);
                reader.problem(node.items[i].line, "the id " + shown(into[i].id) + " is taken");
              }
        }};
  }();
  return type;
}

const Type<Policy>& policy_type() {
  static const Type<Policy> type = [] {
    auto nested = [](Path SignedPolicy::* member) {
      return Type<std::optional<SignedPolicy>>{
          path().shape,
          [member](Reader& reader, const Node& node, std::optional<SignedPolicy>& into) {
            if (!into) into.emplace();
            path().read(reader, node, (*into).*member);
          }};
    };
    return Section<Policy>()
        .key("rules", &Policy::rules, rules_type(), "The rules; with none everything is denied.")
        .key("file", &Policy::signed_file, nested(&SignedPolicy::file),
             "A file with `rules`, instead of them.")
        .key("signature", &Policy::signed_file, nested(&SignedPolicy::signature),
             "Ed25519 signature over the file's bytes: 64 bytes, or their base64.")
        .key("key", &Policy::signed_file, nested(&SignedPolicy::key), "Public key, PEM.")
        .check([](Reader& reader, const Node& node, Policy&) {
          const bool any = node.member("file") != nullptr || node.member("signature") != nullptr ||
                           node.member("key") != nullptr;
          if (!any) return;
          if (node.member("rules") != nullptr)
            reader.problem(node.line, "`rules` and `file` exclude each other");
          for (const char* key : {"file", "signature", "key"})
            if (node.member(key) == nullptr)
              reader.problem(node.line,
                             std::string("`") + key +
                                 "` is missing; `file`, `signature` and `key` go together");
        })
        .done();
  }();
  return type;
}

namespace {

void name_rule(FlowRule& rule, size_t number) {
  if (rule.id.empty()) rule.id = "flow-" + std::to_string(number);
  for (size_t i = 0; i < rule.known.size(); ++i)
    if (rule.known[i].id.empty()) rule.known[i].id = rule.id + ".known-" + std::to_string(i + 1);
}

}  // namespace

const Type<std::vector<FlowRule>>& flow_type() {
  static const Type<std::vector<FlowRule>> type = [] {
    const auto list = list_of(flow_rule_type());
    return Type<std::vector<FlowRule>>{
        list.shape, [list](Reader& reader, const Node& node, std::vector<FlowRule>& into) {
          list.read(reader, node, into);
          for (size_t i = 0; i < into.size(); ++i) name_rule(into[i], i + 1);
        }};
  }();
  return type;
}

}  // namespace doorward::app
