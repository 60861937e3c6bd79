#include "detect/views.h"

#include "detect/decode.h"
#include "detect/fold.h"
#include "detect/hidden.h"
#include "detect/signs.h"

namespace doorward::detect {

namespace {

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
  if (signs.hex) decode_hex(parent, made);
  if (signs.spaced) join_spaced(parent, made);
  if (signs.leet) undo_leet(parent, made);
  if (signs.rotated) undo_rotation(parent, made);
  if (signs.reversed) undo_reversal(parent, made);
}

}  // namespace

std::vector<View> views_of(std::string_view text) {
  std::vector<View> views;
  views.emplace_back(text);
  size_t room = text.size() * 4 + 256 * 1024;
  for (size_t next = 0; next < views.size(); ++next) {
    if (views[next].depth() >= kDeepest) continue;
    std::vector<View> made;
    decode_all(views[next], made);  // INVARIANT: no view moves while its children are made
    if (!made.empty()) views.reserve(kMostViews);
    for (auto& view : made) {
      if (views.size() >= kMostViews || view.text().size() > room) break;
      bool known = false;
      for (const View& other : views) known = known || other.text() == view.text();
      if (known) continue;
      room -= view.text().size();
      view.made_from(next);
      views.push_back(std::move(view));
    }
  }
  return views;
}

}  // namespace doorward::detect
