#include "detect/credential_ask.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <vector>

#include "detect/characters.h"
#include "detect/credential_words.h"
#include "detect/fold.h"
#include "detect/views.h"

namespace doorward::detect {

namespace {

namespace words = credential_words;

// A text as words in lower case, without marks on Latin letters, in clauses.
struct Read {
  struct Word {
    std::string text;
    size_t clause = 0;
    bool capitals = false;  // nothing but
    bool name = false;      // begins with one, and goes on without
  };
  std::vector<Word> all;
  std::string flat;  // with what is between them, for scripts without spaces

  [[nodiscard]] std::string_view at(size_t i, size_t clause) const {
    return i < all.size() && all[i].clause == clause ? std::string_view(all[i].text)
                                                     : std::string_view();
  }
};

// Letters with a stroke, which no decomposition takes off.
constexpr char without_stroke(char32_t point) {
  switch (point) {
    case 0x142:
      return 'l';
    case 0xF8:
      return 'o';
    case 0x111:
      return 'd';
    case 0x131:
      return 'i';
    default:
      return 0;
  }
}

std::string plain(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    at += c.size;
    if (is_invisible(c.point)) continue;
    const std::string_view bare = c.point < 0x80 ? std::string_view() : folded(c.point, false);
    if (bare.empty()) {
      append_utf8(out, c.point);
      continue;
    }
    for (size_t i = 0; i < bare.size();) {
      const Character part = character_at(bare, i);
      i += part.size;
      const auto low = static_cast<char32_t>(u_tolower(static_cast<UChar32>(part.point)));
      if (const char letter = without_stroke(low))
        out += letter;
      else
        append_utf8(out, low);
    }
  }
  return out;
}

// `camel`: of a name of a member, where a capital begins a word.
Read read(std::string_view given, bool camel) {
  Read out;
  const std::string text = plain(given);
  size_t clause = 0;
  std::string word;
  size_t capitals = 0;
  bool first = false;
  const auto close = [&] {
    const bool all = capitals == word.size();
    if (!word.empty()) out.all.push_back({std::move(word), clause, all, first && !all});
    word.clear();
    capitals = 0;
  };
  char before = ' ';
  for (size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    at += c.size;
    const char letter = c.point < 0x80 ? static_cast<char>(c.point) : 'x';
    const bool capital = letter >= 'A' && letter <= 'Z';
    const bool wide = c.point >= 0x80 && u_isalnum(static_cast<UChar32>(c.point)) != 0;
    if (letter == '\'' || c.point == 0x2019) continue;  // don't
    if (wide || (c.point < 0x80 && (is_letter(letter) || is_digit(letter)))) {
      if (camel && capital && !(before >= 'A' && before <= 'Z')) close();
      if (word.empty()) first = capital;
      if (capital) ++capitals;
      if (c.point < 0x80)
        word += lower(letter);
      else
        append_utf8(word, c.point);
    } else {
      close();
      const bool ends = letter == '!' || letter == '?' || letter == ';' || letter == ':' ||
                        letter == '\n' || c.point == 0x3002 || c.point == 0xFF1F ||
                        (letter == '.' && (at >= text.size() || is_space(text[at])));
      if (ends) ++clause;
    }
    append_utf8(out.flat, c.point < 0x80 ? static_cast<char32_t>(lower(letter)) : c.point);
    before = letter;
  }
  close();
  return out;
}

// The number of words that `noun` covers from word `i` on, within one clause; 0 when it differs.
size_t covers(const Read& text, size_t i, std::string_view noun) {
  const size_t clause = text.all[i].clause;
  size_t count = 0;
  for (;;) {
    const size_t blank = noun.find(' ');
    if (text.at(i + count, clause) != noun.substr(0, blank)) return 0;
    ++count;
    if (blank == std::string_view::npos) return count;
    noun.remove_prefix(blank + 1);
  }
}

struct Hit {
  std::string_view noun;
  size_t from, to;  // words
  bool vague;
};

// English nouns, the longest at each place.
std::vector<Hit> hits_in(const Read& text) {
  std::vector<Hit> hits;
  for (size_t i = 0; i < text.all.size();) {
    Hit best{"", i, i, false};
    for (const auto& noun : words::english())
      if (const size_t count = covers(text, i, noun.words); i + count > best.to)
        best = {noun.words, i, i + count, noun.vague};
    if (best.to > i) hits.push_back(best);
    i = std::max(best.to, i + 1);
  }
  return hits;
}

// `which API key should be used`, `… do you want`: one of those that are there.
bool is_choice(const Read& text, const Hit& hit) {
  for (size_t ahead = hit.to; ahead < hit.to + 3; ++ahead) {
    const std::string_view word = text.at(ahead, text.all[hit.from].clause);
    if (word == "should" || word == "shall" || word == "would" || word == "want") return true;
  }
  return false;
}

// About the credential and not for it: `password policy`, `reset your password`, `the token that
// should be revoked`, `the name of the secret`, `no passwords`.
bool is_about(const Read& text, const Hit& hit) {
  const size_t clause = text.all[hit.from].clause;
  const auto before = [&](size_t back) {
    return back <= hit.from ? text.at(hit.from - back, clause) : std::string_view();
  };
  if (words::is_other_head(text.at(hit.to, clause))) return true;
  if (words::is_negation(before(1)) ||
      (words::is_negation(before(2)) && (words::is_owner(before(1)) || before(1) == "the")))
    return true;
  static constexpr auto kLinks = std::to_array<std::string_view>(
      {"the", "a", "an", "your", "their", "his", "her", "user", "this", "old", "all", "of", "for"});
  for (size_t back = 1; back <= 3; ++back) {
    if (words::is_disposing(before(back))) return true;
    if (std::find(kLinks.begin(), kLinks.end(), before(back)) == kLinks.end()) break;
  }
  static constexpr auto kThen = std::to_array<std::string_view>(
      {"should", "to", "be", "do", "you", "want", "i", "we", "shall", "must", "has", "is", "that"});
  for (size_t ahead = hit.to; ahead < hit.to + 6; ++ahead) {
    if (words::is_disposing(text.at(ahead, clause))) return true;
    if (std::find(kThen.begin(), kThen.end(), text.at(ahead, clause)) == kThen.end()) break;
  }
  for (size_t back = 1; back <= 8; ++back) {
    const std::string_view word = before(back);
    if (word.empty() || word == "and" || word == "then" || word == "plus" || word == "with" ||
        (words::is_owner(word) && before(back + 1) != "is" && before(back + 1) != "long"))
      break;
    if (words::is_counting(word)) return true;
    const std::string_view next = text.at(hit.from - back + 1, clause);
    if (words::is_telling_of(word) && (next == "of" || next == "for" || next == "that"))
      return true;
    // `which password` asks for it; `which token` may ask for one of many, as `which key should …`.
    if (word == "which" && (hit.vague || is_choice(text, hit))) return true;
  }
  return false;
}

// A personal access token, and nobody's name, no patting of dogs: in capitals among other words,
// `github pat`, `your pat`.
bool is_pat(const Read& text, const Hit& hit) {
  const Read::Word& word = text.all[hit.from];
  const auto near = [&](size_t i) { return words::is_code_home(text.at(i, word.clause)); };
  if ((hit.from > 0 && near(hit.from - 1)) || near(hit.to)) return true;
  const bool shouted = std::all_of(text.all.begin(), text.all.end(),
                                   [](const Read::Word& each) { return each.capitals; });
  if (word.capitals && (!shouted || text.all.size() == 1)) return true;
  return !word.name && !word.capitals && hit.from > 0 &&
         words::is_owner(text.at(hit.from - 1, word.clause)) &&
         words::is_filler(text.at(hit.to, word.clause));
}

// Somebody is asked for it: `enter the …`, `your …`, or nothing but its name.
bool is_asked(const Read& text, const Hit& hit) {
  const size_t clause = text.all[hit.from].clause;
  bool owner = false;
  bool begins = true;
  for (size_t back = 1; back <= hit.from && back <= 12; ++back) {
    const size_t i = hit.from - back;
    const std::string_view word = text.at(i, clause);
    if (word.empty()) break;
    begins = false;
    owner = owner || (back <= 4 && words::is_owner(word));
    if (!words::is_asking(word) && word != "which") continue;
    const std::string_view before = i > 0 ? text.at(i - 1, clause) : std::string_view();
    const std::string_view next = text.at(i + 1, clause);
    // `Do you need an API key?`, `What happens if the password is wrong?`
    if (before == "you" && (word == "need" || word == "require")) continue;
    if (word == "what" && back > 2 && next != "is" && next != "are" && next != "was") continue;
    return !words::is_negation(before);
  }
  if (owner) return true;
  const std::string_view next = text.at(hit.to, clause);
  return begins &&
         (next.empty() || next == "please" || next == "for" || next == "of" || next == "and");
}

bool has_word(const Read& text, bool (*is)(std::string_view)) {
  return std::any_of(text.all.begin(), text.all.end(),
                     [is](const auto& word) { return is(word.text); });
}

// In a language of the tables; "" for none.
std::string elsewhere_in(const Read& text) {
  if (words::disposes_elsewhere(text.flat)) return "";
  static const std::vector<std::string> kFragments = [] {
    std::vector<std::string> parts;
    for (const std::string_view part : words::fragments()) parts.push_back(plain(part));
    return parts;
  }();
  for (const std::string& part : kFragments)
    if (text.flat.find(part) != std::string::npos) return part;
  for (size_t i = 0; i < text.all.size(); ++i)
    for (const std::string_view noun : words::elsewhere())
      if (covers(text, i, noun) != 0) return std::string(noun);
  return "";
}

std::string asked_in(const Read& text) {
  for (const Hit& hit : hits_in(text)) {
    const size_t clause = text.all[hit.from].clause;
    if (hit.noun == "pat") {
      if (is_pat(text, hit) && !is_about(text, hit) && is_asked(text, hit)) return "pat";
      continue;
    }
    if (hit.vague &&
        (!words::is_filler(text.at(hit.to, clause)) || has_word(text, words::is_hardware_or_text)))
      continue;
    if ((hit.noun == "pin code" || hit.noun == "pincode") && has_word(text, words::is_place))
      continue;
    if (!is_about(text, hit) && is_asked(text, hit)) return std::string(hit.noun);
  }
  return elsewhere_in(text);
}

std::string labelled_in(const Read& text) {
  for (const Hit& hit : hits_in(text)) {
    const std::string_view next = text.at(hit.to, text.all[hit.from].clause);
    const std::string_view last =
        hit.from > 0 ? std::string_view(text.all[hit.from - 1].text) : std::string_view();
    if (words::is_other_head(next) || words::is_disposing(last) || words::is_negation(last))
      continue;
    if (hit.noun == "pat" && !is_pat(text, hit)) continue;
    if (hit.vague && hit.noun != "pat" && !words::is_filler(next) &&
        !std::all_of(next.begin(), next.end(), is_digit))
      continue;
    static constexpr auto kOther = std::to_array<std::string_view>(
        {"library", "loyalty", "business", "member", "membership", "playing", "has", "is", "use",
         "min", "max", "primary", "foreign"});
    if (std::find(kOther.begin(), kOther.end(), last) != kOther.end()) continue;
    return std::string(hit.noun);
  }
  return elsewhere_in(text);
}

// Digits and signs inside words read as the letters that they look like: `p4ssw0rd`, `p@ss`.
std::string without_leet(std::string_view text) {
  constexpr std::string_view kSigns = "013457@$", kLetters = "oieastas";
  std::string out(text);
  for (size_t i = 1; i + 1 < out.size(); ++i)
    if (const size_t sign = kSigns.find(out[i]);
        sign != std::string_view::npos && is_letter(out[i - 1]) &&
        (is_letter(out[i + 1]) || kSigns.find(out[i + 1]) != std::string_view::npos))
      out[i] = kLetters[sign];
  return out;
}

template <class Look>
std::string in_any_view(std::string_view text, bool camel, const Look& look) {
  for (const View& view : views_of(text)) {
    if (std::string found = look(read(view.text(), camel)); !found.empty()) return found;
    const std::string letters = without_leet(view.text());
    if (letters == view.text()) continue;
    if (std::string found = look(read(letters, camel)); !found.empty()) return found;
  }
  return "";
}

// How keys and tokens of well-known places begin: `It starts with ghp_`.
std::string beginning_in(std::string_view text) {
  static constexpr auto kBeginnings = std::to_array<std::string_view>(
      {"ghp_",       "gho_",     "ghs_",     "github_pat_", "glpat-", "xoxb-",
       "xoxp-",      "xapp-",    "sk-ant-",  "sk-proj-",    "sk-...", "sk-…",
       "sk-xxx",     "sk_live_", "sk_test_", "rk_live_",    "AKIA",   "AIza",
       "-----BEGIN", "npm_",     "dop_v1_",  "hf_",         "shpat_", "pypi-AgE"});
  for (const std::string_view beginning : kBeginnings) {
    const size_t at = text.find(beginning);
    if (at != std::string_view::npos && (at == 0 || !is_letter(text[at - 1])))
      return std::string(beginning);
  }
  return "";
}

// A field that takes what a person types.
bool takes_text(wire::JsonValue field) {
  if (!field.is_object()) return true;
  const std::string_view type = field["type"].text();
  if (type == "boolean" || field["enum"] || field["const"] || field["oneOf"]) return false;
  if (type == "array") return takes_text(field["items"]) && !field["items"]["anyOf"];
  const std::string_view format = field["format"].text();
  return format != "date" && format != "date-time";
}

// One credential asked for in pieces: fields whose labels differ by `part 1`, `part 2` only, or
// whose names make one together (`api`, `key_1`, `key_2`).
std::string split_over(wire::JsonValue fields) {
  std::string together;
  size_t pieces = 0;
  for (const auto& [name, field, name_value] : fields.members()) {
    if (!takes_text(field)) continue;
    const std::string_view title = field["title"].text();
    const Read label = read(title.empty() ? std::string_view(name) : title, true);
    pieces += has_word(label, words::is_part) ? 1 : 0;
    for (const Read::Word& word : label.all) {
      std::string_view text = word.text;
      while (!text.empty() && is_digit(text.back())) text.remove_suffix(1);
      if (text.empty() || words::is_part(text)) continue;
      // What is said twice is one word of it.
      if (!together.empty() && together.substr(together.rfind(' ') + 1) == text) continue;
      together.append(together.empty() ? "" : " ").append(text);
    }
  }
  if (pieces < 2) return "";
  for (const Hit& hit : hits_in(read(together, false)))
    if (!hit.vague && hit.noun.find(' ') != std::string_view::npos) return std::string(hit.noun);
  return "";
}

}  // namespace

