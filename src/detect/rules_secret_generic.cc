// Secrets that only their surroundings tell: a keyword and a value that varies, URLs with a
// password, headers, command lines, dumps of an environment.
#include <algorithm>
#include <array>
#include <vector>

#include "detect/rules.h"
#include "detect/rules_secret_vendor.h"
#include "detect/secret_checks.h"

namespace doorward::detect {

namespace {

constexpr Rule generic(std::string_view id, const char* trigger, const char* pattern, Check check,
                       Certainty certainty = Certainty::likely) {
  return Rule{id,        Kind::secret, certainty, 4.0, pattern, kAllChannels,
              kAllRoles, trigger,      false,     1,   check,   true};
}

// Options of a command before the one that counts, each with a value or without.
#define DOORWARD_OPTIONS \
  R"((?:\s+[^\s\-|;&][^\s|;&]*)?(?:\s+-{1,2}[^\s|;&]+(?:\s+[^\s\-|;&][^\s|;&]*)?){0,8}?\s+)"

// What manuals write in a URL; `secret` and `admin` are passwords of some.
bool is_word_of_manual(std::string_view value) {
  return is_word_for_password(value) && value != "secret" && value != "admin" && value != "root";
}

// A password where only the command tells that it is one: `mysql -pX`, `sshpass -p X`. The letter's
// case counts (`-P` is a port of the one and the password of the other).
constexpr Rule short_option{
    "secret.short_option",
    Kind::secret,
    Certainty::likely,
    4.0,
    R"(\b(?:(?:mysql(?:dump|admin|import|show|check|slap|sh)?|mariadb(?:-dump|-admin|-import)?)(?:\.exe)?)" DOORWARD_OPTIONS
    R"(-p|sshpass(?:\s+-[ve])*\s+-p\s{0,2}|redis-cli)" DOORWARD_OPTIONS
    R"(-a\s{1,2}|mongo(?:sh|dump|restore|export|import|stat)?)" DOORWARD_OPTIONS
    R"(-p\s{0,2}|(?:docker|podman|nerdctl|buildah|skopeo|oras|helm\s+registry)\s+login)" DOORWARD_OPTIONS
    R"(-p\s{1,2}|(?:sqlcmd|bcp))" DOORWARD_OPTIONS
    R"(-P\s{0,2}|ldap(?:search|modify|add|delete|passwd|whoami|compare))" DOORWARD_OPTIONS
    R"(-w\s{0,2}|(?:un)?zip)" DOORWARD_OPTIONS R"(-P\s{0,2}|7z[ar]?\s+[a-z])" DOORWARD_OPTIONS
    R"(-p|smbclient)" DOORWARD_OPTIONS
    R"(-U\s{0,2}[^\s%"'|;&]{1,60}%|openssl\s[^\n|;&]{0,200}?\spass:)["']?([^\s"'|;&<>]{3,80}))",
    kAllChannels,
    kAllRoles,
    "(mysql|mariadb|sshpass|redis-cli|mongo|login|sqlcmd|bcp|ldap|zip|7z|smbclient|openssl)"
    "[^\\n]{0,240}(-[apPwU]|pass:)",
    true,
    1,
    [](const Match& match) {
      static constexpr std::array<std::string_view, 8> kWords = {
          "password", "pass", "passwd", "PASSWORD", "PASS", "secret", "yourpassword", "mypassword"};
      return !is_placeholder(match.value) &&
             std::string_view("-${<%").find(match.value[0]) == std::string_view::npos &&
             std::find(kWords.begin(), kWords.end(), match.value) == kWords.end();
    },
    true};
#undef DOORWARD_OPTIONS

constexpr std::array kRules = {
    generic(
        "secret.key_assignment",
        "(api|access|auth|secret|private|client|encryption|signing|service|account|app|consumer|"
        "license[ _.-]?key|master|token|credential|bearer|session|webhook|refresh|oauth)[ "
        "_.-]{0,2}(key|token|secret|id|credential|hash|salt|signature|passphrase)?s?[\"'\\x60\\]]{"
        "0,3}\\s{0,4}(=|:)",
        R"((?:api|access|auth|secret|private|client|encryption|encrypt|signing|service|account|app|application|consumer|license[ _.\-]?key|master|token|credential|creds?|bearer|session|webhook|refresh|oauth|deploy|personal)[ _.\-]{0,2}(?:access|api|auth)?[ _.\-]{0,2}(?:key|token|secret|credential|hash|salt|signature|value)?s?[\w\-]{0,16}["'`\]]{0,3}\s{0,4}(?::=|=>|={1,3}|:|,|\|\||\?=)\s{0,4}[("'`\[]{0,2}\s{0,2}(?:bearer |token |basic )?["'`]?([0-9A-Za-z_\-+/.~=!@%$^&*]{12,400})(?:["'`\s;,)\]}<>&]|\\|$))",
        key_value),
    generic(
        "secret.password_assignment",
        "(passw(or)?d|passwd|passphrase|pwd|passwort|contrase|kennwort|pass)\\w{0,12}[\"'\\x60\\]]{"
        "0,3}\\s{0,14}(=|:|-|,|is )",
        R"((?:(?:password|passwd|passphrase|passcode|pwd|passwort|kennwort|userpass|dbpass)\w{0,12}|pass(?:[_\-0-9]\w{0,12})?)["'`\]]{0,3}\s{0,14}(?::=|=>|={1,3}|:|,| is |-{2,8}|\?=)\s{0,6}["'`(]{0,2}([^\s"'`,;<>{}|]{4,100})(?:["'`\s;,)}<>]|\\|$))",
        password_value),
    generic(
        "secret.password_in_words", "passw(or)?d|passphrase",
        R"((?:password|passwd|passphrase)\b[^\n:="']{0,40}?\bis:?\s{1,3}["'`]?([^\s"'`,;<>]{4,64})["'`]?)",
        password_value),
    generic(
        "secret.quoted_password", "(passw(or)?d|pwd|secret)[\"']?\\s{0,3}(=|:|,)\\s{0,3}[\"']",
        R"((?:password|passwd|pwd|secret|pass)["']?\s{0,3}(?:=>|={1,3}|:|,)\s{0,3}["']([^"'\n]{6,80})["'])",
        password_value),
    generic(
        "secret.url_password", "://[^\\s/:@\"'<>]{0,80}:[^\\s/@\"'<>]{2,}@",
        R"(\b[a-z][a-z0-9+.\-]{1,20}://[^\s/:@"'<>]{0,80}:([^\s/@"'<>]{3,120})@[\w.\-\[%])",
        [](const Match& match) {
          return !is_placeholder(match.value) && !is_word_of_manual(match.value) &&
                 match.value != "anoncvs" && match.value != "anonymous" && match.value[0] != '$' &&
                 match.value[0] != '{';
        },
        Certainty::certain),
    generic(
        "secret.database_url",
        "(postgres(ql)?|mysql|mariadb|mongodb(\\+srv)?|redis(s)?|amqps?|mssql|sqlserver|oracle|"
        "cockroachdb|clickhouse|jdbc:\\w{2,12})://",
        R"(\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|cockroachdb|clickhouse|jdbc:\w{2,12})://[^\s/:@"'<>]{0,80}:([^\s@"'<>]{3,120})@[\w.\-\[%])",
        [](const Match& match) {
          return !is_placeholder(match.value) && !is_word_for_password(match.value) &&
                 match.value[0] != '$' && match.value[0] != '{' && match.value[0] != '*';
        },
        Certainty::certain),
    generic(
        "secret.connection_string", "(password|pwd)\\s{0,2}=",
        R"((?:server|data source|host|user id|uid|initial catalog|database)\s{0,2}=[^\n"']{1,160};\s{0,3}(?:password|pwd)\s{0,2}=\s{0,2}([^;"'\s]{3,80}))",
        [](const Match& match) { return !is_placeholder(match.value); }),
    generic(
        "secret.authorization_header",
        "authorization|x-api-key|x-auth-token|private-token|x-[a-z-]{2,20}-(key|token)",
        R"((?:authorization|proxy-authorization|x-api-key|x-auth-token|private-token|x-[a-z\-]{2,20}-(?:key|token))["']?\s{0,3}[:=,]\s{0,3}["']?(?:(?:bearer|basic|token|apikey|digest|negotiate|ssws|key)\s{1,3})?([0-9A-Za-z_\-+/.~=]{12,}))",
        [](const Match& match) {
          return !is_placeholder(match.value) && entropy(match.value) > 3.0 &&
                 match.value.find_first_of("0123456789=") != std::string_view::npos;
        }),
    generic(
        "secret.basic_credentials", "\\s(-u|--user|--proxy-user|-a|--auth)\\b",
        R"(\b(?:curl|wget|https?)\b[^\n]{0,300}?\s(?:-u|--user|--proxy-user|-a|--auth)[\s=]{0,3}["']?[^\s"':]{1,60}:([^\s"']{3,80}))",
        [](const Match& match) {
          return !is_placeholder(match.value) && match.value[0] != '$' &&
                 match.value != "password" && match.value != "test" && match.value[0] != '<' &&
                 match.value[0] != '{';
        }),
    generic(
        "secret.command_password", "--?(password|passwd|pass|token|api-?key|secret)[= ]",
        R"((?:^|\s)--?(?:password|passwd|pass|token|api-?key|secret|client-secret|access-token)[= ]["']?([^\s"']{6,200}))",
        [](const Match& match) {
          return match.value[0] != '-' && match.value[0] != '$' &&
                 (password_value(match) || key_value(match));
        }),
    short_option,
    generic(
        "secret.network_credential",
        "NetworkCredential|DirectoryEntry|Connect-VIServer|ConvertTo-SecureString|PSCredential",
        R"((?:NetworkCredential\s{0,2}\(\s{0,2}["'][^"'\n]{1,80}["']\s{0,2},\s{0,2}["']|DirectoryEntry\s{0,2}\(\s{0,2}["'][^"'\n]{1,120}["']\s{0,3},\s{0,3}["'][^"'\n]{1,80}["']\s{0,3},\s{0,3}["']|Connect-VIServer[^\n]{1,120}-password\s{1,3}["']?|ConvertTo-SecureString\s{1,3}(?:-string\s{1,3})?["'])([^"'\s)]{4,100}))",
        [](const Match& match) { return !is_placeholder(match.value) && match.value[0] != '$'; }),
    generic(
        "secret.netrc", "\\bmachine\\s",
        R"(\bmachine\s{1,4}\S{1,80}\s{1,4}login\s{1,4}\S{1,80}\s{1,4}password\s{1,4}(\S{3,120}))",
        [](const Match& match) { return !is_placeholder(match.value); }),
    generic(
        "secret.htpasswd", ":\\$apr1\\$|:\\{SHA\\}",
        R"([\w.\-]{1,40}:(\$apr1\$[./0-9A-Za-z]{2,8}\$[./0-9A-Za-z]{22}|\{SHA\}[0-9A-Za-z+/]{27}=))",
        varied),
    generic("secret.shadow_line", "^[a-z_][a-z0-9_-]{0,30}:\\$|\\n[a-z_][a-z0-9_-]{0,30}:\\$",
            R"((?:^|\n)[a-z_][a-z0-9_\-]{0,30}:(\$[0-9a-z]{1,10}\$[^:\n]{10,200}):\d)", varied),
    generic(
        "secret.k8s_data", "kind:\\s{0,3}Secret",
        R"(kind:\s{0,3}Secret\b[\s\S]{0,900}?(?:password|token|key|secret)\w{0,16}:\s{0,3}["']?([0-9A-Za-z+/]{8,400}={0,2}))",
        [](const Match& match) {
          return !is_placeholder(match.value) && entropy(match.value) > 2.8;
        }),
    generic(
        "secret.cookie", "(set-)?cookie:",
        R"((?:set-)?cookie:\s{0,3}[^\n]{0,200}?(?:session|sess|sid|auth|token|jwt)\w{0,16}=([0-9A-Za-z_\-+/.%=]{20,}))",
        [](const Match& match) {
          return !is_placeholder(match.value) && entropy(match.value) > 3.4;
        }),
};

}  // namespace

std::span<const Rule> generic_secret_rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> rules(kRules.begin(), kRules.end());
    const auto forms = form_secret_rules();
    rules.insert(rules.end(), forms.begin(), forms.end());
    return rules;
  }();
  return all;
}

}  // namespace doorward::detect
