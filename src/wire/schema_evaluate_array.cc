// Keywords of arrays.
#include <algorithm>
#include <bit>

#include "wire/schema_equal.h"
#include "wire/schema_evaluate.h"

namespace doorward::wire {

bool SchemaEvaluator::check_array(const SchemaNode& node, const Visit& visit) {
  const ArrayRules& rules = *node.array;
  const uint32_t count = node_at(visit.at).count;
  bool ok = true;
  if (count < rules.min || count > rules.max) {
    if (report_ == nullptr) return false;
    const bool few = count < rules.min;
    if (SchemaReport* const report = noting())
      report->wrong_size(visit.at, "items", count, few, few ? rules.min : rules.max);
    ok = false;
  }
  const uint32_t end = node_at(visit.at).next;
  uint32_t ordinal = 0;
  if (!rules.prefix.empty() || rules.items != kNoNode) {
    for (uint32_t at = visit.at + 1; at < end; at = node_at(at).next, ++ordinal) {
      const SchemaNodeId id = ordinal < rules.prefix.size() ? rules.prefix[ordinal] : rules.items;
      if (id == kNoNode) break;
      ok = evaluate(id, child(node, visit, at)) && ok;
      if (!ok && !goes_on()) return false;
      if (visit.marks != kNoNode) mark(visit.marks, ordinal);
    }
  }
  if (rules.contains != kNoNode && (ok || goes_on())) ok = check_contains(rules, visit) && ok;
  if (rules.unique && count > 1 && (ok || goes_on())) ok = check_unique(visit.at) && ok;
  return ok;
}

bool SchemaEvaluator::check_contains(const ArrayRules& rules, const Visit& visit) {
  const bool marks = visit.marks != kNoNode && rules.contains_evaluates;
  const uint32_t end = node_at(visit.at).next;
  uint32_t found = 0;
  uint32_t ordinal = 0;
  for (uint32_t at = visit.at + 1; at < end; at = node_at(at).next, ++ordinal) {
    if (!marks && found >= rules.min_contains && rules.max_contains == UINT32_MAX) break;
    if (!matches(rules.contains, at)) {
      if (stopped()) return false;
      continue;
    }
    ++found;
    if (marks) mark(visit.marks, ordinal);
  }
  const bool few = found < rules.min_contains;
  if (!few && found <= rules.max_contains) return true;
  if (SchemaReport* const report = noting())
    report->wrong_contains(visit.at, found, few, few ? rules.min_contains : rules.max_contains);
  return false;
}

// Equal items have equal hashes: sorted by hash, only neighbours are compared.
bool SchemaEvaluator::check_unique(uint32_t array) {
  SchemaEqual equal(budget_);
  auto& hashed = scratch_.hashed;
  hashed.clear();
  const uint32_t end = node_at(array).next;
  const uint32_t count = node_at(array).count;
  if (!spend(uint64_t{count} * static_cast<uint64_t>(std::bit_width(count)) / 4)) return false;
  for (uint32_t at = array + 1; at < end; at = node_at(at).next) {
    const auto hash = equal.hash(value_at(at));
    if (!hash) return give_up(SchemaStop::number);
    hashed.push_back({*hash, at});
  }
  if (stopped()) return false;
  std::ranges::sort(hashed, {}, [](const auto& h) { return std::pair(h.hash, h.index); });
  for (size_t i = 1; i < hashed.size(); ++i) {
    for (size_t before = i; before-- > 0 && hashed[before].hash == hashed[i].hash;) {
      if (!spend(1)) return false;
      const uint32_t first = hashed[before].index;
      const uint32_t second = hashed[i].index;
      if (!decided(equal.same(value_at(first), value_at(second)), true)) continue;
      if (SchemaReport* const report = noting()) report->repeated(first, second);
      return false;
    }
  }
  return !stopped();
}

}  // namespace doorward::wire
