// Fuzzes module: detect wire
// Edits of texts in a message: what was a JSON text stays one, and the edited text is the one
// meant. The first byte says where.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "detect/message_text.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 4096) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto document = wire::JsonDocument::parse(text);
  if (!document) return 0;
  for (const auto& one : detect::texts_of(document->root())) {
    // Only whole characters are cut out: a place inside one is moved by the caller's views.
    size_t from = one.text.size() * data[0] / 256;
    while (from > 0 && (static_cast<unsigned char>(one.text[from]) & 0xC0U) == 0x80U) --from;
    const auto edit = detect::edit_of(document->buffer(), one, {from, one.text.size()}, "[\"x\"]");
    const auto again = wire::JsonDocument::parse(wire::splice(document->buffer(), {edit}));
    // An edit may make two names or values alike, never a text that is no JSON.
    if (!again && again.error().code != "json.duplicate_name") std::abort();
  }
  return 0;
}
