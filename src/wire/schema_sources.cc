#include "wire/schema_sources.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/schema_uri.h"

namespace doorward::wire {
namespace {

constexpr std::string_view kDraft07 = "http://json-schema.org/draft-07/schema";
constexpr std::string_view kDraft2020 = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kVocabulary = "https://json-schema.org/draft/2020-12/vocab/";

std::unexpected<Error> refuse(std::string code, std::string what) {
  return failure(std::move(code), Fault::server, std::move(what));
}

std::string quoted(std::string_view text) {
  return json_quote(text.substr(0, 200));
}

std::string_view without_empty_fragment(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  return uri;
}

// Draft-07: a `$ref` hides what stands beside it, `$id` included.
bool is_plain_ref(JsonValue schema, SchemaDraft draft) {
  return draft == SchemaDraft::draft_07 && schema["$ref"].is_string();
}

}  // namespace

const SchemaResource::Anchor* SchemaResource::anchor(std::string_view name) const {
  const auto found = std::ranges::find(anchors, name, &Anchor::name);
  return found == anchors.end() ? nullptr : &*found;
}

Expected<uint32_t> SchemaSources::add_document(std::string text) {
  const SchemaLimits& limits = options_.limits;
  if (text.size() > limits.bytes)
    return refuse("schema.size", "the schema has over " + std::to_string(limits.bytes) + " bytes");
  auto document =
      JsonDocument::parse(std::move(text), {.bytes = limits.bytes, .depth = limits.depth});
  if (!document) {
    Error error = std::move(document.error());
    error.fault = Fault::server;
    return std::unexpected(std::move(error).within("schema"));
  }
  documents_.push_back(std::make_unique<JsonDocument>(std::move(*document)));
  return static_cast<uint32_t>(documents_.size() - 1);
}

Expected<SchemaPlace> SchemaSources::add_root(std::string text, const std::string& uri) {
  auto document = add_document(std::move(text));
  if (!document) return std::unexpected(std::move(document.error()));
  const SchemaPlace root{*document, 0};
  const auto dialect = dialect_of(value(root), {options_.draft});
  if (!dialect) return std::unexpected(dialect.error());
  auto resource = std::make_unique<SchemaResource>();
  resource->base = uri;
  resource->root = root;
  resource->draft = dialect->draft;
  resource->validates = dialect->validates;
  resources_.push_back(std::move(resource));
  const auto number = static_cast<uint32_t>(resources_.size() - 1);
  if (auto named = name_resource(uri, number); !named) return std::unexpected(named.error());
  if (auto scanned = scan(root, number); !scanned) return std::unexpected(scanned.error());
  return root;
}

Expected<SchemaPlace> SchemaSources::add_main(std::string text) {
  return add_root(std::move(text), "");
}

Expected<uint32_t> SchemaSources::load(const std::string& uri) {
  if (const auto found = by_uri_.find(uri); found != by_uri_.end()) return found->second;
  std::string text(bundled_metaschema(uri));
  for (const SchemaSource& source : options_.known)
    if (text.empty() && source.uri == uri) text = source.text;
  if (text.empty())
    return refuse("schema.remote_ref", "a reference leads to " + quoted(uri) +
                                           ", which is not in this document; nothing is fetched");
  const auto root = add_root(std::move(text), uri);
  if (!root) return std::unexpected(root.error());
  return resource_of(*root);
}

Expected<SchemaSources::Dialect> SchemaSources::dialect_of(JsonValue schema, Dialect otherwise) {
  const JsonValue named = schema["$schema"];
  if (!named) return otherwise;
  if (!named.is_string()) return refuse("schema.keyword", "`$schema` must be a string");
  const std::string_view uri = without_empty_fragment(named.text());
  if (uri == kDraft2020 || uri == "http://json-schema.org/draft/2020-12/schema")
    return Dialect{SchemaDraft::draft_2020_12};
  if (uri == kDraft07 || uri == "https://json-schema.org/draft-07/schema")
    return Dialect{SchemaDraft::draft_07};
  return custom_dialect(std::string(uri));
}

// A metaschema of `SchemaOptions::known` says by `$vocabulary` what its schemas are made of.
Expected<SchemaSources::Dialect> SchemaSources::custom_dialect(const std::string& uri) {
  const auto known = std::ranges::find(options_.known, uri, &SchemaSource::uri);
  if (known == options_.known.end())
    return refuse("schema.dialect",
                  "`$schema` " + quoted(uri) + " is not spoken; use draft 2020-12 or draft-07");
  const auto metaschema = JsonDocument::parse(known->text);
  if (!metaschema) return std::unexpected(metaschema.error());
  Dialect dialect{SchemaDraft::draft_2020_12};
  const JsonValue vocabularies = metaschema->root()["$vocabulary"];
  if (!vocabularies) return dialect;
  dialect.validates = false;
  for (const auto& [name, required, _] : vocabularies.members()) {
    const bool standard = name.starts_with(kVocabulary);
    if (standard && name.substr(kVocabulary.size()) == "validation") dialect.validates = true;
    if (!standard && required.boolean().value_or(true))
      return refuse("schema.dialect", "vocabulary " + quoted(name) + " is not spoken");
  }
  return dialect;
}

Expected<void> SchemaSources::name_resource(const std::string& uri, uint32_t resource) {
  const auto [at, fresh] = by_uri_.try_emplace(uri, resource);
  if (!fresh && at->second != resource)
    return refuse("schema.keyword", "two schemas have the `$id` " + quoted(uri));
  return {};
}

Expected<uint32_t> SchemaSources::enter(SchemaPlace place, uint32_t resource) {
  const JsonValue schema = value(place);
  const JsonValue id = schema["$id"];
  if (!id || is_plain_ref(schema, resources_[resource]->draft)) return resource;
  if (!id.is_string()) return refuse("schema.keyword", "`$id` must be a string");
  const SchemaResource& parent = *resources_[resource];
  if (id.text().starts_with('#')) {  // draft-07: an anchor
    if (parent.draft == SchemaDraft::draft_07) return resource;
    return refuse("schema.keyword", "`$id` must not be a fragment; use `$anchor`");
  }
  const std::string resolved = resolve_uri(parent.base, id.text());
  const auto [uri, fragment] = split_fragment(resolved);
  if (!fragment.empty() && parent.draft != SchemaDraft::draft_07)
    return refuse("schema.keyword", "`$id` " + quoted(id.text()) + " must have no fragment");
  if (place.index == parent.root.index && place.document == parent.root.document) {
    resources_[resource]->base = uri;
  } else {
    const auto dialect = dialect_of(schema, {parent.draft, parent.validates});
    if (!dialect) return std::unexpected(dialect.error());
    auto own = std::make_unique<SchemaResource>();
    own->base = uri;
    own->root = place;
    own->draft = dialect->draft;
    own->validates = dialect->validates;
    resources_.push_back(std::move(own));
    resource = static_cast<uint32_t>(resources_.size() - 1);
  }
  if (auto named = name_resource(std::string(uri), resource); !named)
    return std::unexpected(named.error());
  return resource;
}

Expected<void> SchemaSources::add_anchor(SchemaPlace place, uint32_t resource, JsonValue name,
                                         bool dynamic) {
  if (!name) return {};
  if (!name.is_string() || name.text().empty())
    return refuse("schema.keyword", "an anchor must be a name");
  SchemaResource& owner = *resources_[resource];
  for (SchemaResource::Anchor& anchor : owner.anchors) {
    if (anchor.name != name.text()) continue;
    if (anchor.place.key() != place.key())
      return refuse("schema.keyword", "two schemas have the anchor " + quoted(name.text()));
    anchor.dynamic = anchor.dynamic || dynamic;
    return {};
  }
  owner.anchors.push_back({std::string(name.text()), place, dynamic});
  return {};
}

Expected<void> SchemaSources::add_anchors(SchemaPlace place, uint32_t resource) {
  const JsonValue schema = value(place);
  if (resources_[resource]->draft == SchemaDraft::draft_07) {
    const JsonValue id = schema["$id"];
    if (is_plain_ref(schema, SchemaDraft::draft_07) || !id.is_string()) return {};
    const auto fragment = split_fragment(id.text()).fragment;
    if (fragment.empty() || fragment.starts_with('/')) return {};
    resources_[resource]->anchors.push_back({std::string(fragment), place, false});
    return {};
  }
  if (auto added = add_anchor(place, resource, schema["$anchor"], false); !added) return added;
  return add_anchor(place, resource, schema["$dynamicAnchor"], true);
}

Expected<void> SchemaSources::scan(SchemaPlace place, uint32_t resource) {
  if (places_.contains(place.key())) return {};
  const JsonValue schema = value(place);
  const auto entered = schema.is_object() ? enter(place, resource) : resource;
  if (!entered) return std::unexpected(entered.error());
  places_.emplace(place.key(), *entered);
  if (places_.size() > options_.limits.subschemas)
    return refuse("schema.size", "the schema has over " +
                                     std::to_string(options_.limits.subschemas) + " subschemas");
  if (place.document == 0) main_places_.push_back(place);
  if (!schema.is_object()) return {};
  if (auto added = add_anchors(place, *entered); !added) return added;
  for (const auto& [name, member, _] : schema.members())
    if (auto scanned = scan_keyword(name, {place.document, member.index()}, *entered); !scanned)
      return scanned;
  return {};
}

Expected<void> SchemaSources::scan_keyword(std::string_view keyword, SchemaPlace at,
                                           uint32_t resource) {
  const KeywordShape shape = keyword_shape(keyword, resources_[resource]->draft);
  const JsonValue content = value(at);
  const bool list =
      shape == KeywordShape::list || (shape == KeywordShape::schema_or_list && content.is_array());
  if (list) {
    for (const JsonValue item : content.items())
      if (auto scanned = scan({at.document, item.index()}, resource); !scanned) return scanned;
  } else if (shape == KeywordShape::map || shape == KeywordShape::dependencies) {
    for (const auto& [name, member, _] : content.members()) {
      if (shape == KeywordShape::dependencies && member.is_array()) continue;
      if (auto scanned = scan({at.document, member.index()}, resource); !scanned) return scanned;
    }
  } else if (shape != KeywordShape::other) {
    return scan(at, resource);
  }
  return {};
}

uint32_t SchemaSources::resource_of(SchemaPlace place) const {
  return places_.at(place.key());
}

Expected<SchemaSources::Target> SchemaSources::resolve(uint32_t resource,
                                                       std::string_view reference) {
  const std::string absolute = resolve_uri(resources_[resource]->base, reference);
  const auto [uri, fragment] = split_fragment(absolute);
  // An own fragment needs no name, and a root without `$id` has none.
  auto target = reference.starts_with('#') ? Expected<uint32_t>(resource) : load(std::string(uri));
  if (!target) return std::unexpected(target.error());
  if (fragment.empty()) {
    // The root of a resource that was reached by its name.
    return Target{resources_[*target]->root};
  }
  if (fragment.starts_with('/')) return by_pointer(*target, fragment, reference);
  const auto name = percent_decoded(fragment);
  const auto* const anchor = name ? resources_[*target]->anchor(*name) : nullptr;
  if (anchor == nullptr)
    return refuse("schema.ref", "reference " + quoted(reference) + " names no anchor");
  return Target{anchor->place, anchor};
}

Expected<SchemaSources::Target> SchemaSources::by_pointer(uint32_t resource,
                                                          std::string_view pointer,
                                                          std::string_view reference) {
  const SchemaPlace root = resources_[resource]->root;
  const auto decoded = percent_decoded(pointer);
  JsonValue at = decoded ? value(root) : JsonValue();
  std::string_view rest = decoded ? std::string_view(*decoded) : std::string_view();
  while (at && !rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const size_t slash = std::min(rest.find('/'), rest.size());
    const auto token = pointer_token(rest.substr(0, slash));
    rest.remove_prefix(slash);
    JsonValue next;
    if (token && at.is_object()) next = at[*token];
    if (token && at.is_array()) {
      uint32_t position = 0;
      for (const JsonValue item : at.items())
        if (std::to_string(position++) == *token) next = item;
    }
    at = next;
    if (!at) break;
    const auto known = places_.find(SchemaPlace{root.document, at.index()}.key());
    if (known != places_.end()) resource = known->second;
  }
  if (!at || !(at.is_object() || at.is_boolean()))
    return refuse("schema.ref", "reference " + quoted(reference) + " points at no schema");
  const SchemaPlace place{root.document, at.index()};
  if (auto scanned = scan(place, resource); !scanned) return std::unexpected(scanned.error());
  return Target{place};
}

KeywordShape keyword_shape(std::string_view keyword, SchemaDraft draft) {
  struct Known {
    std::string_view name;
    KeywordShape draft_07;
    KeywordShape draft_2020_12;
  };
  using enum KeywordShape;
  static constexpr std::array<Known, 22> kKeywords = {{
      {"additionalItems", schema, other},
      {"additionalProperties", schema, schema},
      {"allOf", list, list},
      {"anyOf", list, list},
      {"oneOf", list, list},
      {"not", schema, schema},
      {"if", schema, schema},
      {"then", schema, schema},
      {"else", schema, schema},
      {"items", schema_or_list, schema},
      {"prefixItems", other, list},
      {"contains", schema, schema},
      {"properties", map, map},
      {"patternProperties", map, map},
      {"propertyNames", schema, schema},
      {"dependencies", dependencies, dependencies},
      {"dependentSchemas", other, map},
      {"unevaluatedItems", other, schema},
      {"unevaluatedProperties", other, schema},
      {"contentSchema", other, schema},
      {"definitions", map, map},
      {"$defs", other, map},
  }};
  for (const Known& known : kKeywords)
    if (known.name == keyword && !keyword.empty())
      return draft == SchemaDraft::draft_07 ? known.draft_07 : known.draft_2020_12;
  return other;
}

}  // namespace doorward::wire
