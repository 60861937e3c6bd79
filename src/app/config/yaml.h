// Strict YAML to a tree of plain nodes that know their lines. Refused: duplicate keys, aliases,
// anchors, merge keys, tags, keys that are not plain text, more than one document, bad UTF-8,
// control characters, more than 1 MiB, nesting deeper than 32. A quoted scalar is text, whatever
// it looks like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::app {

inline constexpr size_t kMaxConfigBytes = 1024 * 1024;
inline constexpr size_t kMaxConfigDepth = 32;

// What is wrong, and where: rendered as `file:line: key: message`.
struct Problem {
  uint32_t line = 0;  // from 1
  std::string key;    // `servers.files.command`, `policy.rules[2]`; "" = the document
  std::string message;
};

struct Member;

struct Node {
  enum class Kind : uint8_t { null, scalar, list, map };
  // What a plain scalar is in YAML 1.2's core schema; quoted ones are text.
  enum class Scalar : uint8_t { text, boolean, number };

  Kind kind = Kind::null;
  bool quoted = false;
  uint32_t line = 1;
  std::string text;             // of a scalar
  std::vector<Node> items;      // of a list
  std::vector<Member> members;  // of a map, in order

  [[nodiscard]] const Member* member(std::string_view name) const;
  [[nodiscard]] Scalar scalar() const;
};

struct Member {
  std::string name;
  uint32_t line = 1;
  Node value;
};

// The root node (null for an empty document), or the first problem.
struct YamlResult {
  std::optional<Node> root;
  Problem problem;
};
[[nodiscard]] YamlResult parse_yaml(std::string_view source);

// The node as JSON, for values that are JSON by nature (a schema); nothing where a number has no
// JSON form (`0x10`, `.inf`).
[[nodiscard]] std::optional<std::string> node_json(const Node& node);

}  // namespace doorward::app
