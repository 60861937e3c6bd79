#include "guards/argument_roles.h"

#include <algorithm>

namespace doorward::guards {

bool RoleSources::states_sql(std::string_view server, std::string_view tool,
                             std::string_view argument) const {
  if (sql.empty()) return false;
  const std::string name = std::string(server).append(".").append(tool);
  return std::ranges::any_of(sql, [&](const StatedSql& one) {
    return std::ranges::find(one.arguments, argument) != one.arguments.end() &&
           (one.tools.empty() ||
            std::ranges::any_of(one.tools, [&](const auto& glob) { return glob.matches(name); }));
  });
}

detect::Role ArgumentRoles::of(const RoleSources& sources, const core::Exchange& exchange,
                               std::string_view argument) {
  using detect::Role;
  const wire::Message& message = *exchange.message;
  const Role named = detect::role_of(message.target(), argument);
  if (named != Role::text || message.method() != wire::Method::tools_call) return named;
  if (sources.states_sql(exchange.server, message.target(), argument)) return Role::sql;
  if (!sources.registry) return named;
  if (!tool_) tool_ = sources.registry->tool(exchange.server, message.target());
  switch (tool_->role(argument)) {
    case catalog::ArgumentRole::sql:
      return Role::sql;
    case catalog::ArgumentRole::command:
      return Role::command;
    case catalog::ArgumentRole::url:
      return Role::url;
    case catalog::ArgumentRole::host:
      return Role::host;
    case catalog::ArgumentRole::identifier:
      return Role::identifier;
    default:
      return named;
  }
}

}  // namespace doorward::guards
