// A client's file is replaced whole or not at all, with its mode; what stood there before lies
// beside it until it is put back, to the byte.
#pragma once

#include <string>
#include <string_view>

#include "app/config/config.h"
#include "base/error.h"

namespace doorward::app {

[[nodiscard]] Path backup_of(const Path& file);

// Keeps a backup (the first one stays: it is the state before Doorward) and writes. What a person
// changed since the last time is kept as well, and named when it is undone. Errors: init.write.
[[nodiscard]] Expected<void> replace_with_backup(const Path& file, std::string_view before,
                                                 std::string_view after);

// A file of the operator's, through a link too: whole or not at all, with its mode. Errors:
// init.write.
[[nodiscard]] Expected<void> replace_whole(const Path& file, std::string_view text);

struct Undone {
  bool restored = false;  // false: there is no backup
  Path kept;              // where the present text lies, when somebody changed it since
};
// Errors: init.write.
[[nodiscard]] Expected<Undone> undo(const Path& file);

// A new file of mode `mode`, in place at once. Errors: init.write.
[[nodiscard]] Expected<void> write_whole(const Path& file, std::string_view text, unsigned mode);

}  // namespace doorward::app
