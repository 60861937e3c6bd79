// Servers added to a configuration that somebody edits: lines put in, and none touched.
#pragma once

#include <optional>
#include <string>

#include "app/onboard/plan.h"

namespace doorward::app {

// What is put in, and the text with it.
struct Appended {
  std::string text;
  std::string added;  // for a person: each new line behind `+ `
};

// Puts the servers of `plan` that are not refused at the end of `servers:`, and their secrets at
// the end of `secrets:`; a section that is not there is made. Nothing where a section is not
// written as a block (`servers: {…}`), or starts anywhere but at the beginning of a line.
[[nodiscard]] std::optional<Appended> append_servers(const std::string& text, const InitPlan& plan,
                                                     const Path& secret_folder);

}  // namespace doorward::app
