// What a client declared that it answers, down to the modes and parts of a question; a server may
// ask for nothing else (R5.6).
#pragma once

#include "wire/message.h"

namespace doorward::net {

struct ClientCapabilities {
  bool sampling = false;
  bool sampling_tools = false;    // `tools` and `toolChoice` in what it samples
  bool sampling_context = false;  // `includeContext` other than none
  bool elicitation = false;       // in any mode
  bool forms = false;             // elicitation in form mode; also where no mode is declared
  bool links = false;             // elicitation in URL mode
  bool roots = false;
};

// Of the object `capabilities`. `version` is the revision that the client asked for, as it sent it:
// before sampling had parts, context was not declared apart.
[[nodiscard]] ClientCapabilities capabilities_of(const wire::JsonValue& given,
                                                 std::string_view version);

// Whether a question of this kind is one that was declared. A mode that is not known is not.
[[nodiscard]] bool is_declared(const ClientCapabilities& capabilities, wire::Method method,
                               const wire::JsonValue& params);

}  // namespace doorward::net
