// `doorward policy explain|test`: what the rules say of a call, without a gateway. Guards that look
// at contents, flows and limits decide besides.
#include "app/add_command.h"
#include "app/config/yaml.h"
#include "app/given_file.h"
#include "app/policy_cases.h"
#include "app/policy_explain.h"
#include "app/policy_rules.h"

namespace doorward::app {

namespace {

struct Loaded {
  Config config;
  policy::Rules rules;
};
Expected<Loaded> load(const CommonOptions& common) {
  auto config = load_config(common.config);
  if (!config) return std::unexpected(std::move(config).error());
  auto rules = compile_rules(*config);
  if (!rules) return std::unexpected(std::move(rules).error());
  return Loaded{std::move(*config), std::move(*rules)};
}

int policy_explain(const CommonOptions& common, const PolicyCall& call) {
  const auto loaded = load(common);
  if (!loaded) return tell(loaded.error());
  const auto answer = judge_call(loaded->config, loaded->rules, call);
  if (!answer) return tell(answer.error());
  std::cout << (common.json ? answer->json() + "\n" : answer->text());
  return answer->effect == policy::Effect::allow ? kFine : kFindings;
}

struct TestOptions {
  std::string file;
};

int policy_test(const CommonOptions& common, const TestOptions& options) {
  const auto loaded = load(common);
  if (!loaded) return tell(loaded.error());
  const auto text = read_given_file(options.file, kMaxConfigBytes);
  if (!text) return tell(text.error());
  auto cases = parse_policy_cases(*text, options.file);
  if (!cases) return tell(cases.error());
  const auto report =
      run_policy_cases(loaded->config, loaded->rules, std::move(*cases), options.file);
  if (!report) return tell(report.error());
  std::cout << (common.json ? report->json() + "\n" : report->text());
  return report->failed() == 0 ? kFine : kFindings;
}

}  // namespace

void add_policy_commands(const CommandLine& line) {
  CLI::App& policy =
      *line.cli.add_subcommand("policy", "the rules: explain a call, run test cases");
  policy.require_subcommand(1);

  auto [explain, call] =
      add_command(line, policy, "explain", "which rule decides a call, and why", policy_explain);
  explain->add_option("--user", call->user, "who calls")->required();
  explain->add_option("--group", call->groups, "a group of the caller; may be repeated")
      ->allow_extra_args(false);
  explain->add_option("--scope", call->scopes, "a scope of the credential; may be repeated")
      ->allow_extra_args(false);
  explain->add_option("--agent", call->agent, "the agent that acts for the user");
  explain->add_option("--tool", call->tool, "SERVER.TOOL")->required();
  explain->add_option("--arguments", call->arguments, "the arguments, a JSON object");

  auto [test, options] = add_command(line, policy, "test", "runs the cases of a file", policy_test);
  test->add_option("FILE", options->file, "YAML: cases: [{ principal, call, expect }]")->required();
}

}  // namespace doorward::app
