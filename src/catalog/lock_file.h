// doorward.lock: what was signed off, by whom and when. Made for a review and for git.
//
// Strict JSON with sorted names. Each definition is one line that carries the whole definition, so
// that the difference in a review is the change itself and `git diff --word-diff` shows its words;
// characters that a reader can't see are written as \u escapes. Strict JSON, because the parser is
// the one that guards the wire: no second grammar, no duplicate names, no anchors or tags.
//
//   { "doorward_lock": 1,
//     "servers": { "files": {
//       "identity": { "package": "...", "version": "...", "integrity": "sha512-..." },
//       "state": "active", "validated": "2026-11-24T02:10:00Z",
//       "tools": { "read_file": {"approved": [{"at": "...", "by": "ana"}], "classes": ["read"],
//                                "digest": "sha256:...", "text": {...}} } } },
//     "serial": 1795644600,
//     "signature": { "key": "<base64>", "value": "<base64>" } }
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/definition.h"
#include "catalog/ed25519.h"
#include "catalog/server_state.h"
#include "core/classes.h"

namespace doorward::catalog {

struct Approval {
  std::string by;  // an operator's id, or `kFirstUse`
  std::string at;  // RFC 3339
  bool operator==(const Approval&) const = default;
};
inline constexpr std::string_view kFirstUse = "first_use";

struct Pin {
  Definition definition;
  core::ClassSet classes;          // never empty
  std::vector<Approval> approved;  // empty: seen and remembered, waits for a person
  // Labels, signed along with the classes; what nobody stated is absent, never a guess.
  std::string trust;                   // of its results: "", trusted, shared or untrusted
  std::vector<std::string> addresses;  // arguments that name a destination
  std::optional<bool> is_private = std::nullopt;  // its results are private data

  // How many different people signed; first use is nobody.
  [[nodiscard]] size_t sign_offs() const;
  bool operator==(const Pin&) const = default;
};

// What a server is, apart from what it says (R11.2). Empty fields are not pinned.
struct ServerIdentity {
  std::vector<std::string> command;  // local: the resolved command
  std::string package;               // and the package that it comes from
  std::string version;
  std::string integrity;  // npm integrity, or `sha256:` of the files that it loads
  std::string url;        // remote
  std::string tls_name;
  std::vector<std::string> key_pins;  // base64 SHA-256 of a SubjectPublicKeyInfo, any of them
  // `sha256:` and the base64 SHA-256 of the key at the top of its certificate chain, then a space
  // and that authority's name, which is for a reader alone.
  std::string issuer;

  bool operator==(const ServerIdentity&) const = default;
};
// The pinned fields that `seen` does not meet, by name; empty when it is the same server. A key pin
// is met by any one key in common.
[[nodiscard]] std::vector<std::string> identity_changes(const ServerIdentity& pinned,
                                                        const ServerIdentity& seen);

using Pins = std::map<std::string, Pin, std::less<>>;

struct LockedServer {
  ServerIdentity identity;
  ServerState state = ServerState::active;
  std::string since;      // RFC 3339, when that state began; "" when nobody says
  std::string validated;  // RFC 3339, "" when never
  std::array<Pins, kKinds> pins;

  [[nodiscard]] const Pin* find(DefinitionKind kind, std::string_view name) const;
  bool operator==(const LockedServer&) const = default;
};

struct LockFile {
  std::map<std::string, LockedServer, std::less<>> servers;
  // Of a signed file, and signed with it: rises with each one, so that an older file is known as
  // one. 0 = it has none.
  uint64_t serial = 0;

  // The server's entry, made when it is not there.
  LockedServer& server(std::string_view name);
  [[nodiscard]] const LockedServer* find(std::string_view name) const;
  void put(std::string_view server, Pin pin);  // adds or replaces
  // False when there was none.
  bool erase(std::string_view server, DefinitionKind kind, std::string_view name);
  bool operator==(const LockFile&) const = default;
};

// The file's text, signed where a key is given. Equal lock files give equal bytes.
[[nodiscard]] std::string write_lock(const LockFile& lock, const SignKey* key = nullptr);

// Errors: catalog.lock_syntax, with the line; catalog.lock_unsigned and catalog.lock_signature when
// `key` is given and the text is not signed by it. Refused are unknown members, wrong types,
// unknown classes, an empty set of classes, and a digest that is not its text's.
[[nodiscard]] Expected<LockFile> read_lock(std::string text, const VerifyKey* key = nullptr);

// Errors: catalog.lock_missing, catalog.lock_io, and those of read_lock; each names the path.
[[nodiscard]] Expected<LockFile> load_lock(const std::string& path, const VerifyKey* key = nullptr);
// Writes beside the file and renames over it: a reader, and a power cut, find the old or the new
// one whole. Errors: catalog.lock_io.
[[nodiscard]] Expected<void> save_lock(const std::string& path, const LockFile& lock,
                                       const SignKey* key = nullptr);

}  // namespace doorward::catalog
