// Characters that a person does not see, where no honest text has them. Honest: emoji with their
// joiners and selectors, flags, Persian and Indic joiners, one byte order mark in front, Arabic and
// Hebrew with direction marks, soft hyphens inside words.
#pragma once

#include <vector>

#include "detect/finding.h"
#include "detect/view.h"

namespace doorward::detect {

// Appends findings of kind hidden_text, one for each run (64 at most).
void find_hidden(std::string_view text, std::vector<Finding>& findings);

// Terminal escapes, colours too, and control characters but tab and line ends: no model needs them,
// so that in answers they are taken out without an alarm. At most 10,000.
[[nodiscard]] std::vector<Span> find_controls(std::string_view text);

// What hidden characters spell: tags as ASCII, runs of variation selectors as bytes, zero-width
// characters as bits. Nothing when they spell nothing.
[[nodiscard]] std::vector<View> read_hidden(const View& parent);

}  // namespace doorward::detect
