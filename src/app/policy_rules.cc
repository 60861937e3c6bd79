#include "app/policy_rules.h"

#include "policy/argument_types.h"
#include "wire/schema.h"

namespace doorward::app {

namespace {

// A rule's `arguments` are a JSON Schema of the operator's own: anything that it does not speak of
// is open, and what can't be decided never allows.
Expected<wire::Schema> compile_schema(std::string_view text, policy::Effect effect) {
  wire::SchemaOptions options;
  options.fault = Fault::self;
  options.formats = policy::argument_formats();
  auto bound = policy::bind_argument_types(text, options.formats, effect == policy::Effect::allow);
  if (!bound) return std::unexpected(std::move(bound).error());
  return wire::Schema::compile(*bound, options);
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// A name that some servers take for one that the rule speaks of, and the rule does not.
bool has_imitation(const wire::Schema& schema, wire::JsonValue arguments) {
  if (arguments.is_object())
    for (const auto& [name, value, name_value] : arguments.members())
      if (!name.empty() && (is_space(name.front()) || is_space(name.back()))) return true;
  return !schema.check_names(arguments);
}

Expected<policy::ArgumentMatcher> compile_arguments(std::string_view text, policy::Effect effect) {
  auto schema = compile_schema(text, effect);
  if (!schema) return std::unexpected(std::move(schema).error());
  return policy::ArgumentMatcher([schema = std::move(*schema)](wire::JsonValue arguments) {
    if (has_imitation(schema, arguments)) return policy::Match::undecided;
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

Expected<void> check_arguments(std::string_view schema, policy::Effect effect) {
  auto compiled = compile_schema(schema, effect);
  if (!compiled) return std::unexpected(std::move(compiled).error());
  return {};
}

Expected<policy::Rules> compile_rules(const Config& config) {
  policy::Rules::Environments environments;
  for (const auto& [name, server] : config.servers)
    if (!server.environment.empty()) environments[name] = server.environment;
  return policy::Rules::compile(config.policy.rules, compile_arguments, std::move(environments));
}

}  // namespace doorward::app
