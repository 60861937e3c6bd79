// What the arguments of a call are for, as the guards that read them see it: by the names of tool
// and argument, and where those say nothing, by the operator's rules and by the schema that was
// signed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/registry.h"
#include "core/exchange.h"
#include "detect/message_text.h"
#include "policy/glob.h"

namespace doorward::guards {

// Arguments of which a rule says `format: sql-read` and the like.
struct StatedSql {
  std::vector<policy::Glob> tools;  // over `server.name`; empty: of every tool
  std::vector<std::string> arguments;
};

struct RoleSources {
  std::shared_ptr<const catalog::Registry> registry;  // may be null: the names speak alone then
  std::vector<StatedSql> sql;

  [[nodiscard]] bool states_sql(std::string_view server, std::string_view tool,
                                std::string_view argument) const;
};

// One for each message (`Notes::of_message`); looks the tool up at most once.
class ArgumentRoles {
 public:
  // A schema can't make a text a document (role `code`) or a path, which are looked through for
  // less; of what it can make an argument, SQL and commands put the tool into class `execute`,
  // which a rule has to grant by name.
  [[nodiscard]] detect::Role of(const RoleSources& sources, const core::Exchange& exchange,
                                std::string_view argument);

 private:
  std::optional<catalog::ToolView> tool_;
};

}  // namespace doorward::guards
