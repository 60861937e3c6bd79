// A client of the stateless era before a server with sessions: what its requests are to the server,
// and what the server's messages are to it. Pure functions from message to text; the texts are
// parsed and judged like any other message. See docs/eras.md.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/session/members.h"
#include "net/session/session.h"

namespace doorward::net {

// True where sessions have a request of this name that a stateless client may send.
[[nodiscard]] bool sessions_know(wire::Method method);

// Takes out of a request what only its own era knows: the reserved members of `_meta`, the
// request's state and the answers to questions.
void strip_stateless(const wire::Message& request, std::vector<wire::Edit>& edits);

// What a session is opened with for a client that sends this request, in one spelling for one
// meaning: `capabilities` of `initialize`.
[[nodiscard]] std::string session_capabilities(const wire::Message& request);
[[nodiscard]] ClientCapabilities declared_in(std::string_view capabilities_json);
// Params of Doorward's own `initialize`.
[[nodiscard]] std::string initialize_params(std::string_view capabilities_json);
// Params of Doorward's own requests of the stateless era; `capabilities_json` may be "{}".
[[nodiscard]] std::string stateless_params(std::string_view capabilities_json);

// Of a list from `cursor` on ("" for its beginning).
[[nodiscard]] std::string listing_params(std::string_view cursor);

// The answer to `server/discover` out of a server's answer to `initialize`.
[[nodiscard]] std::string discover_result(const wire::JsonValue& initialized);

// A server's reply as the stateless client gets it, the id unchanged. `request` is the client's.
// Errors: upstream.answer (a result that says it is of a kind that sessions do not have).
[[nodiscard]] Expected<std::string> stateless_reply(const wire::Message& reply,
                                                    const wire::Message& request);

// A server's question (elicitation, sampling, roots) as the result of the call that it belongs to.
// `key` names the question, `state` what the client brings back with its answer.
[[nodiscard]] std::string input_required(const wire::Message& question, std::string_view reply_id,
                                         std::string_view key, std::string_view state);
// The state of a call that is simply sent again once the client did what was asked of it.
inline constexpr std::string_view kAgain = "again";

// How much a stateless client wants of the server's log: true for `notifications/message` that its
// request asked for.
[[nodiscard]] bool wants_log(const wire::Message& request, const wire::Message& log_message);
// The log level that a request states; "" for none.
[[nodiscard]] std::string_view log_level(const wire::Message& request);
// Rank of a level of RFC 5424, `debug` 0 to `emergency` 7; -1 for anything else.
[[nodiscard]] int level_rank(std::string_view level);

// What a stateless client may subscribe to at this server.
struct Subscription {
  bool tools = false, prompts = false, resources = false;
  std::vector<std::string> uris;
  [[nodiscard]] bool takes(const wire::Message& notification) const;
};
// The server says that it tells of changes: of a list, or of a resource that was subscribed to.
[[nodiscard]] bool announces_changes(const wire::JsonValue& server_capabilities);
[[nodiscard]] Subscription subscription_of(const wire::Message& listen,
                                           const wire::JsonValue& server_capabilities);
[[nodiscard]] std::string acknowledgement(const Subscription& accepted,
                                          std::string_view subscription_id);
// A notification with the id of the subscription that it answers.
[[nodiscard]] std::string tagged(const wire::Message& notification,
                                 std::string_view subscription_id);
[[nodiscard]] std::string subscription_end(std::string_view id);

}  // namespace doorward::net
