// What the arguments of a call are for, as the guards that read them see it: by the names of tool and
// argument, and where those say nothing, by the schema that was signed for the tool.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "catalog/registry.h"
#include "core/exchange.h"
#include "detect/message_text.h"

namespace doorward::guards {

// One for each message (`Notes::of_message`); looks the tool up at most once.
class ArgumentRoles {
 public:
  // `registry` may be null: the names alone speak then. A schema can't make a text a document (role
  // `code`) or a path, which are looked through for less; of what it can make an argument, SQL and
  // commands put the tool into class `execute`, which a rule has to grant by name.
  [[nodiscard]] detect::Role of(const catalog::Registry* registry, const core::Exchange& exchange,
                                std::string_view argument) {
    const detect::Role named = detect::role_of(exchange.message->target(), argument);
    const bool is_call = exchange.message->method() == wire::Method::tools_call;
    if (named != detect::Role::text || !is_call || registry == nullptr) return named;
    if (!tool_) tool_ = registry->tool(exchange.server, exchange.message->target());
    switch (tool_->role(argument)) {
      case catalog::ArgumentRole::sql:
        return detect::Role::sql;
      case catalog::ArgumentRole::command:
        return detect::Role::command;
      case catalog::ArgumentRole::url:
        return detect::Role::url;
      case catalog::ArgumentRole::host:
        return detect::Role::host;
      case catalog::ArgumentRole::identifier:
        return detect::Role::identifier;
      default:
        return named;
    }
  }

 private:
  std::optional<catalog::ToolView> tool_;
};

}  // namespace doorward::guards
