// Names of members that imitate declared ones: `Path` beside `path`. One reader takes it for the
// declared member and another does not, so neither the schema's verdict nor a guard's look at
// `path` would hold for it.
#include <algorithm>

#include "wire/schema_budget.h"
#include "wire/schema_pointer.h"
#include "wire/schema_program.h"

namespace doorward::wire {
namespace {

// Walks a value with all schemas that may describe it, whichever of them match.
class NameWalk {
 public:
  NameWalk(const SchemaProgram& program, JsonValue instance)
      : program_(program), budget_(program, instance) {
    ids_.reserve(64);
  }

  // False where it ended at a look-alike or at the end of the budget.
  // The schemas of the value are ids_[from...]; what is added behind them is gone after.
  bool walk(JsonValue value, size_t from) {
    for (size_t i = from; i < ids_.size(); ++i) add_in_place(ids_[i], from);
    if (!spend(ids_.size() - from + 1)) return false;
    const size_t to = ids_.size();
    bool ok = true;
    if (value.is_object()) {
      for (const auto& member : value.members())
        if (ok = walk_member(member, from, to); !ok) break;
    } else if (value.is_array()) {
      ok = walk_items(value, from, to);
    }
    ids_.resize(from);
    return ok;
  }
  bool walk(JsonValue root) {
    ids_.push_back(0);
    return walk(root, 0);
  }

  [[nodiscard]] bool out_of_steps() const { return budget_.stopped(); }
  [[nodiscard]] JsonValue found() const { return found_; }
  [[nodiscard]] std::string_view known() const { return known_; }

 private:
  [[nodiscard]] bool spend(uint64_t steps) { return budget_.spend(steps); }

  void add(SchemaNodeId id, size_t from) {
    if (id == kNoNode || !spend((ids_.size() - from) / 8)) return;
    if (std::find(ids_.begin() + static_cast<std::ptrdiff_t>(from), ids_.end(), id) == ids_.end())
      ids_.push_back(id);
  }

  void add_in_place(SchemaNodeId id, size_t from) {
    const SchemaNode& node = program_.nodes[id];
    if (node.object)
      for (const auto& dependency : node.object->dependencies) add(dependency.node, from);
    if (!node.logic) return;
    const LogicRules& logic = *node.logic;
    for (const auto* list : {&logic.all, &logic.any, &logic.one})
      for (const SchemaNodeId target : *list) add(target, from);
    for (const SchemaNodeId target :
         {logic.condition, logic.then, logic.otherwise, logic.ref, logic.dynamic.initial})
      add(target, from);
    if (logic.dynamic.anchor == kNoNode) return;
    for (const auto& anchor : program_.dynamic_anchors)
      if (anchor.anchor == logic.dynamic.anchor) add(anchor.node, from);
  }

  bool walk_member(const JsonValue::Member& member, size_t from, size_t to) {
    bool declared = false;
    for (size_t i = from; i < to; ++i) {
      const SchemaNode& node = program_.nodes[ids_[i]];
      add(node.unevaluated_properties, to);
      if (!node.object) continue;
      const ObjectRules& rules = *node.object;
      const NameTable::Entry* const entry = rules.names.find(member.name);
      declared = declared || entry != nullptr;
      if (entry != nullptr) add(entry->node, to);
      for (const auto& by : rules.patterns) add(by.node, to);
      add(rules.additional, to);
    }
    if (!spend(1 + to - from) || (!declared && imitates(member, from, to))) return false;
    return ids_.size() == to || walk(member.value, to);
  }

  bool imitates(const JsonValue::Member& member, size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      const SchemaNode& node = program_.nodes[ids_[i]];
      if (!node.object) continue;
      for (const NameTable::Entry& entry : node.object->names.entries()) {
        if (!spend(1)) return true;
        if (!is_look_alike_name(member.name, entry.name)) continue;
        found_ = member.name_value;
        known_ = entry.name;
        return true;
      }
    }
    return false;
  }

  bool walk_items(JsonValue array, size_t from, size_t to) {
    size_t ordinal = 0;
    for (const JsonValue item : array.items()) {
      for (size_t i = from; i < to; ++i) {
        const SchemaNode& node = program_.nodes[ids_[i]];
        add(node.unevaluated_items, to);
        if (!node.array) continue;
        const auto& prefix = node.array->prefix;
        add(ordinal < prefix.size() ? prefix[ordinal] : node.array->items, to);
        add(node.array->contains, to);
      }
      ++ordinal;
      if (!spend(1 + to - from)) return false;
      if (ids_.size() > to && !walk(item, to)) return false;
    }
    return true;
  }

  const SchemaProgram& program_;
  SchemaBudget budget_;
  std::vector<SchemaNodeId> ids_;
  JsonValue found_;
  std::string_view known_;
};

}  // namespace

Expected<void> Schema::check_names(JsonValue value) const {
  if (!value) return {};
  NameWalk walk(*program_, value);
  if (walk.walk(value)) return {};
  if (walk.out_of_steps())
    return failure("schema.budget", program_->fault,
                   program_->subject + " take too many steps to validate; send less at once");
  const auto quoted = [](std::string_view text) {
    const std::string name = json_quote(text.substr(0, 60));
    return "`" + name.substr(1, name.size() - 2) + "`";
  };
  return failure("schema.look_alike", program_->fault,
                 program_->subject + " hold a member " +
                     quoted(json_pointer(value, walk.found().index())) + " that only looks like " +
                     quoted(walk.known()) + ": name it exactly so, or remove it");
}

}  // namespace doorward::wire
