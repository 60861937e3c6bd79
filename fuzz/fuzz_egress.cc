// Fuzzes module: sandbox
// Host names, targets and addresses: what passes has one spelling, and no address of the inside
// passes for one of the world.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sandbox/egress.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace doorward::sandbox;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = canonical_name(text)) {
    if (canonical_name(*name) != name || canonical_literal(text)) std::abort();
    for (const char c : *name) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!plain) std::abort();
    }
  }
  if (const auto literal = canonical_literal(text)) {
    if (canonical_literal(*literal) != literal) std::abort();
    if (place_of(*literal) != place_of(text)) std::abort();
    if (may_dial({"host.example", 443, false}, text) && place_of(text) != Place::global) {
      std::abort();
    }
  }
  if (const auto target = parse_target(text)) {
    if (target->port == 0 || permits({}, *target)) std::abort();
    if (canonical_name(target->host) != target->host &&
        canonical_literal(target->host) != target->host) {
      std::abort();
    }
  }
  (void)check_rule({std::string(text), 443, false});
  return 0;
}
