// Guard      injection.url_scheme        Area 1, stages response, server_message
// Defends    R1.7                        Hostile input: server
// Denies     an elicitation by URL, an icon or a resource link of javascript:, vbscript:, data: or
//            file:, by http to another host, or to a private or metadata address
// Passes     https, http on loopback, an icon inside the message (data:image/), the server's own
//            schemes and file: as names of its resources
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
