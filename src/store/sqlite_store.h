// Records in one SQLite file of the state folder. Several processes may share it (`wrap` beside
// `wrap`): a transaction takes SQLite's write lock at its start, so what it reads stays true.
//
// Tested by tests/unit/store/sqlite_store.cc
#pragma once

#include <memory>
#include <string>

#include "core/store.h"

namespace doorward::store {

// Opens or makes the file, mode 0600; ":memory:" for one that ends with the store. A file of an
// unknown format is refused. Errors: store.open.
[[nodiscard]] Expected<std::shared_ptr<core::Store>> open_sqlite(const std::string& path);

}  // namespace doorward::store