std::string credential_in_message(std::string_view text) {
  return in_any_view(text, false, asked_in);
}

std::string credential_in_label(std::string_view text) {
  return in_any_view(text, true, labelled_in);
}

std::string credential_asked(wire::JsonValue params) {
  const wire::JsonValue fields = params["requestedSchema"]["properties"];
  if (!fields.is_object()) return "";
  std::string about(params["message"].text());
  bool typed = false;
  for (const auto& [name, field, name_value] : fields.members()) {
    typed = typed || takes_text(field);
    about.append(" ").append(name).append(" ").append(field["title"].text());
  }
  if (!typed) return "";
  // What vague names mean is seen from the whole form.
  const Read whole = read(about, true);
  const bool other_home = has_word(whole, words::is_hardware_or_text);
  const bool postal = has_word(whole, words::is_place);
  const auto counts = [&](const std::string& found) {
    return !found.empty() &&
           !(other_home && (found == "pin" || found == "token" || found == "pwd")) &&
           !(postal && (found == "pin code" || found == "pincode"));
  };
  for (const std::string_view said :
       {params["message"].text(), params["requestedSchema"]["title"].text(),
        params["requestedSchema"]["description"].text()})
    if (std::string found = credential_in_message(said); counts(found)) return found;
  if (std::string found = split_over(fields); !found.empty()) return found;
  const bool code_home = has_word(whole, words::is_code_home);
  for (const auto& [name, field, name_value] : fields.members()) {
    if (!takes_text(field)) continue;
    if (code_home && (name == "pat" || field["title"].text() == "pat")) return "pat";
    for (const std::string_view said : {field["description"].text(), field["title"].text(),
                                        field["default"].text(), field["pattern"].text()})
      if (std::string found = beginning_in(said); !found.empty()) return found;
    if (field["format"].text() == "password" || field["writeOnly"].boolean().value_or(false))
      return "password";
    for (const std::string_view label : {name, field["title"].text()})
      if (std::string found = credential_in_label(label); counts(found)) return found;
    for (const std::string_view said :
         {field["title"].text(), field["description"].text(), field["default"].text()})
      if (std::string found = credential_in_message(said); counts(found)) return found;
  }
  return "";
}

}  // namespace doorward::detect
