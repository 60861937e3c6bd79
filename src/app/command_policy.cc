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
  catalog::LockFile lock;
};

// As the running gateway would take it: none is an empty one, a signed one has to fit its key.
Expected<catalog::LockFile> lock_of(const Config& config) {
  std::optional<catalog::VerifyKey> key;
  if (!config.catalog.key.empty()) {
    auto text = read_given_file(config.catalog.key.string(), 64 * 1024);
    if (!text) return std::unexpected(std::move(text).error().within("catalog.key"));
    auto parsed = catalog::VerifyKey::parse(*text);
    if (!parsed) return std::unexpected(std::move(parsed).error().within("catalog.key"));
    key = *parsed;
  }
  auto lock = catalog::load_lock(config.lock_file().string(), key ? &*key : nullptr);
  if (!lock && lock.error().code == "catalog.lock_missing") return catalog::LockFile();
  return lock;
}

Expected<Loaded> load(const CommonOptions& common) {
  auto config = load_config(common.config);
  if (!config) return std::unexpected(std::move(config).error());
  auto rules = compile_rules(*config);
  if (!rules) return std::unexpected(std::move(rules).error());
  auto lock = lock_of(*config);
  if (!lock) return std::unexpected(std::move(lock).error());
  return Loaded{std::move(*config), std::move(*rules), std::move(*lock)};
}

struct ExplainOptions : PolicyCall {
  std::string moment;
};

int policy_explain(const CommonOptions& common, const ExplainOptions& options) {
  PolicyCall call = options;
  if (!options.moment.empty()) {
    call.at = parse_rfc3339(options.moment);
    if (!call.at)
      return tell(Error{"policy.call", Fault::client, false,
                        "`--at` takes a moment such as `2026-12-31T18:00:00Z`"});
  }
  const auto loaded = load(common);
  if (!loaded) return tell(loaded.error());
  const auto answer = judge_call(loaded->config, loaded->rules, call, &loaded->lock);
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
  const auto report = run_policy_cases(loaded->config, loaded->rules, std::move(*cases),
                                       options.file, &loaded->lock);
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
  explain->add_option("--at", call->moment, "when it is called (RFC 3339); absent: now");

  auto [test, options] = add_command(line, policy, "test", "runs the cases of a file", policy_test);
  test->add_option("FILE", options->file, "YAML: cases: [{ principal, call, expect }]")->required();
}

}  // namespace doorward::app
