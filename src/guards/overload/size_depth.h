// Guard      overload.size_depth         Area 6, stages accept, request, response, server_message,
//                                        client_reply
// Defends    R6.4                        Hostile input: client and server
// Denies     Content-Length: 1000000000, a message over the limit of its side
// Passes     anything within `limits.message_bytes`
// Limits     counts bytes; depth and counts are limits of the parser, told by strict_rpc
// Tested by  tests/areas/overload/size_depth.jsonl
#pragma once

#include "core/guard.h"

namespace doorward::guards {

struct SizeLimits {
  size_t client_bytes = 4 * 1024 * 1024;
  size_t server_bytes = 8 * 1024 * 1024;
  size_t result_bytes = 1024 * 1024;  // of the answer to tools/call
};

class SizeDepth : public core::Guard {
 public:
  explicit SizeDepth(SizeLimits limits) : limits_(limits) {}
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;

 private:
  const SizeLimits limits_;
};

}  // namespace doorward::guards
