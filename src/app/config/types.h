// The types of single values: what they accept, how the schema and the documentation call them.
#pragma once

#include <concepts>
#include <limits>

#include "app/config/shape.h"
#include "app/config/units.h"

namespace doorward::app {

// Plain `true` or `false`; a quoted one is text and refused.
[[nodiscard]] const Type<bool>& boolean();

// What a text has to be. `complain` gives what is wrong, or "".
struct TextRule {
  std::string label = "text";
  std::string pattern = {};
  std::function<std::string(std::string_view)> complain = {};
  bool may_be_empty = false;
};
// A plain number or boolean is refused with the hint to quote it; so is what looks like a secret.
[[nodiscard]] Type<std::string> text(TextRule rule = {});
// A value for a message: cut at 64 bytes, and hidden where it may be a secret.
[[nodiscard]] std::string shown(std::string_view value);
// The text of a node under that rule; nothing, and a problem, where it isn't.
[[nodiscard]] const std::string* read_text(Reader& reader, const Node& node);

// Read at its line, then given to `parse`, which returns nothing for a bad form.
template <class V>
[[nodiscard]] Type<V> parsed(std::string label, std::string pattern,
                             std::function<std::optional<V>(std::string_view)> parse,
                             std::function<std::string(const V&)> show) {
  auto shape = std::make_shared<Shape>();
  shape->label = label;
  shape->pattern = std::move(pattern);
  return {shape,
          [label, parse](Reader& reader, const Node& node, V& into) {
            if (node.kind != Node::Kind::scalar)
              return reader.problem(node.line,
                                    "expected " + label + ", got " + std::string(node_kind(node)));
            if (auto value = parse(node.text)) {
              into = *std::move(value);
            } else {
              reader.problem(node.line, "expected " + label + ", got " + shown(node.text));
            }
          },
          show ? [show](const V& value) { return json_text(show(value)); }
               : std::function<std::string(const V&)>{}};
}

// Without `zero` a duration of 0 is refused.
[[nodiscard]] Type<milliseconds> duration(bool zero = false);
[[nodiscard]] Type<uint64_t> size();
[[nodiscard]] const Type<Rate>& call_rate();
[[nodiscard]] const Type<Rate>& byte_rate();
[[nodiscard]] const Type<Address>& address();
// Relative ones are resolved against the configuration's folder.
[[nodiscard]] const Type<Path>& path();
[[nodiscard]] const Type<std::string>& upstream_url();
[[nodiscard]] const Type<SecretRef>& secret_ref();
[[nodiscard]] const Type<core::ClassSet>& classes();
[[nodiscard]] Type<double> real(double least, double most);

// Reads a whole number within [least, most]; a problem otherwise.
[[nodiscard]] std::optional<uint64_t> read_count(Reader& reader, const Node& node, uint64_t least,
                                                 uint64_t most);

template <std::unsigned_integral V>
[[nodiscard]] Type<V> count(uint64_t least, uint64_t most) {
  auto shape = std::make_shared<Shape>();
  shape->kind = Shape::Kind::integer;
  shape->label = "whole number";
  shape->least = static_cast<double>(least);
  shape->most = static_cast<double>(most);
  return {shape,
          [least, most](Reader& reader, const Node& node, V& into) {
            if (const auto value = read_count(reader, node, least, most))
              into = static_cast<V>(*value);
          },
          [](const V& value) { return std::to_string(value); }};
}

template <class V>
[[nodiscard]] Type<V> one_of(std::vector<std::pair<std::string, V>> names) {
  auto shape = std::make_shared<Shape>();
  for (const auto& [name, value] : names) shape->values.push_back(name);
  return {shape,
          [names, shape](Reader& reader, const Node& node, V& into) {
            const std::string* given = read_text(reader, node);
            if (given == nullptr) return;
            for (const auto& [name, value] : names)
              if (name == *given) {
                into = value;
                return;
              }
            std::string list;
            for (const auto& [name, value] : names)
              list += (list.empty() ? "`" : ", `") + name + "`";
            reader.problem(node.line, shown(*given) + " is none of " + list +
                                          suggestion(*given, shape->values));
          },
          [names](const V& value) {
            for (const auto& [name, candidate] : names)
              if (candidate == value) return json_text(name);
            return std::string();
          }};
}

}  // namespace doorward::app
