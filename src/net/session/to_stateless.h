// A client with a session before a server of the stateless era: what its requests are to the
// server, and what the server's messages are to it. Pure functions from message to text; the texts
// are parsed and judged like any other message. See docs/eras.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/session/members.h"
#include "net/session/to_sessions.h"

namespace doorward::net {

// What every request of a session's client says of itself to a stateless server.
struct StatelessClient {
  std::string capabilities = "{}";  // JSON
  std::string info;                 // JSON object, "" for none
  std::string level;                // of its log, "" for none
};
// Out of the client's `initialize`.
[[nodiscard]] StatelessClient stateless_client(const wire::Message& initialize);

// True where a stateless server has a request of this name that a session's client may send.
[[nodiscard]] bool stateless_knows(wire::Method method);

// Adds the reserved members of `_meta`; what the client put there under their names goes.
void add_stateless(const wire::Message& request, const StatelessClient& client,
                   std::vector<wire::Edit>& edits);

// The answer to `initialize` out of a server's answer to `server/discover`; `server` is its name
// where it does not state one.
[[nodiscard]] std::string initialize_result(std::string_view revision,
                                            const wire::JsonValue& discovered,
                                            std::string_view server);

// A server's reply or notification as the client gets it; `id` is what the client's request has
// here, and what its progress carries.
[[nodiscard]] std::string session_message(const wire::Message& message, std::string_view id);

// One question of a result that asks for input, as a request of its own.
struct Question {
  std::string key;
  wire::Method method = wire::Method::unknown;
  std::string text;  // the request, its id being `id`
};
// Errors: upstream.answer (no questions, too many, or one that is none).
[[nodiscard]] Expected<std::vector<Question>> questions(const wire::Message& result,
                                                        std::string_view id_prefix);

// The call once more with the answers: `answers` are the members of `inputResponses`, `state` the
// raw text of what the server gave, "" for none.
[[nodiscard]] std::string answered_request(const wire::Message& request, std::string_view id,
                                           std::string_view answers, std::string_view state);

// `subscriptions/listen` of Doorward's own for all that a session's client is told unasked.
[[nodiscard]] std::string listen_request(std::string_view id, const StatelessClient& client,
                                         const wire::JsonValue& server_capabilities,
                                         const std::vector<std::string>& uris);

}  // namespace doorward::net
