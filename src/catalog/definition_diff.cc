#include "catalog/definition_diff.h"

#include <map>

#include "catalog/visible.h"
#include "catalog/word_diff.h"

namespace doorward::catalog {

namespace {

using wire::JsonDocument;
using wire::JsonValue;

constexpr size_t kMostChanges = 200;
constexpr size_t kMostBytes = 2000;        // of one added or removed value
constexpr size_t kDiffBytes = 128 * 1024;  // compared word by word in one definition

struct Leaf {
  std::string text;
  bool is_text = false;
  bool operator==(const Leaf&) const = default;
};
using Leaves = std::map<std::string, Leaf, std::less<>>;

std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

// Depth is bounded by the parser that made the document.
void collect(Leaves& out, const std::string& path, JsonValue value) {
  if (value.is_object() && value.size() > 0) {
    for (const auto& [name, member, _] : value.members())
      collect(out, path + '/' + escaped(name), member);
  } else if (value.is_array() && value.size() > 0) {
    size_t i = 0;
    for (const JsonValue item : value.items()) collect(out, path + '/' + std::to_string(i++), item);
  } else if (value.is_string()) {
    out[path] = {std::string(value.text()), true};
  } else {
    out[path] = {std::string(value.raw()), false};
  }
}

Leaves leaves_of(const Definition& definition) {
  Leaves out;
  if (const auto document = JsonDocument::parse(definition.text))
    collect(out, "", document->root());
  else
    out[""] = {definition.text, true};
  return out;
}

std::string shown(const Leaf& leaf) {
  const bool cut = leaf.text.size() > kMostBytes;
  const std::string text = visible(std::string_view(leaf.text).substr(0, kMostBytes));
  return cut ? text + " ... (" + std::to_string(leaf.text.size()) + " bytes)" : text;
}

std::vector<FieldChange> changes(const Leaves& before, const Leaves& after) {
  using enum FieldChange::What;
  std::vector<FieldChange> out;
  size_t left = kDiffBytes;
  const auto compare = [&left](const Leaf& was, const Leaf& is) {
    const size_t size = was.text.size() + is.text.size();
    if (size > left) return "[-" + shown(was) + "-]{+" + shown(is) + "+}";
    left -= size;
    return render(word_diff(was.text, is.text));
  };
  for (const auto& [path, leaf] : before) {
    const auto now = after.find(path);
    if (now == after.end())
      out.push_back({path, removed, shown(leaf)});
    else if (now->second.text == leaf.text && now->second.is_text != leaf.is_text)
      out.push_back(
          {path, changed, shown(leaf) + (leaf.is_text ? " is no string now" : " is a string now")});
    else if (now->second != leaf)
      out.push_back({path, changed, compare(leaf, now->second)});
  }
  for (const auto& [path, leaf] : after)
    if (!before.contains(path)) out.push_back({path, added, shown(leaf)});
  if (out.size() > kMostChanges) {
    const size_t more = out.size() - kMostChanges;
    out.resize(kMostChanges);
    out.push_back({"", changed, std::to_string(more) + " more fields"});
  }
  for (FieldChange& change : out) change.path = visible(change.path);
  return out;
}

std::vector<std::string> new_parameters(const Definition& before, const Definition& after) {
  std::vector<std::string> out;
  const auto old_text = JsonDocument::parse(before.text);
  const auto new_text = JsonDocument::parse(after.text);
  if (!new_text) return out;
  const JsonValue was = old_text ? old_text->root()["inputSchema"]["properties"] : JsonValue();
  const JsonValue now = new_text->root()["inputSchema"]["properties"];
  if (!now.is_object()) return out;
  for (const auto& [name, value, _] : now.members()) {
    if (out.size() == kMostChanges) break;
    if (!was[name]) out.push_back(visible(name));
  }
  return out;
}

}  // namespace

DefinitionDiff diff_definitions(std::string_view server, const Definition& before,
                                const Definition& after) {
  DefinitionDiff out;
  out.fields = changes(leaves_of(before), leaves_of(after));
  const core::ClassSet had = guess_classes_of(server, before);
  const core::ClassSet has = guess_classes_of(server, after);
  out.gained = core::ClassSet::from_bits(static_cast<uint8_t>(has.bits() & ~had.bits()));
  out.lost = core::ClassSet::from_bits(static_cast<uint8_t>(had.bits() & ~has.bits()));
  out.new_parameters = new_parameters(before, after);
  return out;
}

std::string render(const DefinitionDiff& diff) {
  std::string out;
  if (!diff.gained.empty()) out += "+ can now " + class_names(diff.gained) + '\n';
  if (!diff.lost.empty()) out += "- no longer seems to " + class_names(diff.lost) + '\n';
  for (const std::string& name : diff.new_parameters) out += "+ asks for `" + name + "`\n";
  for (const FieldChange& field : diff.fields) {
    out += field.what == FieldChange::What::added     ? "+ "
           : field.what == FieldChange::What::removed ? "- "
                                                      : "~ ";
    out += (field.path.empty() ? "/" : field.path) + "  " + field.words + '\n';
  }
  return out;
}

}  // namespace doorward::catalog
