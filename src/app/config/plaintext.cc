#include "app/config/plaintext.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>
#include <vector>

namespace doorward::app {

namespace {

struct Prefix {
  std::string_view text;
  size_t least;  // length of the whole value
};

constexpr std::array<Prefix, 40> kPrefixes = {{
    {"AKIA", 20},     {"ASIA", 20},     {"ghp_", 20},      {"gho_", 20},
    {"ghs_", 20},     {"ghu_", 20},     {"ghr_", 20},      {"github_pat_", 20},
    {"glpat-", 16},   {"gldt-", 16},    {"sk-", 20},       {"sk_live_", 16},
    {"sk_test_", 16}, {"rk_live_", 16}, {"pk_live_", 16},  {"whsec_", 16},
    {"xoxb-", 16},    {"xoxp-", 16},    {"xoxa-", 16},     {"xoxs-", 16},
    {"xapp-", 16},    {"AIza", 30},     {"ya29.", 20},     {"GOCSPX-", 20},
    {"npm_", 20},     {"pypi-", 20},    {"hf_", 20},       {"dop_v1_", 20},
    {"SG.", 30},      {"shpat_", 20},   {"shpss_", 20},    {"AGE-SECRET-KEY-", 20},
    {"hvs.", 20},     {"s.", 26},       {"dckr_pat_", 16}, {"lin_api_", 16},
    {"ntn_", 20},     {"gsk_", 20},     {"dw_", 40},       {"tskey-", 16},
}};

bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
         c == '+' || c == '/' || c == '=' || c == '~';
}

bool is_one_token(std::string_view value) {
  for (const char c : value)
    if (!is_token_char(c)) return false;
  return true;
}

// Letters and digits change kind about every other time in random text, and rarely in names.
bool is_random_part(std::string_view part) {
  if (part.size() < 20) return false;
  bool digit = false, lower = false, capital = false, hex_only = true;
  std::array<size_t, 256> seen{};
  size_t changes = 0;
  int kind_before = -1;
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    ++seen[byte];
    hex_only = hex_only && std::isxdigit(byte) != 0;
    // Separators part the words of a name; in random text they are few.
    if (c == '-' || c == '_') continue;
    const int kind = std::isdigit(byte) != 0 ? 0 : std::islower(byte) != 0 ? 1 : 2;
    changes += kind_before >= 0 && kind != kind_before ? 1 : 0;
    kind_before = kind;
    digit = digit || kind == 0;
    lower = lower || kind == 1;
    capital = capital || std::isupper(byte) != 0;
  }
  double entropy = 0;  // bits a character
  for (const size_t times : seen) {
    if (times == 0) continue;
    const double share = static_cast<double>(times) / static_cast<double>(part.size());
    entropy -= share * std::log2(share);
  }
  if (hex_only) return part.size() >= 32 && digit && entropy > 3.0;
  return digit && lower && capital && entropy > 3.7 && changes * 2 >= part.size();
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::string_view known_credential(std::string_view value) {
  if (value.find("-----BEGIN") != std::string_view::npos &&
      value.find("PRIVATE KEY") != std::string_view::npos)
    return "a private key";
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic ", "basic "})
    if (value.starts_with(scheme) && value.size() >= scheme.size() + 12 &&
        is_one_token(value.substr(scheme.size())))
      return "an authorization header";
  if (const size_t scheme = value.find("://"); scheme != std::string_view::npos) {
    const std::string_view rest = value.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const size_t at = authority.rfind('@');
    const size_t colon = authority.find(':');
    if (at != std::string_view::npos && colon < at) return "a URL with a password";
  }
  if (!is_one_token(value)) return "";
  if (value.starts_with("eyJ") && value.size() >= 36 && value.find('.') != std::string_view::npos)
    return "a signed token";
  for (const Prefix& prefix : kPrefixes)
    if (value.starts_with(prefix.text) && value.size() >= prefix.least &&
        value.find('/') == std::string_view::npos)
      return "a key of a known kind";
  return "";
}

bool is_random_looking(std::string_view value) {
  if (!is_one_token(value)) return false;
  // Parts of a path are judged one by one; `=` ends base64 or parts an option from its value.
  while (!value.empty()) {
    const size_t end = std::min(value.find_first_of("/.="), value.size());
    if (is_random_part(value.substr(0, end))) return true;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return false;
}

bool is_secret_name(std::string_view variable) {
  const std::string name = upper(variable);
  static constexpr std::string_view kHarmlessEnds[] = {
      "_FILE",         "_PATH",      "_DIR",       "_ID",       "_NAME",       "_URL",
      "_URI",          "_TYPE",      "_TTL",       "_LENGTH",   "_TOKENS",     "_ENABLED",
      "_REQUIRED",     "_LIMIT",     "_LIMITS",    "_COUNT",    "_BUDGET",     "_SIZE",
      "_HINT",         "_COLUMN",    "_HEADER",    "_FIELD",    "_FORMAT",     "_MODE",
      "_ALG",          "_ALGORITHM", "_STORE",     "_PROVIDER", "_POLICY",     "_MANAGER",
      "_ROTATION",     "_EXPIRY",    "_PREFIX",    "_SUFFIX",   "_AGE",        "_LIFETIME",
      "_SERVICE",      "_ENDPOINT",  "_ISSUER",    "_SCOPE",    "PRIMARY_KEY", "FOREIGN_KEY",
      "PARTITION_KEY", "SORT_KEY",   "PUBLIC_KEY", "CACHE_KEY", "PASSWORDLESS"};
  for (const std::string_view harmless : kHarmlessEnds)
    if (name.ends_with(harmless)) return false;
  for (const std::string_view harmless : {"MAX_", "MIN_", "NUM_", "TOKENIZ", "SECRETAR"})
    if (name.starts_with(harmless)) return false;
  for (const std::string_view word :
       {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL"})
    if (const size_t at = name.find(word); at != std::string::npos)
      return name != "TOKENS" && name.substr(at) != "TOKENIZER" && name.substr(at) != "TOKENIZERS";
  if (name == "AUTHORIZATION" || name.ends_with("_AUTHORIZATION") || name == "PASS" ||
      name.ends_with("_PASS") || name.ends_with("_PWD"))
    return true;
  // KEY as the end of a word: API_KEY, APIKEY, KEY_2, but not KEYBOARD, KEYS_FILE or MONKEYS.
  for (size_t at = name.find("KEY"); at != std::string::npos; at = name.find("KEY", at + 1)) {
    const size_t end = at + 3;
    const bool ends_word = end == name.size() || name[end] == '_' || name[end] == '-' ||
                           std::isdigit(static_cast<unsigned char>(name[end])) != 0;
    if (ends_word) return true;
  }
  return false;
}

namespace {

// `${TOKEN}`, `$TOKEN`, `{env:TOKEN}`: filled in later, by whoever starts it.
bool is_placeholder(std::string_view value) {
  return value.starts_with("${") || value.starts_with("{") || value.starts_with("<") ||
         (value.starts_with("$") && value.size() > 1 &&
          std::isupper(static_cast<unsigned char>(value[1])) != 0);
}

bool is_path(std::string_view value) {
  const bool begins = value.starts_with("/") || value.starts_with("./") ||
                      value.starts_with("../") || value.starts_with("~/");
  return begins && value.find_first_of(" \t+=") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string as_variable(std::string_view name) {
  std::string out(name.substr(std::min(name.find_first_not_of('-'), name.size())));
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

// `Name: value` of a header, where the value is a credential.
bool is_secret_header(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 64) return false;
  const std::string_view name = text.substr(0, colon);
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') return false;
  std::string_view value = trimmed(text.substr(colon + 1));
  if (value.starts_with("//")) return false;  // a URL
  const std::string variable = as_variable(name);
  const bool cookie = upper(name) == "COOKIE";
  if (!cookie && !is_secret_name(variable)) return false;
  if (const size_t blank = value.find(' '); blank != std::string_view::npos && !cookie)
    value = trimmed(value.substr(blank + 1));  // behind the scheme
  return cookie ? !value.empty() && !is_placeholder(value) : is_plain_secret(variable, value);
}

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_of(text[i + 1]) >= 0 &&
                        hex_of(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

}  // namespace

bool is_plain_secret(std::string_view name, std::string_view value) {
  if (value.empty() || value == "true" || value == "false" || is_placeholder(value)) return false;
  if (!is_secret_name(name)) return false;
  const std::string upper_name = upper(name);
  const bool word =
      upper_name.find("PASS") != std::string::npos || upper_name.find("PWD") != std::string::npos;
  return word || !is_path(value) || is_random_looking(value);
}

bool is_secret_argument(std::string_view argument) {
  if (is_secret_header(argument)) return true;
  const size_t equals = argument.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view value = argument.substr(equals + 1);
  if (is_secret_header(value)) return true;
  const std::string name = as_variable(argument.substr(0, equals));
  const bool names_one =
      argument.starts_with("--") || std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_';
      });
  return names_one && is_plain_secret(name, value);
}

std::string_view credential_in_url(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view rest = url.substr(scheme + 3);
  rest.remove_prefix(std::min(rest.find_first_of("/?"), rest.size()));
  rest = rest.substr(0, rest.find('#'));
  const size_t question = rest.find('?');
  std::string_view path = rest.substr(0, question);
  while (!path.empty()) {
    const size_t end = std::min(path.find_first_of("/;"), path.size());
    const std::string segment = percent_decoded(path.substr(0, end));
    if (const auto what = known_credential(segment); !what.empty()) return what;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (question == std::string_view::npos) return "";
  std::string_view query = rest.substr(question + 1);
  while (!query.empty()) {
    const size_t end = std::min(query.find_first_of("&;"), query.size());
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    const std::string value =
        equals == std::string_view::npos ? "" : percent_decoded(pair.substr(equals + 1));
    if (const auto what = known_credential(value); !what.empty()) return what;
    if (is_random_looking(value)) return "a secret";
    if (is_plain_secret(as_variable(percent_decoded(pair.substr(0, equals))), value))
      return "a secret";
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return "";
}

namespace {

bool is_secret_value(std::string_view name, std::string_view value) {
  // `{ secret: NAME }` is how one is named.
  if (name == "secret" && known_credential(value).empty() && !is_random_looking(value))
    return false;
  if (is_plain_secret(as_variable(name), value) || !known_credential(value).empty() ||
      is_secret_argument(value) || !credential_in_url(value).empty())
    return true;
  // What nothing names is a word of a list, such as a command line.
  return name.empty() && is_random_looking(value);
}

// The end of the value that begins at `at`: of a quoted one its quote, otherwise the line's end, or
// what ends it within braces.
size_t value_end(std::string_view line, size_t at, bool flow) {
  if (at >= line.size()) return at;
  if (const char quote = line[at]; quote == '"' || quote == '\'') {
    size_t end = at + 1;
    while (end < line.size() && line[end] != quote) end += line[end] == '\\' ? 2 : 1;
    return std::min(end + 1, line.size());
  }
  size_t end = std::min(flow ? line.find_first_of(",]}", at) : line.size(), line.size());
  while (end > at + 1 && line[end - 1] == ' ') --end;
  return end;
}

std::string_view unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return text;
}

// One line: names and values as they come, in block or in flow style.
std::string without_secrets(std::string_view line) {
  std::string out;
  std::string_view name;
  bool flow = false;
  for (size_t at = 0; at < line.size();) {
    const char c = line[at];
    flow = flow || c == '{' || c == '[';
    const bool dash = c == '-' && (at + 1 == line.size() || line[at + 1] == ' ');
    if (dash || c == ' ' || c == ',' || c == '{' || c == '}' || c == '[' || c == ']') {
      if (c == ',') name = {};
      out += c;
      ++at;
      continue;
    }
    // A name stands before a colon; all else is a value.
    const bool quoted = c == '"' || c == '\'';
    size_t end = value_end(line, at, flow);
    size_t colon = end;
    if (!quoted) {
      colon = std::min(line.find(": ", at), line.size());
      if (colon == line.size() && line.ends_with(':')) --colon;
    }
    if (colon < line.size() && line[colon] == ':' && (quoted || colon < end)) {
      name = unquoted(line.substr(at, colon - at));
      out += line.substr(at, colon + 1 - at);
      at = colon + 1;
      continue;
    }
    const std::string_view value = unquoted(line.substr(at, end - at));
    if (is_secret_value(name, value))
      out += "[redacted]";
    else
      out += line.substr(at, end - at);
    name = {};
    at = end;
  }
  return out;
}

}  // namespace

std::string without_plain_secrets(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    out += without_secrets(lines.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    lines.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace doorward::app
