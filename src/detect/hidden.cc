#include "detect/hidden.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "detect/characters.h"
#include "detect/fold.h"
#include "detect/masks.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostFindings = 64;

bool is_joining_script(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(c), &status)) {
    case USCRIPT_ARABIC:
    case USCRIPT_SYRIAC:
    case USCRIPT_MONGOLIAN:
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_JAVANESE:
    case USCRIPT_BALINESE:
    case USCRIPT_NKO:
      return U_SUCCESS(status);
    default:
      return false;
  }
}

bool is_right_to_left(char32_t c) {
  const auto direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

bool is_pictograph(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI) != 0 ||
         (c >= 0x1F3FB && c <= 0x1F3FF);
}

bool is_ideograph(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_IDEOGRAPHIC) != 0;
}

// Facts of the whole text that make some invisible characters honest.
struct Setting {
  bool right_to_left = false;
  bool spaceless = false;  // Thai, Lao, Khmer, Myanmar, CJK break lines at U+200B
};

Setting setting_of(std::string_view text) {
  Setting setting;
  for (size_t at = next_beyond_ascii(text, 0); at < text.size(); at = next_beyond_ascii(text, at)) {
    const Character c = character_at(text, at);
    at += c.size;
    setting.right_to_left = setting.right_to_left || is_right_to_left(c.point);
    setting.spaceless = setting.spaceless || (c.point >= 0x0E00 && c.point <= 0x0EFF) ||
                        (c.point >= 0x1000 && c.point <= 0x109F) ||
                        (c.point >= 0x1780 && c.point <= 0x17FF) || is_ideograph(c.point);
    if (setting.right_to_left && setting.spaceless) break;
  }
  return setting;
}

struct Run {
  size_t from = 0, to = 0;
  size_t count = 0;
  char32_t before = 0;  // the visible character in front
  char32_t first = 0;
  bool tags = false, bidi = false, selectors = false, zero_width = false, soft = false;
};

// A flag of England and the like: black flag, tags, cancel tag.
bool is_flag(const Run& run) {
  return run.before == 0x1F3F4 && run.tags && run.count <= 7 && !run.bidi && !run.zero_width;
}

bool is_honest(const Run& run, char32_t after, const Setting& setting, bool at_start) {
  if (is_flag(run)) return true;
  if (run.tags) return false;
  if (run.bidi) return setting.right_to_left && run.count <= 2;
  if (run.selectors && run.count == 1)
    return is_pictograph(run.before) || is_ideograph(run.before) || run.before >= 0x1000 ||
           (run.before >= 0x2000 && run.before < 0x3000);
  if (run.count == 1 && run.first == 0xFEFF && at_start) return true;
  if (run.count <= 2 && (run.first == 0x200D || run.selectors) &&
      (is_pictograph(run.before) || is_pictograph(after)))
    return true;
  if (run.count == 1 && (run.first == 0x200C || run.first == 0x200D) &&
      (is_joining_script(run.before) || is_joining_script(after)))
    return true;
  if (run.count <= 2 && (run.first == 0x200E || run.first == 0x200F || run.first == 0x061C))
    return true;
  if (run.count == 1 && run.soft) return true;
  if (run.count == 1 && (run.first == 0x200B || run.first == 0x2060)) {
    if (setting.spaceless) return true;
    // Between words, or where a long word may break; inside a Latin word it only hides.
    const bool inside = run.before < 0x250 && after < 0x250 && run.before != 0 && after != 0 &&
                        u_isalpha(static_cast<UChar32>(run.before)) != 0 &&
                        u_isalpha(static_cast<UChar32>(after)) != 0;
    return !inside;
  }
  return false;
}

std::string_view rule_of(const Run& run) {
  if (run.tags) return "hidden.tags";
  if (run.bidi) return "hidden.bidi";
  if (run.selectors) return "hidden.variation_selectors";
  if (run.soft) return "hidden.soft_hyphens";
  return "hidden.zero_width";
}

// Tags carry text and selectors in rows carry bytes, whatever for; a lone zero-width joiner is
// worth a label.
Certainty certainty_of(const Run& run) {
  if (run.tags && run.count >= 4) return Certainty::certain;
  if (run.selectors && run.count >= 8) return Certainty::certain;
  if (run.zero_width && run.count >= 16) return Certainty::certain;
  return Certainty::likely;
}

void find_escapes(std::string_view text, std::vector<Finding>& findings) {
  // Colours are honest in a terminal's output; hiding, moving, titles and links are not.
  size_t told = 0;
  for (size_t at = text.find('\x1b'); at != std::string_view::npos && told < 8;
       at = text.find('\x1b', at + 1)) {
    if (at + 1 >= text.size()) break;
    const char kind = text[at + 1];
    size_t end = at + 2;
    bool bad = false;
    if (kind == '[') {
      while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3F) ++end;
      const std::string_view body = text.substr(at + 2, end - at - 2);
      const char final = end < text.size() ? text[end] : '\0';
      bad = final != 'm' ? final == 'H' || final == 'A' || final == 'J' || final == 'F' ||
                               final == 'f' || final == 's' || final == 'u'
                         : body == "8" || body.starts_with("8;") || body.ends_with(";8");
      ++end;
    } else if (kind == ']') {
      while (end < text.size() && text[end] != '\x07' && text[end] != '\x1b' && end - at < 2048)
        ++end;
      bad = true;
    }
    if (!bad) continue;
    findings.push_back({"hidden.terminal_escape",
                        Kind::hidden_text,
                        Certainty::likely,
                        0.8,
                        {at, std::min(end, text.size())},
                        "plain"});
    ++told;
  }
}

bool is_control(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}
// U+0080 to U+009F, two bytes in UTF-8.
bool is_late_control(std::string_view text, size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) <= 0x9F;
}

