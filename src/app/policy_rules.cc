#include "app/policy_rules.h"

namespace doorward::app {

namespace {

// Until a compiler for schemas is handed in, arguments can't be decided: such a rule never allows.
Expected<policy::ArgumentMatcher> undecided(std::string_view) {
  return policy::ArgumentMatcher([](wire::JsonValue) { return policy::Match::undecided; });
}

}  // namespace

Expected<policy::Rules> compile_rules(const Config& config) {
  return policy::Rules::compile(config.policy.rules, undecided);
}

}  // namespace doorward::app
