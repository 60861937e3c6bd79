// Fuzzes module: app
// Any bytes are a configuration or a list of problems in the fixed shape; never a crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = doorward::app::parse_config(text, "f.yaml", "/folder");
  if (!config && !config.error().what.starts_with("f.yaml:")) std::abort();
  if (config && (config->version != 1 || !config->state.is_absolute())) std::abort();
  return 0;
}
