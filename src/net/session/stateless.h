// The stateless era: no sessions; every request carries its revision and capabilities in `_meta`,
// mirrored by headers (revision 2026-07-28, "Streamable HTTP" and "Base protocol").
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "net/session/session.h"
#include "wire/message.h"

namespace doorward::net {

// True where the request is of that era: by its own `_meta`, its header, or a method that only
// that era has.
[[nodiscard]] bool is_stateless(const wire::HttpRequestHead* head, const wire::Message& message);

// Facts for judging such a request. Views live as long as `head` and `message`.
[[nodiscard]] core::ProtocolFacts stateless_facts(const wire::HttpRequestHead* head,
                                                  const wire::Message& message);

// What the request itself declares.
[[nodiscard]] ClientCapabilities stateless_capabilities(const wire::Message& message);

// Headers that mirror the body, as the client sent them, for a server of the same era. `renamed`:
// the message has another name in it than the client's header has.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> mirrored_headers(
    const wire::HttpRequestHead* head, const wire::Message& message, bool renamed = false);

// True where this era is among a server's `supportedVersions`.
[[nodiscard]] bool is_served_statelessly(const wire::JsonValue& versions);

// `params` (a JSON object, or "") of a request that Doorward makes for itself, with the `_meta`
// that the era asks for. It declares no capability: nothing may be asked back.
[[nodiscard]] std::string with_stateless_meta(std::string_view params);

// `params._meta["io.modelcontextprotocol/subscriptionId"]`; an empty view where there is none.
[[nodiscard]] wire::JsonValue subscription_id(const wire::Message& message);

// A server may need input of the client to answer this one ("Multi round-trip requests"); of any
// other method it is asked for nothing.
[[nodiscard]] bool may_need_input(wire::Method method);
// A result that asks for more input before the call can end.
[[nodiscard]] bool is_input_required(const wire::Message& message);
// True when each of its questions is of a kind that the client declared and the server may ask.
[[nodiscard]] bool asks_only_declared(const wire::Message& message, ClientCapabilities declared,
                                      const std::vector<wire::Method>& granted);
// True when `resultType` is absent, or one that this gateway knows and that may answer `request`: a
// question only where input may be needed, a task only where the client declared that extension.
[[nodiscard]] bool has_known_result_type(const wire::Message& message,
                                         const wire::Message& request);

}  // namespace doorward::net
