// The documents of a schema: which places are schemas, what they are called, and what a reference
// means. Internal to wire's schemas.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wire/json.h"
#include "wire/schema.h"

namespace doorward::wire {

// What a keyword holds, as far as schemas are looked for.
enum class KeywordShape : uint8_t {
  other,
  schema,
  list,            // of schemas
  map,             // of schemas by name
  schema_or_list,  // `items` of draft-07
  dependencies,    // a map of schemas and lists of names
};
[[nodiscard]] KeywordShape keyword_shape(std::string_view keyword, SchemaDraft draft);

// A JSON value in one of the documents.
struct SchemaPlace {
  uint32_t document = 0;
  uint32_t index = 0;
  [[nodiscard]] uint64_t key() const { return uint64_t{document} << 32 | index; }
};

// A schema with an identity of its own: a document's root, or what has an `$id`.
struct SchemaResource {
  std::string base;  // absolute where the document is; "" for a schema without `$id`
  SchemaPlace root;
  SchemaDraft draft = SchemaDraft::draft_2020_12;
  bool validates = true;  // its dialect has the validation vocabulary
  struct Anchor {
    std::string name;
    SchemaPlace place;
    bool dynamic;
  };
  std::vector<Anchor> anchors;
  [[nodiscard]] const Anchor* anchor(std::string_view name) const;
};

class SchemaSources {
 public:
  explicit SchemaSources(const SchemaOptions& options) : options_(options) {}

  // Adds the main document. Errors as Schema::compile.
  [[nodiscard]] Expected<SchemaPlace> add_main(std::string text);

  struct Target {
    SchemaPlace place;
    const SchemaResource::Anchor* anchor = nullptr;  // when it was reached by one
  };
  // What `reference` means in the resource with this number. Errors: schema.ref, schema.remote_ref
  // and those of the document that it leads to.
  [[nodiscard]] Expected<Target> resolve(uint32_t resource, std::string_view reference);

  [[nodiscard]] JsonValue value(SchemaPlace place) const {
    return {documents_[place.document].get(), place.index};
  }
  // The number of the resource that a known schema belongs to.
  [[nodiscard]] uint32_t resource_of(SchemaPlace place) const;
  [[nodiscard]] const SchemaResource& resource(uint32_t number) const {
    return *resources_[number];
  }
  [[nodiscard]] uint32_t resources() const { return static_cast<uint32_t>(resources_.size()); }
  // All schemas of the main document, in its order.
  [[nodiscard]] const std::vector<SchemaPlace>& main_places() const { return main_places_; }
  [[nodiscard]] std::vector<std::unique_ptr<JsonDocument>> take_documents() {
    return std::move(documents_);
  }

 private:
  struct Dialect {
    SchemaDraft draft;
    bool validates = true;
  };
  [[nodiscard]] Expected<uint32_t> add_document(std::string text);
  [[nodiscard]] Expected<uint32_t> load(const std::string& uri);
  [[nodiscard]] Expected<SchemaPlace> add_root(std::string text, const std::string& uri);
  [[nodiscard]] Expected<Dialect> dialect_of(JsonValue schema, Dialect otherwise);
  [[nodiscard]] Expected<Dialect> custom_dialect(const std::string& uri);
  [[nodiscard]] Expected<void> scan(SchemaPlace place, uint32_t resource);
  [[nodiscard]] Expected<void> scan_keyword(std::string_view keyword, SchemaPlace value,
                                            uint32_t resource);
  // The resource that the schema at `place` belongs to, made where it has an `$id`.
  [[nodiscard]] Expected<uint32_t> enter(SchemaPlace place, uint32_t resource);
  [[nodiscard]] Expected<void> add_anchors(SchemaPlace place, uint32_t resource);
  [[nodiscard]] Expected<void> add_anchor(SchemaPlace place, uint32_t resource, JsonValue name,
                                          bool dynamic);
  [[nodiscard]] Expected<void> name_resource(const std::string& uri, uint32_t resource);
  [[nodiscard]] Expected<Target> by_pointer(uint32_t resource, std::string_view pointer,
                                            std::string_view reference);

  const SchemaOptions& options_;
  std::vector<std::unique_ptr<JsonDocument>> documents_;
  std::vector<std::unique_ptr<SchemaResource>> resources_;
  std::map<std::string, uint32_t, std::less<>> by_uri_;
  std::unordered_map<uint64_t, uint32_t> places_;  // known schemas -> resource
  std::vector<SchemaPlace> main_places_;
};

// The text of a bundled metaschema, or "". `uri` is without a fragment.
[[nodiscard]] std::string_view bundled_metaschema(std::string_view uri);

}  // namespace doorward::wire
