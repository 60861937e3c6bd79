// What the gateway knows of one definition right now: an immutable snapshot that a call can hold.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/definition.h"
#include "catalog/lock_file.h"
#include "catalog/tool_contract.h"
#include "core/classes.h"

namespace doorward::catalog {

enum class State : uint8_t {
  unpinned,     // nobody signed it: refused `rogue.unpinned`
  awaiting,     // remembered at first use, or signed by too few: each call waits for a person
  active,       // signed off, and last seen as it was signed
  quarantined,  // refused until it is approved again; `cause` says why
};
[[nodiscard]] std::string_view state_name(State state);

// Why a definition is quarantined. Stays for ever, as a reason id does.
enum class Cause : uint8_t {
  none,
  drift,             // not as it was signed, now or at some moment since (R3.4)
  duplicate,         // its name stands twice in one list
  look_alike,        // its name can't be told from that of another definition of the server
  renamed,           // nobody signed it, and it is much like one that is gone
  remote_reference,  // its schema points to a document elsewhere
  stopped,           // by an operator
};
// `drift`, `duplicate` ... as in the lock file, the API and events.
[[nodiscard]] std::string_view cause_name(Cause cause);

// Where results come from, in rising order; a text of somebody else's is untrusted.
enum class Trust : uint8_t { untrusted, shared, trusted };

struct Entry {
  DefinitionKind kind = DefinitionKind::tool;
  std::string server;
  std::string name;
  State state = State::unpinned;
  Cause cause = Cause::none;
  core::ClassSet classes;  // confirmed where pinned, guessed otherwise; never empty
  std::string trust;       // "", trusted, shared or untrusted
  std::vector<std::string> addresses;
  bool confirmed = false;          // the classes are a person's word
  std::optional<bool> is_private;  // whether its results are private data, as a person said
  std::optional<bool> idempotent;  // the configuration's word, over that of the definition
  Sha256 digest{};                 // of what was signed; of what was seen where nothing was
  std::string input_schema;        // canonical JSON of what was signed; "" where there is none
  std::string output_schema;
  std::vector<Approval> approved;
  std::shared_ptr<const ToolContract> contract;  // of what was signed; null where nothing was
  bool remote = false;                           // what was signed refers to a document elsewhere
  std::string was;                               // the name that a renamed definition had
  std::shared_ptr<const Definition> pinned;      // null where nobody signed
  std::shared_ptr<const Definition> seen;        // null before the first list, and while it is gone
};

// What the configuration says of one tool, over the lock file.
struct Override {
  std::optional<core::ClassSet> classes;
  std::string trust;                              // "" leaves the lock file's
  std::vector<std::string> addresses;             // empty leaves the lock file's
  std::optional<bool> is_private = std::nullopt;  // absent leaves the lock file's
  std::optional<bool> idempotent = std::nullopt;
};

}  // namespace doorward::catalog
