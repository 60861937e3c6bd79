#include "net/session/revision.h"

#include <array>

namespace doorward::net {

namespace {
constexpr std::array kRevisions{
    Revision{"2024-11-05", false, false, false, false},
    Revision{"2025-03-26", true, true, false, false},
    Revision{"2025-06-18", true, false, true, false},
    Revision{"2025-11-25", true, false, true, true},
};
bool under_floor(const Revision& revision, std::string_view floor) {
  return !floor.empty() && revision.name < floor;  // ISO dates sort as text
}
}  // namespace

std::span<const Revision> session_revisions() {
  return kRevisions;
}

const Revision* find_revision(std::string_view name) {
  for (const auto& revision : kRevisions)
    if (revision.name == name) return &revision;
  return nullptr;
}

const Revision& newest_session_revision() {
  return kRevisions.back();
}
const Revision& assumed_revision() {
  return kRevisions[1];
}

const Revision& negotiate(std::string_view wanted, core::Carrier carrier, std::string_view floor) {
  const Revision* found = find_revision(wanted);
  if (found == nullptr || under_floor(*found, floor)) return newest_session_revision();
  if (carrier == core::Carrier::http && !found->over_http) return newest_session_revision();
  return *found;
}

bool is_newer(const Revision& one, const Revision& other) {
  return one.name > other.name;
}

const Revision* accept_answer(std::string_view answered, std::string_view floor) {
  const Revision* found = find_revision(answered);
  return found == nullptr || under_floor(*found, floor) ? nullptr : found;
}

bool sampling_has_parts(std::string_view version) {
  return find_revision(version) == nullptr || version >= "2025-11-25";
}

core::ProtocolFacts protocol_facts(const wire::HttpRequestHead* head, const wire::Message* message,
                                   std::string_view floor) {
  core::ProtocolFacts facts;
  if (message != nullptr && message->method() == wire::Method::initialize)
    facts.revision_body = message->params()["protocolVersion"].text();
  if (head == nullptr) return facts;
  const auto header = head->field("mcp-protocol-version");
  if (header) facts.revision_header = *header;
  if (head->count("mcp-protocol-version") > 1) facts.revision_known = false;
  if (header && !facts.revision_body.empty()) return facts;  // the guard compares the two
  // Inside a session the negotiated revision is in force whatever older one the header names:
  // servers take that, and the conformance suite 0.1.16 relies on it. Unknown ones are refused.
  const Revision* const named = header ? find_revision(*header) : nullptr;
  if (header && (named == nullptr || under_floor(*named, floor))) facts.revision_known = false;
  return facts;
}

}  // namespace doorward::net
