#include <algorithm>

#include "wire/schema_compiler.h"
#include "wire/schema_pointer.h"

namespace doorward::wire {

Expected<std::shared_ptr<const SchemaProgram>> SchemaCompiler::run(std::string text) {
  const auto main = sources_.add_main(std::move(text));
  if (!main) return std::unexpected(main.error());
  node_of(*main);
  // What nothing refers to is compiled as well: a definition is refused whole or taken whole.
  for (const SchemaPlace place : sources_.main_places()) node_of(place);
  for (size_t before = 0; !error_ && before != nodes_.size();) {
    before = nodes_.size();
    drain();
    add_dynamic_anchors();
  }
  if (!error_) find_loops();
  if (!error_) find_sharing();
  if (error_) return std::unexpected(std::move(*error_));
  program_.documents = sources_.take_documents();
  program_.limits = options_.limits;
  program_.subject = options_.subject;
  program_.fault = options_.fault;
  return std::make_shared<const SchemaProgram>(std::move(program_));
}

void SchemaCompiler::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

bool SchemaCompiler::demand(const Building& building, bool holds, std::string_view what) {
  if (holds) return true;
  const JsonValue root = sources_.value({building.place.document, 0});
  fail({"schema.keyword", Fault::server, false,
        "`" + json_pointer(root, building.place.index) + "`: `" + std::string(building.keyword) +
            "` " + std::string(what)});
  return false;
}

SchemaNodeId SchemaCompiler::node_of(SchemaPlace place) {
  const auto [at, fresh] =
      nodes_.try_emplace(place.key(), static_cast<SchemaNodeId>(program_.nodes.size()));
  if (!fresh) return at->second;
  if (program_.nodes.size() >= options_.limits.subschemas)
    fail({"schema.size", Fault::server, false,
          "the schema has over " + std::to_string(options_.limits.subschemas) + " subschemas"});
  program_.nodes.emplace_back();
  open_.emplace_back(at->second, place);
  return at->second;
}

void SchemaCompiler::drain() {
  while (!error_ && !open_.empty()) {
    const auto [id, place] = open_.back();
    open_.pop_back();
    fill(id, place);
  }
}

// The anchors that a `$dynamicRef` may end at, in every resource that came along.
void SchemaCompiler::add_dynamic_anchors() {
  if (error_) return;
  program_.dynamic_anchors.clear();
  for (uint32_t number = 0; number < sources_.resources(); ++number)
    for (const SchemaResource::Anchor& anchor : sources_.resource(number).anchors) {
      const auto wanted = anchors_.find(anchor.name);
      if (anchor.dynamic && wanted != anchors_.end())
        program_.dynamic_anchors.push_back({number, wanted->second, node_of(anchor.place)});
    }
}

void SchemaCompiler::fill(SchemaNodeId id, SchemaPlace place) {
  Building building;
  building.place = place;
  building.resource = sources_.resource_of(place);
  const SchemaResource& resource = sources_.resource(building.resource);
  const bool validates = resource.validates;
  building.draft = resource.draft;
  building.node.resource = building.resource;
  const JsonValue schema = sources_.value(place);
  building.keyword = "schema";
  if (schema.is_boolean()) {
    building.node.never = !*schema.boolean();
    building.node.only_types = !building.node.never;
  } else if (demand(building, schema.is_object(), "must be an object, `true` or `false`")) {
    const bool is_07 = building.draft == SchemaDraft::draft_07;
    const bool only_ref = is_07 && schema["$ref"].is_string();
    for (const auto& [name, value, _] : schema.members()) {
      const Keyword* const known = keyword(name);
      if (known == nullptr || !(is_07 ? known->draft_07 : known->draft_2020_12)) continue;
      if ((known->validation && !validates) || (only_ref && name != "$ref")) continue;
      building.keyword = known->name;
      (this->*known->read)(building, value);
      if (error_) return;
    }
    finish(building);
  }
  program_.nodes[id] = std::move(building.node);
}

void SchemaCompiler::finish(Building& building) {
  finish_items(building);
  SchemaNode& node = building.node;
  if (node.array && node.array->contains == kNoNode) {
    node.array->min_contains = 0;
    node.array->max_contains = UINT32_MAX;
  }
  if (node.logic && node.logic->condition == kNoNode)
    node.logic->then = node.logic->otherwise = kNoNode;
  node.looks_back = node.unevaluated_items != kNoNode || node.unevaluated_properties != kNoNode;
  node.only_types = !node.constant && !node.values && !node.number && !node.string && !node.array &&
                    !node.object && !node.logic && !node.looks_back;
  const LogicRules none;
  const LogicRules& logic = node.logic ? *node.logic : none;
  const bool others = !logic.all.empty() || !logic.any.empty() || !logic.one.empty() ||
                      logic.condition != kNoNode || logic.dynamic.initial != kNoNode ||
                      node.unevaluated_properties != kNoNode;
  node.forwards = logic.ref != kNoNode && !others && !node.object && !node.array;
  node.chooses = logic.any.empty() != logic.one.empty() && logic.all.empty() &&
                 logic.condition == kNoNode && logic.ref == kNoNode &&
                 logic.dynamic.initial == kNoNode && !node.object && !node.array;
  if (options_.undeclared == Undeclared::allow || !node.object || others || logic.ref != kNoNode)
    return;
  const ObjectRules& object = *node.object;
  const bool declares = std::ranges::any_of(
      object.names.entries(), [](const auto& entry) { return entry.node != kNoNode; });
  const bool applies =
      std::ranges::any_of(object.dependencies, [](const auto& d) { return d.node != kNoNode; });
  node.refuse_undeclared =
      declares && !applies && object.additional == kNoNode && object.patterns.empty();
}

// `items` and `additionalItems` mean one thing or another by each other's form.
void SchemaCompiler::finish_items(Building& building) {
  if (!building.items) return;
  building.keyword = "items";
  if (!building.items.is_array()) {
    building.array().items = node_of(building, building.items);
  } else if (demand(building, building.draft == SchemaDraft::draft_07,
                    "must be a schema; a list of schemas is `prefixItems`")) {
    building.array().prefix = nodes_of(building, building.items);
    if (building.additional_items)
      building.array().items = node_of(building, building.additional_items);
  }
}

std::vector<SchemaNodeId> SchemaCompiler::in_place(const SchemaNode& node) const {
  std::vector<SchemaNodeId> targets;
  const auto add = [&](SchemaNodeId id) {
    if (id != kNoNode) targets.push_back(id);
  };
  if (node.object)
    for (const auto& dependency : node.object->dependencies) add(dependency.node);
  if (!node.logic) return targets;
  for (const auto* list : {&node.logic->all, &node.logic->any, &node.logic->one})
    targets.insert(targets.end(), list->begin(), list->end());
  for (const SchemaNodeId id : {node.logic->negated, node.logic->condition, node.logic->then,
                                node.logic->otherwise, node.logic->ref})
    add(id);
  if (node.logic->dynamic.anchor == kNoNode) add(node.logic->dynamic.initial);
  return targets;
}

// Which nodes apply schemas to their own value that describe its members or items.
void SchemaCompiler::find_sharing() {
  const auto describes = [](const SchemaNode& node) {
    const bool names =
        node.object && (node.object->additional != kNoNode || !node.object->patterns.empty() ||
                        std::ranges::any_of(node.object->names.entries(), [](const auto& entry) {
                          return entry.node != kNoNode;
                        }));
    const bool items = node.array && (node.array->items != kNoNode || !node.array->prefix.empty());
    return names || items || node.logic || node.unevaluated_items != kNoNode ||
           node.unevaluated_properties != kNoNode;
  };
  for (SchemaNode& node : program_.nodes)
    node.shares = std::ranges::any_of(
        in_place(node), [&](SchemaNodeId id) { return describes(program_.nodes[id]); });
}

// A schema that applies itself to the value that it is applied to would never end.
void SchemaCompiler::find_loops() {
  std::vector<uint8_t> state(program_.nodes.size(), 0);  // 1 on the way, 2 done
  for (SchemaNodeId id = 0; id < program_.nodes.size(); ++id)
    if (state[id] == 0 && loops_from(id, state))
      return fail({"schema.loop", Fault::server, false,
                   "references lead back to where they started, on the same value"});
}

bool SchemaCompiler::loops_from(SchemaNodeId start, std::vector<uint8_t>& state) const {
  struct Step {
    SchemaNodeId id;
    std::vector<SchemaNodeId> left;
  };
  std::vector<Step> way;
  state[start] = 1;
  way.push_back({start, in_place(program_.nodes[start])});
  while (!way.empty()) {
    if (way.back().left.empty()) {
      state[way.back().id] = 2;
      way.pop_back();
      continue;
    }
    const SchemaNodeId next = way.back().left.back();
    way.back().left.pop_back();
    if (state[next] == 1) return true;
    if (state[next] == 2) continue;
    state[next] = 1;
    way.push_back({next, in_place(program_.nodes[next])});
  }
  return false;
}

}  // namespace doorward::wire
