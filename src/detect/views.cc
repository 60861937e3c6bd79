#include "detect/views.h"

#include <array>

#include "detect/decode.h"
#include "detect/fold.h"
#include "detect/hidden.h"

namespace doorward::detect {

namespace {

// Which decoders are worth a try: one pass over the bytes of a view.
struct Signs {
  bool percent = false, backslash = false, ampersand = false, equals = false, less = false;
  bool run = false;     // 16 letters and digits in a row
  bool pairs = false;   // hex pairs
  bool single = false;  // single letters between separators
};

Signs signs_of(std::string_view text) {
  static constexpr auto kClass = [] {
    std::array<uint8_t, 256> table{};
    for (int c = 0; c < 256; ++c) {
      const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '-' || c == '_';
      table[static_cast<size_t>(c)] = static_cast<uint8_t>((hex ? 1 : 0) | (word ? 2 : 0));
    }
    return table;
  }();
  Signs signs;
  size_t run = 0;
  size_t hex = 0;
  size_t lone = 0;
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = at(i);
    const uint8_t kind = kClass[c];
    if ((kind & 2U) != 0) {
      if (++run >= 16) signs.run = true;
      if ((kind & 1U) != 0) ++hex;
    } else {
      if (run == 1 && c < 0x80) {
        if (++lone >= 4) signs.single = true;
      } else if (run > 1) {
        lone = 0;
      }
      if (c != ' ' && c != ',' && c != ':') hex = 0;
      run = 0;
      signs.percent = signs.percent || c == '%';
      signs.backslash = signs.backslash || c == '\\';
      signs.ampersand = signs.ampersand || c == '&';
      signs.equals = signs.equals || c == '=';
      signs.less = signs.less || c == '<';
    }
    if (hex >= 12) signs.pairs = true;
  }
  if (text.find("-") != std::string_view::npos || text.find(".") != std::string_view::npos ||
      text.find("_") != std::string_view::npos)
    signs.single = signs.single || text.size() < 4096;
  return signs;
}

void decode_all(const View& parent, std::vector<View>& made) {
  const Signs signs = signs_of(parent.text());
  if (auto view = fold(parent)) made.push_back(std::move(*view));
  for (auto& view : read_hidden(parent)) made.push_back(std::move(view));
  if (signs.percent) decode_percent(parent, made);
  if (signs.backslash) decode_escapes(parent, made);
  if (signs.ampersand) decode_entities(parent, made);
  if (signs.equals) decode_quoted_printable(parent, made);
  if (signs.less) {
    strip_markup(parent, made);
    decode_base85(parent, made);
  }
  if (signs.run) {
    decode_base64(parent, made);
    decode_base32(parent, made);
    if (!signs.less) decode_base85(parent, made);
  }
  if (signs.pairs || signs.run) decode_hex(parent, made);
  if (signs.single) join_spaced(parent, made);
  undo_leet(parent, made);
  undo_rotation(parent, made);
  undo_reversal(parent, made);
}

}  // namespace

std::vector<View> views_of(std::string_view text) {
  std::vector<View> views;
  views.reserve(kMostViews);  // INVARIANT: no view moves while its children are made
  views.emplace_back(text);
  size_t room = text.size() * 4 + 256 * 1024;
  for (size_t next = 0; next < views.size(); ++next) {
    if (views[next].depth() >= kDeepest) continue;
    std::vector<View> made;
    decode_all(views[next], made);
    for (auto& view : made) {
      if (views.size() >= kMostViews || view.text().size() > room) break;
      bool known = false;
      for (const View& other : views) known = known || other.text() == view.text();
      if (known) continue;
      room -= view.text().size();
      views.push_back(std::move(view));
    }
  }
  return views;
}

}  // namespace doorward::detect
