// The vocabulary of credential_ask.cc: lower case, marks on Latin letters dropped, one space
// between words.
#pragma once

#include <span>
#include <string_view>

namespace doorward::detect::credential_words {

// `vague`: means something else as often (a chess PIN, a token of a text), so that what follows it
// and what the form is about count too.
struct Noun {
  std::string_view words;
  bool vague = false;
};

[[nodiscard]] std::span<const Noun> english();
// Whole words; they count wherever a form with a field to type in has them.
[[nodiscard]] std::span<const std::string_view> elsewhere();
// Parts of a text, for scripts without spaces or with endings.
[[nodiscard]] std::span<const std::string_view> fragments();

[[nodiscard]] bool is_asking(std::string_view word);      // enter, paste, provide …
[[nodiscard]] bool is_owner(std::string_view word);       // your, my …
[[nodiscard]] bool is_negation(std::string_view word);    // never, dont …
[[nodiscard]] bool is_disposing(std::string_view word);   // reset, rotate …: about it, not for it
[[nodiscard]] bool is_counting(std::string_view word);    // how many …: of it, not it
[[nodiscard]] bool is_telling_of(std::string_view word);  // name, path …, before `of` and `for`
[[nodiscard]] bool is_other_head(std::string_view word);  // policy, length …: `password policy`
[[nodiscard]] bool is_filler(std::string_view word);      // what may follow a noun that is vague
[[nodiscard]] bool is_hardware_or_text(std::string_view word);  // what vague nouns are at home in
[[nodiscard]] bool is_place(std::string_view word);             // of a postal address
[[nodiscard]] bool is_code_home(std::string_view word);         // where a PAT is one
[[nodiscard]] bool is_part(std::string_view word);              // of what is split over fields
// Words of other languages that say that a password is spoken of, not asked for.
[[nodiscard]] bool disposes_elsewhere(std::string_view text);

}  // namespace doorward::detect::credential_words
