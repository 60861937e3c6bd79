// What every message of a call shares on its way through the corridor: its facts, judging with the
// values that guards ask for, and what a server says beside its answers.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "net/call.h"

namespace doorward::net {

// For whom a message of this call is sent.
[[nodiscard]] Caller caller_of(const CallFacts& facts);
[[nodiscard]] core::Exchange exchange_of(const CallFacts& facts, core::Stage stage,
                                         std::string_view call_id);

[[nodiscard]] wire::Edit replace(const wire::JsonValue& value, std::string text);

// Judges, fetching what guards ask for, until there is an answer.
[[nodiscard]] Task<std::expected<core::Cleared, core::Refusal>> clear(
    Gateway& gateway, const CallFacts& facts, const core::Pipeline& pipeline,
    const core::Exchange& exchange, core::Notes& notes, core::Permits& permits,
    std::vector<wire::Edit> splices);

// There is no room for one more process of a local server: nothing is wrong with the server.
[[nodiscard]] inline bool is_no_room(const Error& error) {
  return error.code == "upstream.full" || error.code == "upstream.share";
}
// How an upstream's failure is told to a client.
[[nodiscard]] core::Verdict verdict_of(const Error& error);

// Names below `io.doorward/` are this gateway's own word. A server that uses one would speak in its
// name (a false approval, say): its member is renamed, nothing else of the message changes.
void disown(const wire::Message& message, std::vector<wire::Edit>& edits);

// What a client declared in `initialize`.
[[nodiscard]] ClientCapabilities declared(const wire::Message& initialize);

// The answer to a server's question of which nobody can tell whom it asks (R5.6): logged, refused.
[[nodiscard]] core::Cleared refuse_question(Gateway& gateway, std::string_view server,
                                            const wire::Message& question);

// Judges one message that a server sent beside its answers.
struct ServerMessage {
  Gateway& gateway;
  const core::Pipeline& pipeline;
  const CallFacts& facts;
  const wire::Message* request;  // null outside any request
  std::string_view call_id;

  // Nothing when it was dropped. A dropped request is answered with an error upstream.
  Task<std::optional<core::Cleared>> judge(const wire::Message& message,
                                           std::vector<wire::Edit> splices, bool matches_open);
  // What did not parse: logged and dropped.
  void unparsed(const Error& error);
};

}  // namespace doorward::net
