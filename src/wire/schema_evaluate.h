// Runs a SchemaProgram over one value. Internal to wire's schemas.
//
// Quick at first: the first failure ends it and nothing is said. A second run with a SchemaReport
// goes on behind a failure and notes problems. "Marks" are one bit for each item or member that
// some keyword has looked at; they are kept only where an `unevaluated...` keyword asks for them.
#pragma once

#include <cstdint>
#include <vector>

#include "wire/schema_budget.h"
#include "wire/schema_program.h"
#include "wire/schema_report.h"

namespace doorward::wire {

// Memory that a thread keeps between validations.
struct SchemaScratch {
  std::vector<uint64_t> marks;
  std::vector<uint32_t> scope;  // resources on the way here, outermost first
  struct Hashed {
    uint64_t hash;
    uint32_t index;
  };
  std::vector<Hashed> hashed;
  [[nodiscard]] static SchemaScratch& of_thread();
};

class SchemaEvaluator {
 public:
  SchemaEvaluator(const SchemaProgram& program, JsonValue instance, SchemaReport* report = nullptr);
  ~SchemaEvaluator();
  SchemaEvaluator(const SchemaEvaluator&) = delete;
  SchemaEvaluator& operator=(const SchemaEvaluator&) = delete;

  // Whether the whole instance matches; means nothing unless stop() is none.
  [[nodiscard]] bool run();
  [[nodiscard]] SchemaStop stop() const { return budget_.stop(); }

 private:
  static constexpr uint64_t kStepsOfText = 64;

  // Where marks of one value begin in the scratch; kNoNode: nobody asks for them.
  using Marks = uint32_t;
  // How a schema meets a value (R2.1).
  struct Visit {
    uint32_t at;  // index of the value
    Marks marks = kNoNode;
    bool owns = false;   // no other schema is asked about this object
    bool alone = false;  // none describes its members
  };
  [[nodiscard]] static Visit child(const SchemaNode& node, const Visit& visit, uint32_t at) {
    const bool alone = visit.alone && !node.shares;
    return {.at = at, .owns = alone, .alone = alone};
  }

  bool evaluate(SchemaNodeId id, const Visit& visit) {
    const SchemaNode& node = program_.nodes[id];
    if (!spend(1)) return false;
    if (node.only_types && (node.types & type_bit(node_at(visit.at).type)) != 0) return true;
    return evaluate_deep(node, visit);
  }
  bool evaluate_deep(const SchemaNode& node, const Visit& visit);
  bool evaluate_and_look_back(const SchemaNode& node, const Visit& visit);
  bool evaluate_rules(const SchemaNode& node, const Visit& visit);
  bool check_type(const SchemaNode& node, uint32_t at);
  bool check_values(const SchemaNode& node, uint32_t at);
  bool check_number(const NumberRules& rules, uint32_t at);
  bool check_string(const StringRules& rules, uint32_t at);

  bool check_object(const SchemaNode& node, const Visit& visit);
  bool check_members(const SchemaNode& node, const Visit& visit, uint32_t& required);
  bool check_patterns(const SchemaNode& node, const Visit& visit, uint32_t value, bool& covered);
  bool check_dependencies(const ObjectRules& rules, const Visit& visit);
  bool check_array(const SchemaNode& node, const Visit& visit);
  bool check_contains(const ArrayRules& rules, const Visit& visit);
  bool check_unique(uint32_t at);

  bool check_logic(const SchemaNode& node, const Visit& visit);
  bool check_any(const LogicRules& rules, const Visit& visit);
  bool check_one(const LogicRules& rules, const Visit& visit);
  bool check_condition(const LogicRules& rules, const Visit& visit);
  // One of several: with marks of its own, which count only when it matches.
  bool evaluate_branch(SchemaNodeId id, const Visit& visit);
  // Without a report and without marks.
  bool matches(SchemaNodeId id, uint32_t at);
  [[nodiscard]] SchemaNodeId dynamic_target(const DynamicRef& ref);
  bool check_unevaluated(const SchemaNode& node, const Visit& visit);

  [[nodiscard]] const JsonNode& node_at(uint32_t at) const { return tape_[at]; }
  [[nodiscard]] JsonValue value_at(uint32_t at) const { return {instance_.document(), at}; }
  [[nodiscard]] std::string_view text_at(uint32_t at) const {
    return instance_.document()->text_of(tape_[at]);
  }
  [[nodiscard]] std::string_view raw_at(uint32_t at) const {
    const JsonNode& node = tape_[at];
    return instance_.document()->buffer().substr(node.begin, node.end - node.begin);
  }
  [[nodiscard]] bool has_member(uint32_t object, std::string_view name);

  [[nodiscard]] bool spend(uint64_t steps) { return budget_.spend(steps); }
  bool give_up(SchemaStop why) { return budget_.give_up(why); }
  [[nodiscard]] bool stopped() const { return budget_.stopped(); }
  // For results of comparisons that may not be decided: gives up there.
  template <class T>
  [[nodiscard]] T decided(std::optional<T> result, T otherwise) {
    if (!result) give_up(SchemaStop::number);
    return result.value_or(otherwise);
  }
  // The report, where it has room for one more problem. A text costs as much as many steps.
  [[nodiscard]] SchemaReport* noting() {
    return report_ != nullptr && !report_->full() && spend(kStepsOfText) ? report_ : nullptr;
  }
  // Whether to go on behind a failure.
  [[nodiscard]] bool goes_on() const {
    return report_ != nullptr && !report_->full() && !stopped();
  }

  [[nodiscard]] Marks open_marks(uint32_t at);
  void close_marks(Marks marks);
  void merge_marks(Marks from, Marks into, uint32_t at);
  void mark(Marks marks, uint32_t ordinal);
  void mark_all(Marks marks, uint32_t at);
  [[nodiscard]] bool is_marked(Marks marks, uint32_t ordinal) const;

  const SchemaProgram& program_;
  JsonValue instance_;
  const JsonNode* tape_;
  SchemaReport* report_;
  SchemaScratch& scratch_;
  size_t marks_base_, scope_base_;  // what validations further out hold
  SchemaBudget budget_;
  uint32_t depth_ = 0;
};

}  // namespace doorward::wire
