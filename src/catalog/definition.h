// One thing that a server offers, as it described it: a tool, prompt, resource, template, or the
// server's own words (instructions and titles). Its digest covers every field, known or not, so
// that no change goes by unseen (R3.4).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "core/classes.h"
#include "wire/json.h"

namespace doorward::catalog {

enum class DefinitionKind : uint8_t { server, tool, prompt, resource, resource_template };

inline constexpr size_t kKinds = 5;
// As in the lock file.
inline constexpr std::array<std::string_view, kKinds> kKindNames = {"server", "tools", "prompts",
                                                                    "resources", "templates"};
[[nodiscard]] constexpr std::string_view kind_name(DefinitionKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

// The member that names an item of this kind: `name`, `uri`, `uriTemplate`.
[[nodiscard]] std::string_view key_member(DefinitionKind kind);

struct Definition {
  DefinitionKind kind = DefinitionKind::tool;
  std::string name;  // `name`; a resource's `uri`, a template's `uriTemplate`; "" for the server
  std::string text;  // the whole object as canonical JSON (RFC 8785)
  Sha256 digest{};   // of `text`
  std::string raw;   // the bytes as a server sent them; "" of what was signed

  bool operator==(const Definition& other) const {
    return kind == other.kind && name == other.name && digest == other.digest;
  }
};

// One item of tools/list, prompts/list, resources/list or resources/templates/list.
// Errors: catalog.definition_shape (no object, or without its name).
[[nodiscard]] Expected<Definition> definition_of(DefinitionKind kind, wire::JsonValue item);

// The server's own words, from the result of `initialize` or `server/discover`: `instructions` and
// every field of `serverInfo`. Never an identity: a copied name gains nothing (R11.3).
[[nodiscard]] Definition server_definition(wire::JsonValue initialize_result);

// The guessed classes of a definition of `server`: of a tool by `guess_classes`, of anything else
// `read` (a prompt and a resource only hand out text).
[[nodiscard]] core::ClassSet guess_classes_of(std::string_view server,
                                              const Definition& definition);

// True when the schema refers to a document elsewhere: a `$ref` that does not begin with `#`, at
// any depth. Such a definition is quarantined when pinned; it could change without being touched.
[[nodiscard]] bool has_remote_reference(const Definition& definition);

// 0 to 1: how alike two definitions are, whatever they are called. The share of common words in
// description, parameters and the rest; from `kRenamed` on they count as one that was renamed.
[[nodiscard]] double similarity(const Definition& a, const Definition& b);
inline constexpr double kRenamed = 0.8;

}  // namespace doorward::catalog
