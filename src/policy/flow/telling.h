// Values that say something by themselves: an account or telephone number, an e-mail address, a
// code, a password, an amount to the cent. Eight words in a row are copied text; one of these is a
// leak of its own, however it is wrapped.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

// Calls visit(hash, value) for each; the hash is of its letters and digits alone, so that
// `DE89 3704 …` and `DE893704…` are one.
using VisitTelling = std::function<void(uint32_t, std::string_view)>;

// `named`: what stands behind `password:` and its like as well, where a text tells its own secrets.
// Otherwise every word that such a value could be is visited besides.
void telling_values(std::string_view text, const Words& words, bool named,
                    const VisitTelling& visit);

}  // namespace doorward::policy::flow
