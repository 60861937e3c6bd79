// Guard      instability.strict_rpc      Area 2, stages request, response, server_message,
//                                        client_reply
// Defends    R2.7                        Hostile input: client and server
// Denies     {"jsonrpc":"2.0","id":1,"method":"tools/call","METHOD":"ping"}, duplicate names,
//            null and reused ids, unknown methods, bad UTF-8; a `tools/call` that names no tool
// Passes     every method of the specification, from the side that may send it
// Limits     what a valid message asks for is judged by others; the parser is wire/message.h
// Tested by  tests/areas/instability/strict_rpc.jsonl, fuzz/fuzz_message.cc
#pragma once

#include "core/guard.h"

namespace doorward::guards {

class StrictRpc : public core::Guard {
 public:
  [[nodiscard]] const core::GuardFacts& facts() const override;
  [[nodiscard]] core::Verdict judge(const core::Exchange&, core::Notes&) const override;
};

}  // namespace doorward::guards
