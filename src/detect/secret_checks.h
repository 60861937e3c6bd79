// What tells a secret from an example: check digits, entropy, placeholders.
#pragma once

#include <string_view>

#include "detect/rule.h"

namespace doorward::detect {

// Bits a character, from the value's own letters.
[[nodiscard]] double entropy(std::string_view value);
// xxxx, your-key, <token>, ${VAR}, redacted, one letter in a row, 123456 …
[[nodiscard]] bool is_placeholder(std::string_view value);
// `password`, `secret`, `postgres`: what a manual writes where a password goes.
[[nodiscard]] bool is_word_for_password(std::string_view value);

// Checks for rules. `varied`: no placeholder and some entropy.
[[nodiscard]] bool varied(const Match& match);
[[nodiscard]] bool very_varied(const Match& match);
[[nodiscard]] bool github_checksum(const Match& match);  // CRC-32 in base 62, six characters
[[nodiscard]] bool aws_pair_secret(const Match& match);  // beside its key id
[[nodiscard]] bool aws_key_id(const Match& match);
[[nodiscard]] bool is_jwt(const Match& match);          // a header that decodes to JSON with alg
[[nodiscard]] bool has_key_body(const Match& match);    // PEM with a body
[[nodiscard]] bool password_value(const Match& match);  // what stands behind password=
[[nodiscard]] bool key_value(const Match& match);       // what stands behind api_key=
[[nodiscard]] bool luhn(const Match& match);            // payment cards
[[nodiscard]] bool iban(const Match& match);            // mod 97
[[nodiscard]] bool us_ssn(const Match& match);
[[nodiscard]] bool uk_nino(const Match& match);
[[nodiscard]] bool de_tax_id(const Match& match);  // ISO 7064 mod 11, 10
[[nodiscard]] bool fr_nir(const Match& match);     // mod 97
[[nodiscard]] bool es_dni(const Match& match);     // letter by mod 23
[[nodiscard]] bool it_codice(const Match& match);
[[nodiscard]] bool nl_bsn(const Match& match);  // 11 test
[[nodiscard]] bool br_cpf(const Match& match);
[[nodiscard]] bool in_aadhaar(const Match& match);  // Verhoeff
[[nodiscard]] bool pl_pesel(const Match& match);
[[nodiscard]] bool cn_id(const Match& match);  // ISO 7064 mod 11, 2
[[nodiscard]] bool phone(const Match& match);

}  // namespace doorward::detect
