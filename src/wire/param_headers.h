// Arguments of a tool that HTTP headers repeat: `x-mcp-header` of its input schema, `Mcp-Param-*`
// of the request (revision 2026-07-28, "Custom Headers from Tool Parameters").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::wire {

inline constexpr std::string_view kParamHeaderPrefix = "Mcp-Param-";

struct ParamHeader {
  std::vector<std::string> path;  // names of properties, from the arguments down
  std::string name;               // without the prefix
};

// What a schema declares. Nothing where a declaration breaks the rules (no token, not unique, not
// on a string, integer or boolean, not reachable by `properties` alone): the whole tool is invalid
// then.
[[nodiscard]] std::optional<std::vector<ParamHeader>> param_headers(JsonValue input_schema);

// A text as a field value: itself, or `=?base64?…?=` where a field can't hold it.
[[nodiscard]] std::string header_value(std::string_view text);
// The text that a field value stands for; nothing for bad base64.
[[nodiscard]] std::optional<std::string> header_text(std::string_view value);

// What the header of this argument says; nothing where it has none: absent, null, or no primitive.
[[nodiscard]] std::optional<std::string> param_text(const ParamHeader& header, JsonValue arguments);

// The first declared header that is not what the arguments say; "" when all agree. A header that is
// not declared says nothing. `required`: one that is missing disagrees.
[[nodiscard]] std::string_view unlike_argument(const std::vector<ParamHeader>& declared,
                                               const HttpRequestHead& head, JsonValue arguments,
                                               bool required = true);

}  // namespace doorward::wire
