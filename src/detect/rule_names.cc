#include "detect/rule_names.h"

#include <algorithm>
#include <map>

#include "detect/rules.h"

namespace doorward::detect {

namespace {

using Kinds = std::map<std::string_view, Kind>;

// Of what no table holds: characters, lexers, held values and the model; and of the operator's own
// classifier. A test asks all cases for ids that are missing here.
const Kinds& kinds() {
  static const Kinds all = [] {
    Kinds kinds = {
        {"hidden.tags", Kind::hidden_text},
        {"hidden.bidi", Kind::hidden_text},
        {"hidden.variation_selectors", Kind::hidden_text},
        {"hidden.soft_hyphens", Kind::hidden_text},
        {"hidden.zero_width", Kind::hidden_text},
        {"hidden.terminal_escape", Kind::hidden_text},
        {"hidden.control", Kind::hidden_text},
        {"command.starts_with_operator", Kind::command},
        {"command.is_substitution", Kind::command},
        {"command.open_quote", Kind::command},
        {"command.broken_word", Kind::command},
        {"command.metacharacter", Kind::command},
        {"sql.delay", Kind::sql},
        {"sql.execute", Kind::sql},
        {"sql.outside", Kind::sql},
        {"sql.hidden_code", Kind::sql},
        {"sql.fragment", Kind::sql},
        {"secret.held", Kind::secret},
        {"secret.canary", Kind::secret},
        {"secret.split", Kind::secret},
        {"model.tool_definition", Kind::instruction},
        {"model.tool_arguments", Kind::code},
        {"model.tool_result", Kind::instruction},
        {"model.user_prompt", Kind::instruction},
        {"classifier.external", Kind::instruction},
    };
    for (const auto table :
         {instruction_rules(), guise_rules(), language_rules(), definition_rules(), sql_rules(),
          command_rules(), markup_rules(), code_rules(), path_rules(), vendor_secret_rules(),
          generic_secret_rules(), pii_rules(), pii_number_rules()})
      for (const Rule& rule : table) kinds.emplace(rule.id, rule.kind);
    return kinds;
  }();
  return all;
}

}  // namespace

const std::vector<std::string_view>& rule_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const auto& [id, kind] : kinds()) all.push_back(id);
    return all;
  }();
  return names;
}

bool is_rule(std::string_view id) {
  return kinds().contains(id);
}

Kind kind_of_rule(std::string_view id) {
  const auto known = kinds().find(id);
  return known == kinds().end() ? Kind::instruction : known->second;
}

bool is_metadata_rule(std::string_view id) {
  return id == "url.metadata" || id == "url.odd_address";
}

}  // namespace doorward::detect
