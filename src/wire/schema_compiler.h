// From documents to a SchemaProgram. Internal to wire's schemas.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wire/schema_program.h"
#include "wire/schema_sources.h"

namespace doorward::wire {

class SchemaCompiler {
 public:
  explicit SchemaCompiler(const SchemaOptions& options) : options_(options), sources_(options) {}
  // Errors as Schema::compile.
  [[nodiscard]] Expected<std::shared_ptr<const SchemaProgram>> run(std::string text);

 private:
  // A node while its keywords are read; those that work together are put together at the end.
  struct Building {
    SchemaNode node;
    SchemaPlace place;
    uint32_t resource = 0;
    SchemaDraft draft = SchemaDraft::draft_2020_12;
    JsonValue items, additional_items;
    std::string_view keyword;  // the one being read
    [[nodiscard]] NumberRules& number() { return made(node.number); }
    [[nodiscard]] StringRules& string() { return made(node.string); }
    [[nodiscard]] ArrayRules& array() { return made(node.array); }
    [[nodiscard]] ObjectRules& object() { return made(node.object); }
    [[nodiscard]] ValueRules& values() { return made(node.values); }
    [[nodiscard]] LogicRules& logic() { return made(node.logic); }

   private:
    template <class Rules>
    static Rules& made(std::unique_ptr<Rules>& rules) {
      if (!rules) rules = std::make_unique<Rules>();
      return *rules;
    }
  };
  using Read = void (SchemaCompiler::*)(Building&, JsonValue);
  struct Keyword {
    std::string_view name;
    Read read;
    bool draft_07 = true;
    bool draft_2020_12 = true;
    bool validation = false;  // of the validation vocabulary
  };
  [[nodiscard]] static const Keyword* keyword(std::string_view name);

  void drain();
  void fill(SchemaNodeId id, SchemaPlace place);
  void add_dynamic_anchors();
  void finish(Building& building);
  void finish_items(Building& building);
  void find_loops();
  void find_sharing();
  [[nodiscard]] bool loops_from(SchemaNodeId start, std::vector<uint8_t>& state) const;
  [[nodiscard]] std::vector<SchemaNodeId> in_place(const SchemaNode& node) const;

  SchemaNodeId node_of(SchemaPlace place);
  SchemaNodeId node_of(const Building& building, JsonValue value) {
    return node_of(SchemaPlace{building.place.document, value.index()});
  }
  std::vector<SchemaNodeId> nodes_of(const Building& building, JsonValue list);
  uint32_t pattern_of(const Building& building, std::string_view pattern);
  uint32_t count_of(const Building& building, JsonValue value);
  std::optional<ExactNumber> number_of(const Building& building, JsonValue value);
  std::vector<std::string> names_of(const Building& building, JsonValue value);
  bool demand(const Building& building, bool holds, std::string_view what);
  void fail(Error error);

  void read_type(Building&, JsonValue);
  void read_enum(Building&, JsonValue);
  void read_const(Building&, JsonValue);
  void read_limit(Building&, JsonValue);
  void read_multiple(Building&, JsonValue);
  void read_length(Building&, JsonValue);
  void read_pattern(Building&, JsonValue);
  void read_format(Building&, JsonValue);
  void read_items(Building&, JsonValue);
  void read_prefix(Building&, JsonValue);
  void read_contains(Building&, JsonValue);
  void read_item_count(Building&, JsonValue);
  void read_unique(Building&, JsonValue);
  void read_properties(Building&, JsonValue);
  void read_pattern_properties(Building&, JsonValue);
  void read_object_schema(Building&, JsonValue);
  void read_required(Building&, JsonValue);
  void read_property_count(Building&, JsonValue);
  void read_dependencies(Building&, JsonValue);
  void read_list(Building&, JsonValue);
  void read_condition(Building&, JsonValue);
  void read_ref(Building&, JsonValue);
  void read_dynamic_ref(Building&, JsonValue);
  void read_unevaluated(Building&, JsonValue);

  const SchemaOptions& options_;
  SchemaSources sources_;
  SchemaProgram program_;
  std::optional<Error> error_;  // the first one; nothing more is read after it
  std::vector<std::pair<SchemaNodeId, SchemaPlace>> open_;
  std::unordered_map<uint64_t, SchemaNodeId> nodes_;
  std::map<std::string, uint32_t, std::less<>> patterns_;
  uint64_t instructions_ = 0;  // of all patterns
  std::map<std::string, uint32_t, std::less<>> formats_;
  std::map<std::string, uint32_t, std::less<>> anchors_;  // names that a `$dynamicRef` looks for
};

}  // namespace doorward::wire
