// What one entry says (R8.6), as one line of JSON that nothing inside can break out of (R8.7).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace doorward::audit {

enum class Kind : uint8_t {
  decision,  // before anything is forwarded: what was decided and why
  outcome,   // how a decided call ended
  event,     // anything else: a change of policy, an alarm, the log's own
};

// One limit that was near or spent: {"name":"calls_per_minute","used":58,"of":60}
struct LimitUse {
  std::string_view name;
  uint64_t used = 0;
  uint64_t of = 0;
};

// All text is untrusted and is escaped; an empty field is left out. Secrets are redacted by the
// caller: this module can't know them.
struct Entry {
  Kind kind = Kind::event;
  WallTime time{};
  std::string_view call;       // correlation id of one call's entries
  std::optional<uint64_t> of;  // of an outcome: the index of its decision
  std::string_view principal;  // who is answerable: the subject of the credential
  std::string_view actor;      // the agent that acts for it, if another
  std::vector<std::string_view> groups;
  std::string_view issuer;      // who vouches for that name, where it isn't Doorward itself
  std::string_view credential;  // which one proved it, by its id; never its text
  std::string_view client;
  std::string_view task;
  std::string_view trace;   // W3C trace id
  std::string_view method;  // MCP method
  std::string_view server;
  std::string_view tool;
  std::string_view definition;  // hash of the tool's pinned definition
  std::vector<std::string_view> classes;
  std::string_view arguments;  // redacted; kept as a string, so that it is never parsed as ours
  std::optional<uint64_t> arguments_bytes;  // their true size, where they were shortened
  std::string_view arguments_hash;          // SHA-256 of the canonical arguments, before redaction
  std::string_view prompt;       // of the person, where a client may hand it over; redacted
  std::string_view verdict;      // pass, rewrite, hold, deny
  std::string_view reason;       // area.cause; of an event its name
  std::string_view requirement;  // R6.2
  std::string_view rule;
  std::string_view policy;                  // version
  std::vector<std::string_view> approvals;  // ids: of the question, or of the answer it redeems
  std::string_view detail;
  std::string_view before;  // of a change: old and new value (R8.4)
  std::string_view after;
  std::string_view result_hash;
  std::optional<uint64_t> result_bytes;
  std::string_view result;                // redacted, as a string
  std::optional<uint64_t> result_longer;  // its true size, where it was shortened
  std::string_view outcome;               // ok, error, timeout, cancelled
  std::string_view effect;  // `unknown`: sent, and whether it took effect can't be said
  std::optional<std::chrono::microseconds> latency;
  std::vector<LimitUse> limits;
  std::vector<std::string_view> observed;  // reasons of guards in observe mode
};

// `{"time":…}` on one line of at most `max_bytes` (at least 4 KiB). A field over its cap (256
// bytes; 4 KiB for arguments, prompt, result, before and after; 1 KiB for detail) ends at a whole
// character, and
// `"truncated":{"arguments":9000}` says its true size; where all together is too much, caps are
// halved until it fits. Lists are cut to 16 items, their true number is said likewise.
[[nodiscard]] std::string encode(const Entry& entry, size_t max_bytes = 16 * 1024);

}  // namespace doorward::audit
