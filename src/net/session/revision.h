// The protocol revisions and what differs between them: the only place beside `wire` that names
// one. Everything else asks for a fact.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/exchange.h"
#include "wire/message.h"

namespace doorward::net {

struct Revision {
  std::string_view name;
  bool over_http;       // has Streamable HTTP
  bool batches;         // JSON-RPC batches
  bool version_header;  // MCP-Protocol-Version after initialize
  bool primes_streams;  // an event with an id and empty data opens a stream
};

// Oldest first; sessions only.
[[nodiscard]] std::span<const Revision> session_revisions();
[[nodiscard]] const Revision* find_revision(std::string_view name);
[[nodiscard]] const Revision& newest_session_revision();
// What a request without MCP-Protocol-Version is taken for (revision 2025-06-18, Transports).
[[nodiscard]] const Revision& assumed_revision();

// The revision that Doorward speaks with both sides of a session whose client asks for `wanted`:
// that one when it is served on this carrier and not under the floor, else the newest.
[[nodiscard]] const Revision& negotiate(std::string_view wanted, core::Carrier carrier,
                                        std::string_view floor);
[[nodiscard]] bool is_newer(const Revision& one, const Revision& other);
// What an upstream answered, when it is one that Doorward serves and not under the floor.
[[nodiscard]] const Revision* accept_answer(std::string_view answered, std::string_view floor);

// Whether clients of the revision that `version` names declare tools and context of sampling apart.
[[nodiscard]] bool sampling_has_parts(std::string_view version);

// Facts for judging a request of a session: what its header names must be served and not be under
// the floor. `message` may be null.
[[nodiscard]] core::ProtocolFacts protocol_facts(const wire::HttpRequestHead* head,
                                                 const wire::Message* message,
                                                 std::string_view floor);

}  // namespace doorward::net
