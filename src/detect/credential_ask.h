// Whether a form asks a person for a credential: a password, a one-time code, a PIN, a key, a
// token, a card. Read from what the form says (message, names, titles, descriptions) in every view
// of views.h, in the languages of credential_words.cc.
#pragma once

#include <string>
#include <string_view>

#include "wire/json.h"

namespace doorward::detect {

// `params` of `elicitation/create` in form mode. The credential asked for, in the words that were
// found; "" for none. A form without a field to type in (yes or no, a choice, a date) asks for
// none.
[[nodiscard]] std::string credential_asked(wire::JsonValue params);

// One text: what a form says to a person ("Enter your password"), or a field's label ("API key").
[[nodiscard]] std::string credential_in_message(std::string_view text);
[[nodiscard]] std::string credential_in_label(std::string_view text);

}  // namespace doorward::detect