// The first byte from `at` on that is a control or may begin one; the size where there is none.
size_t next_control(std::string_view text, size_t at) {
  for (; at < text.size(); at += Block::kBytes) {
    const uint64_t places = Block(text, at).where([](Bytes16 bytes) {
      const Bytes16 honest = are(bytes, '\t') | are(bytes, '\n') | are(bytes, '\r');
      return (are_from(bytes, '\0', 0x20) & ~honest) | are(bytes, '\x7F') | are(bytes, '\xC2');
    });
    if (places != 0)
      return std::min(text.size(), at + static_cast<size_t>(__builtin_ctzll(places)));
  }
  return text.size();
}

}  // namespace

std::vector<Span> find_controls(std::string_view text) {
  constexpr size_t kMost = 10'000;
  std::vector<Span> found;
  for (size_t at = 0; found.size() < kMost;) {
    at = next_control(text, at);
    if (at == text.size()) break;
    size_t size = 0;
    if (text[at] == '\x1b' || is_late_control(text, at)) size = escape_size(text, at);
    if (size == 0) size = is_control(text, at) ? 1 : is_late_control(text, at) ? 2 : 0;
    if (size == 0) {
      ++at;
      continue;
    }
    const size_t end = std::min(at + size, text.size());
    if (!found.empty() && found.back().to == at)
      found.back().to = end;
    else
      found.push_back({at, end});
    at = end;
  }
  return found;
}

void find_hidden(std::string_view text, std::vector<Finding>& findings) {
  find_escapes(text, findings);
  if (is_ascii(text)) return;
  const Setting setting = setting_of(text);
  const size_t first = findings.size();
  size_t soft_hyphens = 0;
  char32_t before = 0;
  for (size_t at = 0; at < text.size() && findings.size() - first < kMostFindings;) {
    if (const size_t beyond = next_beyond_ascii(text, at); beyond > at) {
      before = static_cast<unsigned char>(text[beyond - 1]);
      at = beyond;
      continue;
    }
    Character c = character_at(text, at);
    if (!is_invisible(c.point)) {
      before = c.point;
      at += c.size;
      continue;
    }
    Run run{.from = at, .before = before, .first = c.point};
    while (at < text.size() && is_invisible(c.point)) {
      ++run.count;
      run.tags = run.tags || is_tag(c.point);
      run.bidi = run.bidi || is_bidi_control(c.point);
      run.selectors = run.selectors || is_variation_selector(c.point);
      run.zero_width = run.zero_width || is_zero_width(c.point);
      run.soft = run.soft || c.point == 0xAD;
      at += c.size;
      if (at < text.size()) c = character_at(text, at);
    }
    run.to = at;
    soft_hyphens += run.soft ? 1 : 0;
    const char32_t after = at < text.size() ? c.point : 0;
    const bool many_soft = run.soft && soft_hyphens > 3 && soft_hyphens * 8 > text.size() / 4;
    if (!many_soft && is_honest(run, after, setting, run.from == 0)) continue;
    const Certainty certainty = certainty_of(run);
    findings.push_back({rule_of(run),
                        Kind::hidden_text,
                        certainty,
                        certainty == Certainty::certain ? 0.98 : 0.8,
                        {run.from, run.to},
                        "plain"});
  }
}

namespace {

void keep(std::vector<View>& views, View&& view, const View& parent, size_t end, size_t least) {
  if (view.text().size() < least) return;
  size_t printable = 0;
  for (const char c : view.text())
    printable += (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t' ? 1U : 0U;
  if (printable * 10 < view.text().size() * 8) return;
  view.close(parent, static_cast<uint32_t>(end));
  views.push_back(std::move(view));
}

}  // namespace

std::vector<View> read_hidden(const View& parent) {
  std::vector<View> views;
  const std::string_view text = parent.text();
  if (is_ascii(text)) return views;
  View tags(parent, "tags");
  View selectors(parent, "variation_selectors");
  View bits(parent, "zero_width");
  View bits_inverse(parent, "zero_width");
  size_t tags_end = 0;
  size_t selectors_end = 0;
  size_t bits_end = 0;
  unsigned byte = 0;
  unsigned count = 0;
  for (size_t at = next_beyond_ascii(text, 0); at < text.size(); at = next_beyond_ascii(text, at)) {
    const Character c = character_at(text, at);
    const auto from = static_cast<uint32_t>(at);
    at += c.size;
    if (c.point >= 0xE0020 && c.point <= 0xE007E) {
      tags.put(static_cast<char>(c.point - 0xE0000), from);
      tags_end = at;
    } else if (c.point >= 0xE0100 && c.point <= 0xE01EF) {
      selectors.put(static_cast<char>(c.point - 0xE0100 + 16), from);
      selectors_end = at;
    } else if (c.point >= 0xFE00 && c.point <= 0xFE0F) {
      // Alone it belongs to an emoji; the first of a row may be a byte.
      selectors.put(static_cast<char>(c.point - 0xFE00), from);
      selectors_end = at;
    } else if (c.point == 0x200B || c.point == 0x200C || c.point == 0x200D) {
      byte = byte << 1 | (c.point == 0x200B ? 0U : 1U);
      bits_end = at;
      if (++count == 8) {
        bits.put(static_cast<char>(byte), from);
        bits_inverse.put(static_cast<char>(~byte & 0xFFU), from);
        byte = count = 0;
      }
    }
  }
  keep(views, std::move(tags), parent, tags_end, 4);
  keep(views, std::move(selectors), parent, selectors_end, 4);
  keep(views, std::move(bits), parent, bits_end, 4);
  keep(views, std::move(bits_inverse), parent, bits_end, 4);
  return views;
}

}  // namespace doorward::detect
