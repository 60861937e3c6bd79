#include "app/config/shape.h"

#include "app/config/units.h"
#include "wire/json.h"

namespace doorward::app {

void Reader::problem(uint32_t line, std::string message) {
  problems_.push_back({line, path_, std::move(message)});
}

void Reader::problem_at(uint32_t line, std::string key, std::string message) {
  problems_.push_back({line, std::move(key), std::move(message)});
}

Reader::Step::Step(Reader& reader, std::string_view name)
    : reader_(reader), size_(reader.path_.size()) {
  if (size_ > 0) reader.path_ += '.';
  reader.path_ += name;
}

Reader::Step::Step(Reader& reader, size_t index) : reader_(reader), size_(reader.path_.size()) {
  reader.path_ += "[" + std::to_string(index) + "]";
}

std::string_view node_kind(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  if (node.quoted) return "quoted text";
  switch (node.scalar()) {
    case Node::Scalar::boolean:
      return "true or false";
    case Node::Scalar::number:
      return "a number";
    case Node::Scalar::text:
      break;
  }
  return "text";
}

bool expect_map(Reader& reader, const Node& node) {
  if (node.kind == Node::Kind::map) return true;
  reader.problem(node.line, "expected a map, got " + std::string(node_kind(node)));
  return false;
}

bool expect_list(Reader& reader, const Node& node) {
  if (node.kind == Node::Kind::list) return true;
  reader.problem(node.line, "expected a list, got " + std::string(node_kind(node)));
  return false;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  // A third of the letters may be wrong, at least one and at most two edits.
  size_t least = std::min<size_t>(2, std::max<size_t>(1, name.size() / 3)) + 1;
  for (const std::string& candidate : known) {
    const size_t distance = edit_distance(name, candidate);
    if (distance < least) {
      least = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? "" : "; did you mean `" + *best + "`?";
}

void unknown_key(Reader& reader, const Member& member, const std::vector<Key>& keys) {
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.name);
  const Reader::Step step(reader, member.name);
  reader.problem(member.line, "unknown key" + suggestion(member.name, names));
}

std::string json_text(std::string_view text) {
  return wire::json_quote(text);
}

}  // namespace doorward::app
