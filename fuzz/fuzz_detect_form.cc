// Fuzzes module: detect
// What a form asks of a person, as text and as the JSON of an elicitation: every reading ends.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "detect/credential_ask.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(detect::credential_in_message(text));
  static_cast<void>(detect::credential_in_label(text));
  const auto form = wire::JsonDocument::parse(text);
  // A form without a field asks for nothing, whatever its message says.
  if (form && !form->root()["requestedSchema"] && !detect::credential_asked(form->root()).empty())
    std::abort();
  return 0;
}
