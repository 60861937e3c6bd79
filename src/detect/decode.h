// Disguises that a machine takes off: each decoder reads one view and gives further views, with the
// places kept. They accept only what decodes to text; binary data gives nothing. Linear in time.
#pragma once

#include <vector>

#include "detect/view.h"

namespace doorward::detect {

// Whole readings of a text. Nothing when there is nothing to decode.
void decode_percent(const View& parent, std::vector<View>& views);   // %41, %u0041
void decode_escapes(const View& parent, std::vector<View>& views);   // \u0041, \x41, \101
void decode_entities(const View& parent, std::vector<View>& views);  // &lt;, &#60;, &#x3c;
void decode_quoted_printable(const View& parent, std::vector<View>& views);
void strip_markup(const View& parent, std::vector<View>& views);   // ig<b>no</b>re
void join_spaced(const View& parent, std::vector<View>& views);    // i g n o r e
void undo_leet(const View& parent, std::vector<View>& views);      // 1gn0r3
void undo_rotation(const View& parent, std::vector<View>& views);  // rot13
void undo_reversal(const View& parent, std::vector<View>& views);  // erongi

// Readings of parts of a text.
void decode_base64(const View& parent, std::vector<View>& views);  // also URL-safe, also in lines
void decode_base32(const View& parent, std::vector<View>& views);
void decode_base85(const View& parent, std::vector<View>& views);  // <~…~> and RFC 1924 runs
void decode_hex(const View& parent, std::vector<View>& views);     // 69 67, 6967, 0x6967

// True when the bytes are valid UTF-8, mostly printable and not empty.
[[nodiscard]] bool reads_as_text(std::string_view bytes);

}  // namespace doorward::detect
