// What guards ask about one tool before a call: a snapshot that stays as it is while it is held.
// Ask `Registry::tool` (catalog/registry.h); one short lock, no allocation for a tool that was
// seen.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/entry.h"
#include "catalog/server_state.h"

namespace doorward::catalog {

struct ToolView {
  State state = State::unpinned;
  Cause cause = Cause::none;                    // of a quarantine
  ServerState server = ServerState::submitted;  // submitted also for a server nobody signed
  core::ClassSet classes;                       // configuration > lock file > guess; never empty
  bool confirmed = false;                       // a person's word, by configuration or by signing
  // Of its results. The configuration's word on the tool; without one the stricter of what it says
  // of the server and of what somebody signed in the lock file.
  Trust trust = Trust::untrusted;
  bool trust_stated = false;           // a person's word; otherwise nobody said so much as that
  std::optional<bool> is_private;      // whether its results are private data; absent: nobody said
  std::shared_ptr<const Entry> entry;  // null: nobody signed it and no server showed it yet

  // It may be called as far as the catalog is concerned.
  [[nodiscard]] bool usable() const { return state == State::active && is_callable(server); }
  // It only reads, by a person's word, and the configuration or its signed definition says that
  // twice is as once: a lost call may be sent again.
  [[nodiscard]] bool is_idempotent_read() const {
    if (!entry || !confirmed || classes != core::ClassSet{core::ToolClass::read}) return false;
    return entry->idempotent.value_or(contract() != nullptr && contract()->says_idempotent);
  }
  // "" where there is no entry.
  [[nodiscard]] std::string digest() const {
    return entry ? "sha256:" + hex(entry->digest) : std::string();
  }
  // Null where nobody signed the tool. Of the definition that was signed.
  [[nodiscard]] const ToolContract* contract() const {
    return entry ? entry->contract.get() : nullptr;
  }
  // Arguments that name a destination: stated by a person, else guessed.
  [[nodiscard]] const std::vector<std::string>& addresses() const {
    static const std::vector<std::string> kNone;
    if (!entry) return kNone;
    if (!entry->addresses.empty()) return entry->addresses;
    return entry->contract ? entry->contract->destinations : kNone;
  }
  // Of a top-level argument; `text` for one that is not declared.
  [[nodiscard]] ArgumentRole role(std::string_view argument) const {
    const Argument* const known = contract() == nullptr ? nullptr : contract()->find(argument);
    return known == nullptr ? ArgumentRole::text : known->role;
  }
};

}  // namespace doorward::catalog
