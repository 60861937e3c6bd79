// Guard      injection.url_scheme        Area 1, stages response, server_message
// Defends    R1.7                        Hostile input: server
// Denies     an elicitation by URL, an icon, a server's website or an error's address that is not
//            https (http to this machine), or leads to a private or metadata address; a resource
//            (link, embedded, listed or read) of such an address, of a scheme that opens programs
//            (javascript:, data:, smb:, ms-…:), or a path or file on another host
// Passes     https, http on loopback, an icon inside the message (data:image/), the server's own
//            schemes and file: on this machine as names of its resources
// Limits     looks where the protocol puts URLs; texts are judged by the detectors. A name that
//            resolves to a private address is seen by whoever dials it
// Tested by  tests/areas/injection/url_scheme.jsonl, tests/unit/guards/url_scheme_test.cc
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class UrlScheme : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

// Why a person or a program should not follow it; "" where it may be.
[[nodiscard]] std::string_view fault_of_link(std::string_view url);

}  // namespace doorward::guards
