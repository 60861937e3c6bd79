// The lock file: what is read is written again to the same value, and then to the same bytes.
// Fuzzes module: catalog
#include <cstdlib>

#include "catalog/catalog.h"
#include "catalog/names.h"
#include "catalog/visible.h"

using namespace doorward;
using namespace doorward::catalog;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lock = read_lock(text);
  if (lock) {
    const std::string written = write_lock(*lock);
    const auto again = read_lock(written);
    must(again && *again == *lock);
    must(write_lock(*again) == written);
    const Catalog catalog(*lock);
    for (const auto& [server, locked] : lock->servers)
      for (size_t kind = 0; kind < kKinds; ++kind)
        for (const auto& [name, pin] : locked.pins[kind]) {
          must(!pin.classes.empty());
          must(catalog.find(server, static_cast<DefinitionKind>(kind), name).entry != nullptr);
        }
  } else {
    must(lock.error().code == "catalog.lock_syntax" && lock.error().what.starts_with("line "));
  }
  const std::string look = skeleton(text);
  must(skeleton(look).size() <= look.size() * 8 + 16);
  must(visible(text).find('\x1b') == std::string::npos);
  must(edit_distance(text, text, 3) == 0);
  must(merged_name("files", text).size() <= kMergedNameLimit);
  // A tool is never without a class, whatever its name.
  must(!guess_classes_of("s", Definition{DefinitionKind::tool, text, "{}", {}}).empty());
  return 0;
}
