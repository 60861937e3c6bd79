// Secrets that the form around them tells: a pair of a name and a value, an element, a statement, a
// call with a user and a password, a cookie of a session, a seed, codes for when a phone is lost.
#include <algorithm>
#include <array>
#include <string>

#include "detect/characters.h"
#include "detect/rules_secret_vendor.h"
#include "detect/secret_checks.h"

namespace doorward::detect {

namespace {

constexpr Rule form(std::string_view id, const char* trigger, const char* pattern, Check check) {
  return Rule{id,           Kind::secret, Certainty::likely, 4.0,   pattern,
              kAllChannels, kAllRoles,    trigger,           false, 1,
              check,        true};
}

bool key_or_password(const Match& match) {
  return password_value(match) || key_value(match);
}

// Of words in a sentence: what nobody would write there but a password.
bool is_no_word(const Match& match) {
  std::string_view value = match.value;
  while (!value.empty() && std::string_view(".,:)").find(value.back()) != std::string_view::npos)
    value.remove_suffix(1);
  if (value.size() < 8 || is_placeholder(value)) return false;
  std::string low;
  bool upper = false, small = false, digit = false, sign = false;
  for (const char c : value) {
    low += lower(c);
    upper = upper || (c >= 'A' && c <= 'Z');
    small = small || (c >= 'a' && c <= 'z');
    digit = digit || is_digit(c);
    sign = sign || std::string_view("!@#$%^&*+?=").find(c) != std::string_view::npos;
    if (std::string_view("(){}[]<>/\\;,").find(c) != std::string_view::npos) return false;
  }
  for (const std::string_view name :
       {"sha", "pbkdf", "oauth", "crypt", "argon", "md5", "http", "base64", "utf", "hmac", "rfc",
        "nist", "iso", "aes", "2fa", "mfa"})
    if (low.find(name) != std::string::npos) return false;
  return digit && small && (upper || sign);
}

constexpr std::array kRules = {
    form(
        "secret.element",
        "</"
        "(\\w{1,20}:)?\\w{0,20}(passw|passphrase|pwd|secret|token|api_?key|access_?key|private_?"
        "key)",
        R"(<(?:\w{1,20}:)?(?:password|passwd|pwd|passphrase|\w{0,20}secret|\w{0,12}token|api_?key|access_?key|private_?key)(?:\s[^>]{0,80})?>\s{0,8}([^<\s]{6,300})\s{0,8}</)",
        key_or_password),
    form(
        "secret.named_value",
        "(passw|passphrase|secret|token|key|credential|pwd)[\\w.-]{0,24}[\"']?\\s{0,3}[,\\n][\\s-]{"
        "0,24}"
        "\\W{0,3}(value|default)",
        R"(["']?\b(?:key|name|id|variable|envvar)["']?\s{0,3}[:=]\s{0,3}["']?[\w.\-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential|pwd)[\w.\-]{0,24}["']?\s{0,3}[,\n][\s\-]{0,24}["']?(?:value|defaultValue|default)["']?\s{0,3}[:=]\s{0,3}["']?([^\s"',}]{6,400}))",
        key_or_password),
    form(
        "secret.named_attribute",
        "(key|name)\\s{0,2}=\\s{0,2}[\"'][\\w.:-]{0,40}(passw|secret|token|key|pwd)",
        R"((?:key|name)\s{0,2}=\s{0,2}["'][\w.:\-]{0,40}(?:passw(?:or)?d|secret|token|api_?key|access_?key|pwd)[\w.\-]{0,24}["']\s{1,4}value\s{0,2}=\s{0,2}["']([^"'\n]{6,300})["'])",
        key_or_password),
    form("secret.machine_key", "(validation|decryption)Key",
         R"(\b(?:validation|decryption)key\s{0,2}=\s{0,2}["']([0-9a-f]{32,160})["'])", varied),
    form(
        "secret.typed_constant",
        "(passw(or)?d|secret|token|api_?key)\\w{0,12}\\s{0,2}:\\s{0,2}&?'?\\w",
        R"(\b\w{0,20}(?:password|passwd|secret|token|api_?key)\w{0,12}\s{0,2}:\s{0,2}&?(?:'\w{1,10} )?[A-Za-z][\w<>.?]{0,24}\s{0,2}=\s{0,2}["']([^"'\n]{6,160})["'])",
        key_or_password),
    form(
        "secret.call_with_password",
        "(mysqli?(_connect)?|connect|getconnection|login|basicauth|basic_auth|auth|"
        "passwordauthentication|credentials?)\\s{0,3}=?\\s{0,2}\\(",
        R"((?:new\s{1,3}mysqli|mysqli?_connect|getconnection|\.login|httpbasicauth|basic_auth|\bauth\s{0,3}=|\.auth|passwordauthentication|usernamepasswordcredentials|networkcredentials?)\s{0,3}\(\s{0,3}(?:["'][^"'\n]{0,160}["']\s{0,3},\s{0,3}){1,2}["']([^"'\n]{5,80})["'])",
        password_value),
    form(
        "secret.sql_password",
        "(identified\\s{1,4}(with\\s{1,4}\\w{1,40}\\s{1,4})?by|password)\\s{0,4}=?\\s{0,4}'",
        R"(\b(?:identified\s{1,4}(?:with\s{1,4}['"]?\w{1,40}['"]?\s{1,4})?by(?:\s{1,4}password)?|(?:user|role|login)\b[^;\n]{1,120}\bpassword)\s{0,4}=?\s{0,4}'([^'\n]{5,120})')",
        password_value),
    form(
        "secret.table_row",
        "\\|\\s{0,4}(api |access |client |secret |auth )?(secret|password|token|key)",
        R"(\|\s{0,4}(?:api |access |client |secret |auth |admin )?(?:secret|password|token|key)\s{0,12}\|\s{0,4}([^\s|]{12,200})\s{0,12}(?:\||$|\n))",
        key_or_password),
    form(
        "secret.key_in_words",
        "(api|admin|master|access|secret|auth|entitlement|private|global|signing)[ "
        "_-]?(key|token|secret)(\\s{1,2}is)?\\W{1,6}[0-9a-f]{30}",
        R"(\b(?:api|admin|master|access|secret|auth|entitlement|private|global|signing)[ _\-]?(?:key|token|secret)(?:\s{1,2}is)?[^\n\w]{1,6}([0-9a-f]{32,64})\b)",
        very_varied),
    form("secret.password_beside",
         "\\b(password|passphrase|pw|passwort|kennwort)\\s{1,2}[\"'\\x60]?\\S{8}",
         R"(\b(?:password|passphrase|pw|passwort|kennwort)\s{1,2}["'`]?([^\s"'`]{8,64}))",
         is_no_word),
    form(
        "secret.session_cookie",
        "(phpsessid|jsessionid|sessionid|session_id|connect\\.sid|laravel_session|user_session|__("
        "host|secure)-|aspxauth|wordpress_logged_in|remember_token|auth_token|sessiontoken)",
        R"(\b(?:phpsessid|jsessionid|asp\.net_sessionid|connect\.sid|laravel_session|user_session|_session_id|sessionid|__(?:host|secure)-[\w.\-]{2,40}|\.?aspxauth|wordpress_logged_in_\w{8,40}|remember_token|auth_token|[\w.\-]{0,20}sessiontoken)["']?(?:\s{0,3}[=:]\s{0,3}|\t|\s{0,3},\s{0,3}["']?value["']?\s{0,3}:\s{0,3})["']?([0-9A-Za-z_\-+/.%=|]{20,1000}))",
        [](const Match& match) {
          return !is_placeholder(match.value) && entropy(match.value) > 3.2;
        }),
    // A maker's key that quotes, signs of joining or ends of lines part.
    form(
        "secret.broken_key",
        "(gh[pousr]_|github_pat_|xox[abpr]-|[sr]k_live_|sk-ant-|sk-proj-|glpat-|npm_|akia|asia|dop_"
        "v1_|shpat_|pypi-)",
        R"(\b((?:gh[pousr]_|github_pat_|xox[abpr]-|[sr]k_live_|sk-ant-|sk-proj-|glpat-|npm_|AKIA|ASIA|dop_v1_|shpat_|pypi-)[0-9A-Za-z_\-]{0,80}(?:(?:["']\s{0,3}[+.,&]?\s{0,16}["']|\\\r?\n\s{0,8}|=\r?\n)[0-9A-Za-z_\-]{6,120}){1,8}))",
        [](const Match& match) {
          return std::ranges::count_if(match.value, is_digit) >= 4 && !is_placeholder(match.value);
        }),
    form(
        "secret.otp_seed", "(totp|otpauth|mfa|2fa|authenticator|otp)",
        R"((?:otpauth://[^\s"']{1,200}?secret=|\b(?:totp|mfa|2fa|authenticator|otp)\b[^\n]{0,60}?\b)([A-Z2-7]{16,64})\b)",
        [](const Match& match) {
          const bool digits = match.value.find_first_of("234567") != std::string_view::npos;
          const bool upper =
              std::ranges::none_of(match.value, [](char c) { return c >= 'a' && c <= 'z'; });
          return digits && upper && entropy(match.value) > 3.0 && !is_placeholder(match.value);
        }),
    form(
        "secret.recovery_codes", "(recovery|backup|scratch|reserve)[ _-]?codes?",
        R"((?:recovery|backup|scratch)[ _\-]?codes?["']?[^\n0-9a-z]{0,12}(?:[^\n]{0,40}\n)?\W{0,6}((?:[0-9a-z]{4,6}[\- ]?[0-9a-z]{4,6}["'\s,;|]{1,8}){2,16}[0-9a-z]{4,6}[\- ]?[0-9a-z]{4,6}))",
        [](const Match& match) {
          return std::ranges::count_if(match.value, is_digit) >= 6 && !is_placeholder(match.value);
        }),
};

}  // namespace

std::span<const Rule> form_secret_rules() {
  return kRules;
}

}  // namespace doorward::detect
