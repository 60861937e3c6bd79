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
// True where a value under this name is a secret in plain text: of such a name, and neither empty,
// `true`, `false`, a path (but of a password's name), nor a name in braces that is filled in later.
[[nodiscard]] bool is_plain_secret(std::string_view name, std::string_view value);
// A word of a command line: `--token=abc`, `API_KEY=abc`, `Authorization: Bearer abc`.
[[nodiscard]] bool is_secret_argument(std::string_view argument);
// Why a URL holds a credential in its path or query, or "".
[[nodiscard]] std::string_view credential_in_url(std::string_view url);
// The lines of a configuration that was not loaded, without the values that would be refused in it:
// `[redacted]` stands in their place. Reads no YAML, for they may be none.
[[nodiscard]] std::string without_plain_secrets(std::string_view lines);
// True for `API_KEY`, `GITHUB_TOKEN`, `DB_PASSWORD`; false for `TOKEN_FILE`, `MAX_TOKENS`,
// `KEY_ID`.
[[nodiscard]] bool is_secret_name(std::string_view variable);

}  // namespace doorward::app
