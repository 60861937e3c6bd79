// Keywords of objects.
#include "wire/schema_evaluate.h"

namespace doorward::wire {
bool SchemaEvaluator::has_member(uint32_t object, std::string_view name) {
  const uint32_t end = node_at(object).next;
  if (!spend(node_at(object).count / 4)) return false;
  for (uint32_t at = object + 1; at < end; at = node_at(at + 1).next)
    if (text_at(at) == name) return true;
  return false;
}

bool SchemaEvaluator::check_object(const SchemaNode& node, const Visit& visit) {
  const ObjectRules& rules = *node.object;
  const uint32_t count = node_at(visit.at).count;
  bool ok = true;
  if (count < rules.min || count > rules.max) {
    if (report_ == nullptr) return false;
    const bool few = count < rules.min;
    if (SchemaReport* const report = noting())
      report->wrong_size(visit.at, "members", count, few, few ? rules.min : rules.max);
    ok = false;
  }
  uint32_t required = 0;
  ok = check_members(node, visit, required) && ok;
  if (!ok && !goes_on()) return false;
  // Names of an object differ from each other, so that counting them is enough.
  if (required != rules.required) {
    if (report_ == nullptr) return false;
    for (const NameTable::Entry& entry : rules.names.entries()) {
      if (!entry.required || has_member(visit.at, entry.name)) continue;
      SchemaReport* const report = noting();
      if (report == nullptr) break;
      report->missing(visit.at, entry.name,
                      entry.node == kNoNode ? kAnyType : program_.nodes[entry.node].types);
    }
    ok = false;
  }
  if (rules.dependencies.empty()) return ok;
  return check_dependencies(rules, visit) && ok;
}

bool SchemaEvaluator::check_members(const SchemaNode& node, const Visit& visit,
                                    uint32_t& required) {
  const ObjectRules& rules = *node.object;
  const bool refuse = node.refuse_undeclared && visit.owns;
  const uint32_t end = node_at(visit.at).next;
  uint32_t ordinal = 0;
  size_t hint = 0;
  bool ok = true;
  for (uint32_t name = visit.at + 1; name < end; name = node_at(name + 1).next, ++ordinal) {
    if (!ok && !goes_on()) return false;
    if (!spend(1)) return false;
    const uint32_t value = name + 1;
    const NameTable::Entry* const known = rules.names.find(text_at(name), hint);
    bool covered = false;
    if (known != nullptr) {
      required += known->required ? 1 : 0;
      covered = known->node != kNoNode;
      if (covered) ok = evaluate(known->node, child(node, visit, value)) && ok;
    }
    if (!rules.patterns.empty()) ok = check_patterns(node, visit, value, covered) && ok;
    if (!covered) {
      const bool closed =
          rules.additional == kNoNode ? refuse : program_.nodes[rules.additional].never;
      if (closed) {
        if (SchemaReport* const report = noting())
          report->undeclared(visit.at, text_at(name), rules.names, value);
        ok = false;
      } else if (rules.additional != kNoNode) {
        covered = true;
        ok = evaluate(rules.additional, child(node, visit, value)) && ok;
      }
    }
    if (rules.property_names != kNoNode) ok = evaluate(rules.property_names, {.at = name}) && ok;
    if (covered && visit.marks != kNoNode) mark(visit.marks, ordinal);
  }
  return ok;
}

bool SchemaEvaluator::check_patterns(const SchemaNode& node, const Visit& visit, uint32_t value,
                                     bool& covered) {
  const std::string_view name = text_at(value - 1);
  bool ok = true;
  for (const ObjectRules::ByPattern& by : node.object->patterns) {
    const SchemaPattern& pattern = program_.patterns[by.pattern];
    if (!spend(pattern.steps(name))) return false;
    if (!pattern.matches(name)) continue;
    covered = true;
    ok = evaluate(by.node, child(node, visit, value)) && ok;
    if (!ok && !goes_on()) return false;
  }
  return ok;
}

bool SchemaEvaluator::check_dependencies(const ObjectRules& rules, const Visit& visit) {
  bool ok = true;
  for (const ObjectRules::Dependency& dependency : rules.dependencies) {
    if (!ok && !goes_on()) return false;
    if (!has_member(visit.at, dependency.name)) {
      if (stopped()) return false;
      continue;
    }
    for (const std::string& name : dependency.names) {
      if (has_member(visit.at, name)) continue;
      if (SchemaReport* const report = noting())
        report->missing_beside(visit.at, name, dependency.name);
      ok = false;
    }
    if (dependency.node != kNoNode) ok = evaluate(dependency.node, {visit.at, visit.marks}) && ok;
  }
  return ok;
}

}  // namespace doorward::wire
