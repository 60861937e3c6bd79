#include "wire/schema_evaluate.h"

#include "wire/schema_equal.h"

namespace doorward::wire {
namespace {

constexpr uint32_t kMaxDepth = 400;       // of schemas that apply schemas
constexpr size_t kKeptWords = 16 * 1024;  // of scratch memory between validations
constexpr size_t kBytesPerStep = 64;      // of text that is read

int compare_small(int64_t a, int64_t b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

uint32_t characters(std::string_view utf8) {
  uint32_t count = 0;
  for (const char c : utf8) count += (static_cast<uint8_t>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

SchemaScratch& SchemaScratch::of_thread() {
  static thread_local SchemaScratch scratch;
  return scratch;
}

SchemaEvaluator::SchemaEvaluator(const SchemaProgram& program, JsonValue instance,
                                 SchemaReport* report)
    : program_(program),
      instance_(instance),
      tape_(instance.document()->nodes().data()),
      report_(report),
      scratch_(SchemaScratch::of_thread()),
      marks_base_(scratch_.marks.size()),
      scope_base_(scratch_.scope.size()),
      budget_(program, instance) {}

SchemaEvaluator::~SchemaEvaluator() {
  scratch_.marks.resize(marks_base_);
  scratch_.scope.resize(scope_base_);
  if (scratch_.marks.capacity() > kKeptWords) scratch_.marks.shrink_to_fit();
  if (scratch_.hashed.capacity() > kKeptWords) scratch_.hashed = {};
}

bool SchemaEvaluator::run() {
  return evaluate(0, {.at = instance_.index(), .owns = true, .alone = true});
}

bool SchemaEvaluator::evaluate_deep(const SchemaNode& node, const Visit& visit) {
  if (depth_ >= kMaxDepth) return give_up(SchemaStop::budget);
  ++depth_;
  const bool enters = program_.is_dynamic && (scratch_.scope.size() == scope_base_ ||
                                              scratch_.scope.back() != node.resource);
  if (enters) scratch_.scope.push_back(node.resource);
  const bool ok =
      node.looks_back ? evaluate_and_look_back(node, visit) : evaluate_rules(node, visit);
  if (enters) scratch_.scope.pop_back();
  --depth_;
  return ok;
}

// INVARIANT: marks that a failing evaluation leaves behind are dropped by whoever goes on.
bool SchemaEvaluator::evaluate_and_look_back(const SchemaNode& node, const Visit& visit) {
  const JsonType type = node_at(visit.at).type;
  const bool looks_back = (type == JsonType::object && node.unevaluated_properties != kNoNode) ||
                          (type == JsonType::array && node.unevaluated_items != kNoNode);
  if (!looks_back) return evaluate_rules(node, visit);
  const Marks own = open_marks(visit.at);
  bool ok = evaluate_rules(node, {visit.at, own, visit.owns, visit.alone});
  if (ok) ok = check_unevaluated(node, {visit.at, own, false, visit.alone});
  if (ok && visit.marks != kNoNode) mark_all(visit.marks, visit.at);
  close_marks(own);
  return ok;
}

bool SchemaEvaluator::evaluate_rules(const SchemaNode& node, const Visit& visit) {
  if (node.never) {
    if (SchemaReport* const report = noting()) report->forbidden(visit.at);
    return false;
  }
  if (!check_type(node, visit.at)) return false;
  bool ok = (!node.values && !node.constant) || check_values(node, visit.at);
  if (!ok && !goes_on()) return false;
  switch (node_at(visit.at).type) {
    case JsonType::number:
      if (node.number) ok = check_number(*node.number, visit.at) && ok;
      break;
    case JsonType::string:
      if (node.string) ok = check_string(*node.string, visit.at) && ok;
      break;
    case JsonType::array:
      if (node.array) ok = check_array(node, visit) && ok;
      break;
    case JsonType::object:
      if (node.object) ok = check_object(node, visit) && ok;
      break;
    default:
      break;
  }
  if (!node.logic || (!ok && !goes_on())) return ok;
  return check_logic(node, visit) && ok;
}

bool SchemaEvaluator::check_type(const SchemaNode& node, uint32_t at) {
  const JsonType type = node_at(at).type;
  if ((node.types & type_bit(type)) != 0) return true;
  if (type == JsonType::number && (node.types & kIntegerBit) != 0 &&
      decided(is_whole_number(raw_at(at)), false))
    return true;
  if (SchemaReport* const report = noting()) report->wrong_type(at, node.types);
  return false;
}

bool SchemaEvaluator::check_values(const SchemaNode& node, uint32_t at) {
  const JsonValue value = value_at(at);
  if (node.constant && !decided(SchemaEqual(budget_).same(value, node.constant), false)) {
    if (SchemaReport* const report = noting()) report->wrong_value(at, {&node.constant, 1});
    return false;
  }
  if (!node.values) return true;
  const ValueRules& rules = *node.values;
  if (value.is_string()) {
    if (rules.strings.find(text_at(at)) != nullptr) return true;
  } else if (!rules.only_strings) {
    for (const JsonValue allowed : rules.values) {
      if (!spend(1)) return false;
      if (decided(SchemaEqual(budget_).same(value, allowed), false)) return true;
    }
  }
  if (SchemaReport* const report = noting()) report->wrong_value(at, rules.values);
  return false;
}

bool SchemaEvaluator::check_number(const NumberRules& rules, uint32_t at) {
  const std::string_view text = raw_at(at);
  const auto scaled = small_billionths(text);  // read once for all limits
  bool ok = true;
  const auto limit = [&](const std::optional<ExactNumber>& number, std::string_view words,
                         auto holds) {
    if (!number || (!ok && !goes_on())) return;
    const int order = scaled && number->billionths ? compare_small(*scaled, *number->billionths)
                                                   : decided(compare_number(text, *number), 0);
    if (holds(order)) return;
    if (SchemaReport* const report = noting()) report->out_of_range(at, words, *number);
    ok = false;
  };
  limit(rules.minimum, "at least", [](int order) { return order >= 0; });
  limit(rules.maximum, "at most", [](int order) { return order <= 0; });
  limit(rules.above, "above", [](int order) { return order > 0; });
  limit(rules.below, "below", [](int order) { return order < 0; });
  if (rules.multiple_of && (ok || goes_on()) &&
      !decided(is_multiple(text, *rules.multiple_of), false)) {
    if (SchemaReport* const report = noting()) report->not_multiple(at, *rules.multiple_of);
    ok = false;
  }
  return ok;
}

// A character takes one to four bytes, so that most lengths need no counting.
bool SchemaEvaluator::check_string(const StringRules& rules, uint32_t at) {
  const std::string_view text = text_at(at);
  bool ok = true;
  if (text.size() > rules.max || (text.size() + 3) / 4 < rules.min) {
    if (!spend(text.size() / kBytesPerStep)) return false;
    const uint32_t count = characters(text);
    ok = count >= rules.min && count <= rules.max;
    if (SchemaReport* const report = ok ? nullptr : noting())
      report->wrong_size(at, "characters", count, count < rules.min,
                         count < rules.min ? rules.min : rules.max);
  }
  if (rules.pattern != kNoNode && (ok || goes_on())) {
    if (!spend(program_.patterns[rules.pattern].steps(text))) return false;
    if (!program_.patterns[rules.pattern].matches(text)) {
      if (SchemaReport* const report = noting())
        report->no_match(at, program_.patterns[rules.pattern]);
      ok = false;
    }
  }
  if (rules.format != kNoNode && (ok || goes_on())) {
    if (!spend(1 + text.size() / kBytesPerStep)) return false;
    const SchemaFormat& format = program_.formats[rules.format];
    if (!format.check(text)) {
      if (SchemaReport* const report = noting()) report->bad_format(at, format.name);
      ok = false;
    }
  }
  return ok;
}

}  // namespace doorward::wire
