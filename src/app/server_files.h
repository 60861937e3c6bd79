// What a local server is made of, as far as its command line tells: a digest over the files that it
// names and over the package that they belong to (R11.2).
#pragma once

#include <string>

#include "app/config/config.h"

namespace doorward::app {

// `sha256:` and 64 hex digits; "" where the command names no file outside the system's folders.
// Of a package that Doorward installed (`<state>/packages`) everything counts, its dependencies and
// links included. Of a script without a package the code beside and below it counts, where its
// sandbox lets it read that. Elsewhere files below what the server itself may write, `node_modules`
// and `.git` are left out. Bounded: a package of more than 5,000 files or 128 MiB (installed ones:
// 60,000 and 1 GiB) is known by the files of its command line alone. May block; a file that did not
// change since it was read is not read again.
[[nodiscard]] std::string digest_of_files(const Config& config, const Server& server);

}  // namespace doorward::app
