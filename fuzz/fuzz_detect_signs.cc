// Fuzzes module: detect
// The quick looks before the decoders never miss: where a decoder finds something to decode, the
// look has seen a sign of it. Those that look for telling words (leet, rotated, reversed) are asked
// only to end: any text can be turned round.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "detect/characters.h"
#include "detect/decode.h"
#include "detect/signs.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!is_valid_utf8(text)) return 0;  // no message holds anything else
  const Signs signs = signs_of(text);
  const View given(text);
  const auto finds = [&](void (*decode)(const View&, std::vector<View>&)) {
    std::vector<View> views;
    decode(given, views);
    return !views.empty();
  };
  if (!signs.percent && finds(decode_percent)) std::abort();
  if (!signs.backslash && finds(decode_escapes)) std::abort();
  if (!signs.ampersand && finds(decode_entities)) std::abort();
  if (!signs.equals && finds(decode_quoted_printable)) std::abort();
  if (!signs.less && finds(strip_markup)) std::abort();
  if (!signs.less && !signs.run && finds(decode_base85)) std::abort();
  if (!signs.run && (finds(decode_base64) || finds(decode_base32))) std::abort();
  if (!signs.hex && finds(decode_hex)) std::abort();
  if (!signs.spaced && finds(join_spaced)) std::abort();
  for (const auto turn : {undo_leet, undo_rotation, undo_reversal}) static_cast<void>(finds(turn));
  static_cast<void>(has_dense_digits(text));
  return 0;
}
