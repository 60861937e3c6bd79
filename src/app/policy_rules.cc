#include "app/policy_rules.h"

#include "policy/argument_types.h"
#include "wire/schema.h"

namespace doorward::app {

namespace {

// A rule's `arguments` are a JSON Schema of the operator's own: anything that it does not speak of
// is open, and what can't be decided never allows.
Expected<policy::ArgumentMatcher> compile_arguments(std::string_view text) {
  wire::SchemaOptions options;
  options.fault = Fault::self;
  options.formats = policy::argument_formats();
  auto bound = policy::bind_argument_types(text, options.formats);
  if (!bound) return std::unexpected(std::move(bound).error());
  auto schema = wire::Schema::compile(*bound, options);
  if (!schema) return std::unexpected(std::move(schema).error());
  return policy::ArgumentMatcher([schema = std::move(*schema)](wire::JsonValue arguments) {
    switch (schema.match(arguments)) {
      case wire::SchemaMatch::yes:
        return policy::Match::yes;
      case wire::SchemaMatch::no:
        return policy::Match::no;
      default:
        return policy::Match::undecided;
    }
  });
}

}  // namespace

Expected<policy::Rules> compile_rules(const Config& config) {
  policy::Rules::Environments environments;
  for (const auto& [name, server] : config.servers)
    if (!server.environment.empty()) environments[name] = server.environment;
  return policy::Rules::compile(config.policy.rules, compile_arguments, std::move(environments));
}

}  // namespace doorward::app
