#include "catalog/definition.h"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "catalog/classes_guess.h"
#include "catalog/words.h"

namespace doorward::catalog {

namespace {

using wire::JsonDocument;
using wire::JsonType;
using wire::JsonValue;

constexpr size_t kWordsLimit = 64 * 1024;  // of one definition, for its likeness to another

// Every name and string of a document but the item's own name, as counted words.
std::map<std::string, int, std::less<>> bag_of(const Definition& definition) {
  std::map<std::string, int, std::less<>> bag;
  const auto document = JsonDocument::parse(definition.text);
  if (!document) return bag;
  size_t left = kWordsLimit;
  const std::string_view own = key_member(definition.kind);
  for (const auto& [name, value, _] : document->root().members()) {
    if (name == own || name == "title") continue;
    for (std::string& word : text_words(value.raw(), left)) ++bag[std::move(word)];
    left -= std::min(left, value.raw().size());
  }
  return bag;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

// A reference stays within the schema: to a place in it, or to its own `$id`.
bool stays(std::string_view target, std::string_view own) {
  if (target.starts_with('#')) return true;
  return !own.empty() && target.starts_with(own) &&
         (target.size() == own.size() || target[own.size()] == '#');
}

// `free_names`: members are schemas under names of their own, as in `properties`. What stands in
// data (`default`, `const` …) refers to nothing.
bool refers_elsewhere(JsonValue schema, std::string_view own, bool free_names = false) {
  if (schema.is_array()) {
    for (const JsonValue item : schema.items())
      if (refers_elsewhere(item, own)) return true;
    return false;
  }
  if (!schema.is_object()) return false;
  for (const auto& [name, value, _] : schema.members()) {
    if (!free_names && is_one_of(name, {"default", "examples", "const", "enum"})) continue;
    if (!free_names && value.is_string() &&
        is_one_of(name, {"$ref", "$dynamicRef", "$recursiveRef"}) && !stays(value.text(), own))
      return true;
    const bool free = !free_names && is_one_of(name, {"properties", "patternProperties", "$defs",
                                                      "definitions", "dependentSchemas"});
    if (refers_elsewhere(value, own, free)) return true;
  }
  return false;
}

}  // namespace

std::string_view key_member(DefinitionKind kind) {
  switch (kind) {
    case DefinitionKind::resource:
      return "uri";
    case DefinitionKind::resource_template:
      return "uriTemplate";
    default:
      return "name";
  }
}

Expected<Definition> definition_of(DefinitionKind kind, JsonValue item) {
  if (!item.is_object())
    return failure("catalog.definition_shape", Fault::server,
                   "an item of `" + std::string(kind_name(kind)) + "` is no object");
  const JsonValue name = item[key_member(kind)];
  if (!name.is_string() || name.text().empty())
    return failure("catalog.definition_shape", Fault::server,
                   "an item of `" + std::string(kind_name(kind)) + "` has no `" +
                       std::string(key_member(kind)) + "`");
  Definition out{kind, std::string(name.text()), wire::canonical_json(item), {}, {}};
  out.digest = sha256(out.text);
  return out;
}

Definition server_definition(JsonValue initialize_result) {
  const JsonValue instructions = initialize_result["instructions"];
  JsonValue info = initialize_result["serverInfo"];
  if (!info) info = initialize_result["_meta"]["io.modelcontextprotocol/serverInfo"];
  std::string text = "{";
  if (instructions) text += "\"instructions\":" + wire::canonical_json(instructions);
  if (info) {
    if (text.size() > 1) text += ',';
    text += "\"serverInfo\":" + wire::canonical_json(info);
  }
  text += '}';
  Definition out{DefinitionKind::server, "", std::move(text), {}, {}};
  out.digest = sha256(out.text);
  return out;
}

core::ClassSet guess_classes_of(std::string_view server, const Definition& definition) {
  if (definition.kind != DefinitionKind::tool) return {core::ToolClass::read};
  const auto document = JsonDocument::parse(definition.text);
  // What can't be read again is believed capable of everything.
  if (!document) return core::ClassSet::all();
  const JsonValue tool = document->root();
  return guess_classes({.server = server,
                        .name = definition.name,
                        .title = tool["title"].text(),
                        .description = tool["description"].text(),
                        .input_schema = tool["inputSchema"],
                        .annotations = tool["annotations"]});
}

bool has_remote_reference(const Definition& definition) {
  if (definition.kind != DefinitionKind::tool) return false;
  const auto document = JsonDocument::parse(definition.text);
  if (!document) return true;
  const auto leaves = [&document](std::string_view member) {
    const JsonValue schema = document->root()[member];
    return refers_elsewhere(schema, schema["$id"].text());
  };
  return leaves("inputSchema") || leaves("outputSchema");
}

double similarity(const Definition& a, const Definition& b) {
  if (a.kind != b.kind) return 0;
  const auto left = bag_of(a);
  const auto right = bag_of(b);
  int shared = 0;
  int all = 0;
  for (const auto& [word, count] : left) {
    const auto other = right.find(word);
    const int there = other == right.end() ? 0 : other->second;
    shared += std::min(count, there);
    all += std::max(count, there);
  }
  for (const auto& [word, count] : right)
    if (!left.contains(word)) all += count;
  return all == 0 ? 0 : static_cast<double>(shared) / all;
}

}  // namespace doorward::catalog
