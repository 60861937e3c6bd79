// What a tool's definition asks of its arguments and promises of its result, compiled once for each
// digest: schemas (R2.1, R3.6) and what each argument is for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/definition.h"
#include "wire/param_headers.h"
#include "wire/schema.h"

namespace doorward::catalog {

// As in INTERFACE.md, "Inspect".
enum class ArgumentRole : uint8_t { text, path, url, host, identifier, sql, command, code };
[[nodiscard]] std::string_view role_name(ArgumentRole role);

// Read off the argument's name, `format` and description; a guess, `text` where nothing speaks.
// `says_sql`: the tool's own words speak of SQL.
[[nodiscard]] ArgumentRole guess_role(std::string_view name, wire::JsonValue schema, bool says_sql);
// The argument names where something is sent: a URL, a host, recipients.
[[nodiscard]] bool names_destination(std::string_view name, wire::JsonValue schema);

struct Argument {
  std::string name;
  ArgumentRole role = ArgumentRole::text;
  bool is_destination = false;
};

struct ToolContract {
  std::optional<wire::Schema> input;   // absent: the definition has none, or `input_fault` says why
  std::optional<wire::Schema> output;  // likewise
  std::string input_fault, output_fault;  // the code of the error of a schema that can't be used
  std::vector<Argument> arguments;  // the top-level ones that the schema declares, at most 200
  std::vector<std::string> destinations;  // of these, by name
  std::vector<wire::ParamHeader>
      headers;                   // that repeat arguments; none where one is declared badly
  bool says_idempotent = false;  // by `readOnlyHint` or `idempotentHint`

  [[nodiscard]] const Argument* find(std::string_view name) const;
};

// Never null. Of anything but a tool it is empty.
[[nodiscard]] std::shared_ptr<const ToolContract> contract_of(const Definition& definition);

}  // namespace doorward::catalog
