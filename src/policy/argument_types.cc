#include "policy/argument_types.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "detect/sql.h"
#include "wire/http.h"
#include "wire/path.h"

namespace doorward::policy {

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_identifier(std::string_view text) {
  constexpr size_t kMost = 256;
  if (text.empty() || text.size() > kMost || (!is_alphanumeric(text[0]) && text[0] != '_'))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '.' || c == ':' || c == '@' || c == '-';
  });
}

// Words of a command: letters of any script, digits and what no shell reads as more than itself.
bool is_plain_command(std::string_view text) {
  constexpr size_t kMost = 4096;
  if (text.empty() || text.size() > kMost) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view kPlain = " _-./:,@+%=";
    return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
           kPlain.find(c) != std::string_view::npos;
  });
}

// Without a step up, even one that leads nowhere, and by no disguise.
bool has_step_up(std::string_view text) {
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('/', from), text.size());
    if (text.substr(from, end - from) == "..") return true;
    from = end + 1;
  }
  return false;
}

// A name that a shell would read as nothing else, and no command as an option.
std::optional<wire::PathText> plain_path(std::string_view text) {
  constexpr size_t kMost = 4096;
  if (text.empty() || text.size() > kMost || text.front() == '-' || has_step_up(text) ||
      text.find("://") != std::string_view::npos ||
      text.find_first_of(";|&`$<>\"'*?!#{}\\") != std::string_view::npos)
    return std::nullopt;
  wire::PathText read = wire::read_path(text);
  if (read.fault != wire::PathFault::none || read.home) return std::nullopt;
  return read;
}

bool is_path(std::string_view text) {
  return plain_path(text).has_value();
}

// A relative path counts from the root.
bool is_path_below(std::string_view text, std::string_view root) {
  const auto path = plain_path(text);
  return path && (!path->absolute || wire::is_below(path->normal, root));
}

bool is_url(std::string_view text) {
  // The fragment is never sent.
  return wire::parse_url(text.substr(0, text.find('#'))).has_value();
}

bool is_host(std::string_view text) {
  const auto authority = wire::parse_authority(text);
  return authority && !authority->host.empty();
}

constexpr std::string_view kFormats[] = {"path",    "url",      "host",      "identifier",
                                         "command", "sql-read", "sql-write", "sql-single"};

bool is_ours(std::string_view format) {
  return std::find(std::begin(kFormats), std::end(kFormats), format) != std::end(kFormats);
}

// Calls `look(schema, inverted)` for a schema and all below it; `inverted` where more values pass
// the whole the fewer pass this part.
template <class Look>
void each_schema(wire::JsonValue schema, bool inverted, const Look& look) {
  if (!schema.is_object()) return;
  look(schema, inverted);
  for (const auto& [name, value, name_value] : schema.members()) {
    const auto among = [&name](std::initializer_list<std::string_view> all) {
      return std::find(all.begin(), all.end(), name) != all.end();
    };
    if (among({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})) {
      if (value.is_object())
        for (const auto& [inner, part, inner_value] : value.members())
          each_schema(part, inverted, look);
    } else if (among({"allOf", "anyOf", "oneOf", "prefixItems", "items"}) && value.is_array()) {
      for (const wire::JsonValue part : value.items())
        each_schema(part, inverted || name == "oneOf", look);
    } else if (among({"items", "additionalProperties", "then", "else", "contains", "propertyNames",
                      "unevaluatedItems", "unevaluatedProperties", "additionalItems"})) {
      each_schema(value, inverted, look);
    } else if (among({"not", "if"})) {
      each_schema(value, true, look);
    }
  }
}

// The types that the bounds of one schema are about, as JSON texts parted by commas.
std::string types_of_bounds(wire::JsonValue schema) {
  const auto has = [&schema](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](auto name) { return bool(schema[name]); });
  };
  std::string types;
  const auto add = [&types](std::string_view type) {
    types.append(types.empty() ? "" : ",").append(type);
  };
  if (has({"maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"}))
    add(R"("number")");
  if (has({"maxLength", "minLength", "pattern", "format"})) add(R"("string")");
  if (has({"maxItems", "minItems", "items", "prefixItems", "contains", "uniqueItems"}))
    add(R"("array")");
  if (has({"properties", "patternProperties", "required", "maxProperties", "minProperties",
           "additionalProperties", "propertyNames"}))
    add(R"("object")");
  return types;
}

}  // namespace

wire::FormatChecks argument_formats() {
  return {
      {"path", is_path},
      {"url", is_url},
      {"host", is_host},
      {"identifier", is_identifier},
      {"command", is_plain_command},
      {"sql-read", [](std::string_view text) { return detect::read_sql(text).is_one_reading(); }},
      {"sql-write", [](std::string_view text) { return detect::read_sql(text).is_one_writing(); }},
      {"sql-single", [](std::string_view text) { return detect::read_sql(text).is_single(); }},
  };
}

Expected<std::string> bind_argument_types(std::string_view schema, wire::FormatChecks& formats,
                                          bool grants) {
  const auto document = wire::JsonDocument::parse(std::string(schema));
  if (!document) return std::unexpected(document.error());
  std::vector<wire::Edit> edits;
  std::optional<Error> fault;
  each_schema(document->root(), false, [&](wire::JsonValue value, bool inverted) {
    const wire::JsonValue format = value["format"];
    const wire::JsonValue root = value["x-root"];
    const auto base = root.is_string() ? plain_path(root.text()) : std::nullopt;
    if (root && (format.text() != "path" || !base || !base->absolute))
      fault = Error{"policy.root", Fault::self, false,
                    "`x-root` is an absolute path and stands beside `format: path`"};
    const bool ours = format.is_string() && is_ours(format.text());
    std::string types;
    if (grants && !inverted)
      types = types_of_bounds(value);
    else if (ours)
      types = R"("string")";
    if (!value["type"] && !types.empty())
      edits.push_back({value.begin() + 1, value.begin() + 1, R"("type":[)" + types + "],"});
    if (!ours || !root.is_string() || fault) return;
    const std::string bound = "path:" + std::string(root.text());
    formats[bound] = [below = base->normal](std::string_view text) {
      return is_path_below(text, below);
    };
    edits.push_back({format.begin(), format.end(), wire::json_quote(bound)});
  });
  if (fault) return std::unexpected(*std::move(fault));
  return wire::splice(schema, std::move(edits));
}

}  // namespace doorward::policy
