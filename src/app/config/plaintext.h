// Finds secrets that stand in plain text where a configuration only takes `{ secret: NAME }`.
#pragma once

#include <string>
#include <string_view>

namespace doorward::app {

// Why the value is a credential by its own shape (a vendor's prefix, a private key, a password in
// a URL), or "". Names no part of the value.
[[nodiscard]] std::string_view known_credential(std::string_view value);
// True where a part of the value is long, mixed and random enough to be a key: at least 20
// characters of one token, with changes and an entropy that words and paths don't have.
[[nodiscard]] bool is_random_looking(std::string_view value);
// True for `API_KEY`, `GITHUB_TOKEN`, `DB_PASSWORD`; false for `TOKEN_FILE`, `MAX_TOKENS`,
// `KEY_ID`.
[[nodiscard]] bool is_secret_name(std::string_view variable);

}  // namespace doorward::app
