// Keywords that apply schemas to the same value, and those that look back at what was evaluated.
#include "wire/schema_evaluate.h"

namespace doorward::wire {

bool SchemaEvaluator::check_logic(const SchemaNode& node, const Visit& visit) {
  const LogicRules& rules = *node.logic;
  const Visit shared{visit.at, visit.marks};
  const Visit choice{visit.at, visit.marks, false, visit.alone && node.chooses};
  bool ok = true;
  const auto apply = [&](SchemaNodeId id, const Visit& how) {
    if (id != kNoNode && (ok || goes_on())) ok = evaluate(id, how) && ok;
  };
  apply(rules.ref,
        {visit.at, visit.marks, visit.owns && node.forwards, visit.alone && node.forwards});
  if (rules.dynamic.initial != kNoNode) apply(dynamic_target(rules.dynamic), shared);
  for (const SchemaNodeId id : rules.all) apply(id, shared);
  if (!rules.any.empty() && (ok || goes_on())) ok = check_any(rules, choice) && ok;
  if (!rules.one.empty() && (ok || goes_on())) ok = check_one(rules, choice) && ok;
  if (rules.negated != kNoNode && (ok || goes_on()) && matches(rules.negated, visit.at)) {
    if (SchemaReport* const report = noting()) report->negated(visit.at);
    ok = false;
  }
  if (rules.condition != kNoNode && (ok || goes_on())) ok = check_condition(rules, visit) && ok;
  return ok && !stopped();
}

bool SchemaEvaluator::matches(SchemaNodeId id, uint32_t at) {
  SchemaReport* const report = report_;
  report_ = nullptr;
  const bool ok = evaluate(id, {.at = at});
  report_ = report;
  return ok;
}

bool SchemaEvaluator::evaluate_branch(SchemaNodeId id, const Visit& visit) {
  if (visit.marks == kNoNode) return evaluate(id, visit);
  const Marks own = open_marks(visit.at);
  const bool ok = evaluate(id, {visit.at, own, false, visit.alone});
  if (ok) merge_marks(own, visit.marks, visit.at);
  close_marks(own);
  return ok;
}

bool SchemaEvaluator::check_any(const LogicRules& rules, const Visit& visit) {
  SchemaReport* const report = report_;
  std::vector<SchemaReport> branches;
  bool ok = false;
  for (const SchemaNodeId id : rules.any) {
    if (ok && visit.marks == kNoNode) break;
    if (report != nullptr) report_ = &branches.emplace_back(report->empty());
    ok = evaluate_branch(id, visit) || ok;
    if (stopped()) break;
  }
  report_ = report;
  if (!ok && report != nullptr) report->no_alternative(visit.at, std::move(branches));
  return ok;
}

bool SchemaEvaluator::check_one(const LogicRules& rules, const Visit& visit) {
  SchemaReport* const report = report_;
  std::vector<SchemaReport> branches;
  uint32_t found = 0;
  for (const SchemaNodeId id : rules.one) {
    if (found > 1) break;
    if (report != nullptr) report_ = &branches.emplace_back(report->empty());
    if (evaluate_branch(id, visit)) ++found;
    if (stopped()) break;
  }
  report_ = report;
  if (found == 1) return true;
  if (report != nullptr) {
    if (found == 0) {
      report->no_alternative(visit.at, std::move(branches));
    } else {
      report->several(visit.at);
    }
  }
  return false;
}

bool SchemaEvaluator::check_condition(const LogicRules& rules, const Visit& visit) {
  SchemaReport* const report = report_;
  report_ = nullptr;
  const bool holds = evaluate_branch(rules.condition, {visit.at, visit.marks});
  report_ = report;
  if (stopped()) return false;
  const SchemaNodeId next = holds ? rules.then : rules.otherwise;
  return next == kNoNode || evaluate(next, {visit.at, visit.marks});
}

// Core section 8.2.3.2: the outermost resource on the way here that has the anchor.
SchemaNodeId SchemaEvaluator::dynamic_target(const DynamicRef& ref) {
  if (ref.anchor == kNoNode) return ref.initial;
  for (size_t i = scope_base_; i < scratch_.scope.size(); ++i) {
    if (!spend(1)) return ref.initial;
    for (const auto& anchor : program_.dynamic_anchors)
      if (anchor.resource == scratch_.scope[i] && anchor.anchor == ref.anchor) return anchor.node;
  }
  return ref.initial;
}

bool SchemaEvaluator::check_unevaluated(const SchemaNode& node, const Visit& visit) {
  const bool object = node_at(visit.at).type == JsonType::object;
  const SchemaNodeId id = object ? node.unevaluated_properties : node.unevaluated_items;
  const uint32_t step = object ? 1 : 0;  // behind a name
  const uint32_t end = node_at(visit.at).next;
  uint32_t ordinal = 0;
  bool ok = true;
  for (uint32_t at = visit.at + 1; at < end; at = node_at(at + step).next, ++ordinal) {
    if (is_marked(visit.marks, ordinal)) continue;
    if (!spend(1)) return false;
    if (object && program_.nodes[id].never) {
      static const NameTable kUnknown;
      if (SchemaReport* const report = noting())
        report->undeclared(visit.at, text_at(at), kUnknown, at + 1);
      ok = false;
    } else {
      ok = evaluate(id, child(node, visit, at + step)) && ok;
    }
    if (!ok && !goes_on()) return false;
  }
  return ok;
}

SchemaEvaluator::Marks SchemaEvaluator::open_marks(uint32_t at) {
  const auto begin = static_cast<Marks>(scratch_.marks.size());
  const uint32_t words = node_at(at).count / 64 + 1;
  static_cast<void>(spend(words));
  scratch_.marks.resize(begin + words, 0);
  return begin;
}

void SchemaEvaluator::close_marks(Marks marks) {
  scratch_.marks.resize(marks);
}

void SchemaEvaluator::merge_marks(Marks from, Marks into, uint32_t at) {
  const uint32_t words = node_at(at).count / 64 + 1;
  for (uint32_t word = 0; word < words; ++word)
    scratch_.marks[into + word] |= scratch_.marks[from + word];
}

void SchemaEvaluator::mark(Marks marks, uint32_t ordinal) {
  scratch_.marks[marks + ordinal / 64] |= uint64_t{1} << ordinal % 64;
}

void SchemaEvaluator::mark_all(Marks marks, uint32_t at) {
  const uint32_t words = node_at(at).count / 64 + 1;
  for (uint32_t word = 0; word < words; ++word) scratch_.marks[marks + word] = ~uint64_t{0};
}

bool SchemaEvaluator::is_marked(Marks marks, uint32_t ordinal) const {
  return (scratch_.marks[marks + ordinal / 64] >> ordinal % 64 & 1) != 0;
}

}  // namespace doorward::wire
