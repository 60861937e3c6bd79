#include "wire/param_headers.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {

constexpr std::string_view kKeyword = "x-mcp-header";
constexpr std::string_view kOpen = "=?base64?", kClose = "?=";
constexpr int kDepth = 64;

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// The keyword as a member of any object at or below `value`, whatever that object means: more is
// refused than a schema can mean, never less.
bool mentions(JsonValue value, int depth) {
  if (depth > kDepth) return true;
  if (value.is_object()) {
    if (value[kKeyword]) return true;
    for (const auto& member : value.members())
      if (mentions(member.value, depth + 1)) return true;
  } else if (value.is_array()) {
    for (const JsonValue item : value.items())
      if (mentions(item, depth + 1)) return true;
  }
  return false;
}

// Values of these are data, not schemas: a default may hold anything.
bool is_data(std::string_view keyword) {
  return keyword == "default" || keyword == "const" || keyword == "enum" || keyword == "examples" ||
         keyword == "example";
}

class Scan {
 public:
  bool visit(JsonValue schema, int depth) {
    if (depth > kDepth) return false;
    if (!schema.is_object()) return true;
    if (const JsonValue name = schema[kKeyword]; name && !take(name, schema["type"])) return false;
    for (const auto& [keyword, value, name_value] : schema.members()) {
      if (keyword == kKeyword || is_data(keyword)) continue;
      if (keyword != "properties") {
        if (mentions(value, depth)) return false;
        continue;
      }
      for (const auto& property : value.members()) {
        path_.emplace_back(property.name);
        if (!visit(property.value, depth + 1)) return false;
        path_.pop_back();
      }
    }
    return true;
  }
  std::vector<ParamHeader> found;

 private:
  bool take(JsonValue name, JsonValue type) {
    if (path_.empty() || !is_token(name.text())) return false;
    if (type.text() != "string" && type.text() != "integer" && type.text() != "boolean")
      return false;
    for (const ParamHeader& other : found)
      if (equals_ignoring_case(other.name, name.text())) return false;
    found.push_back({path_, std::string(name.text())});
    return true;
  }
  std::vector<std::string> path_;
};

bool same(std::string_view said, JsonValue argument, std::string_view text) {
  if (said == text) return true;
  // Whole numbers are compared as numbers: `42.0` is 42.
  if (!argument.is_number()) return false;
  const auto parsed = JsonDocument::parse(std::string(said));
  return parsed && parsed->root().is_number() && parsed->root().integer() &&
         parsed->root().integer() == argument.integer();
}

JsonValue at(JsonValue arguments, const std::vector<std::string>& path) {
  for (const std::string& name : path) arguments = arguments[name];
  return arguments;
}

}  // namespace

std::optional<std::vector<ParamHeader>> param_headers(JsonValue input_schema) {
  Scan scan;
  if (!scan.visit(input_schema, 0)) return std::nullopt;
  return std::move(scan.found);
}

std::string header_value(std::string_view text) {
  const bool plain =
      !text.empty() && text.front() != ' ' && text.back() != ' ' && text.front() != '\t' &&
      text.back() != '\t' && !(text.starts_with(kOpen) && text.ends_with(kClose)) &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (plain) return std::string(text);
  return std::string(kOpen) + base64(text) + std::string(kClose);
}

std::optional<std::string> header_text(std::string_view value) {
  if (value.size() < kOpen.size() + kClose.size() || !value.starts_with(kOpen) ||
      !value.ends_with(kClose))
    return std::string(value);
  return from_base64(value.substr(kOpen.size(), value.size() - kOpen.size() - kClose.size()));
}

std::optional<std::string> param_text(const ParamHeader& header, JsonValue arguments) {
  const JsonValue value = at(arguments, header.path);
  if (value.is_string()) return std::string(value.text());
  if (value.is_boolean()) return std::string(value.raw());
  if (value.is_number()) {
    const auto whole = value.integer();
    return whole ? std::to_string(*whole) : std::string(value.raw());
  }
  return std::nullopt;
}

std::string_view unlike_argument(const std::vector<ParamHeader>& declared,
                                 const HttpRequestHead& head, JsonValue arguments, bool required) {
  for (const ParamHeader& header : declared) {
    const std::string field = std::string(kParamHeaderPrefix) + header.name;
    const auto text = param_text(header, arguments);
    if (head.count(field) == 0 && (!text || !required)) continue;
    const auto value = head.field(field);
    const auto said = value ? header_text(*value) : std::nullopt;
    if (!said || !text || !same(*said, at(arguments, header.path), *text)) return header.name;
  }
  return {};
}

}  // namespace doorward::wire
