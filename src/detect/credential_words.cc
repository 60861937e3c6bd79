#include "detect/credential_words.h"

#include <algorithm>
#include <array>

namespace doorward::detect::credential_words {

namespace {

constexpr auto kEnglish = std::to_array<Noun>({
    {"password"},
    {"passwords"},
    {"passwd"},
    {"pwd"},
    {"pass word"},
    {"passphrase"},
    {"pass phrase"},
    {"passcode"},
    {"pass code"},
    {"pin", true},
    {"pin code"},
    {"pincode"},
    {"pin number"},
    {"pat", true},
    {"otp"},
    {"otp code"},
    {"totp"},
    {"one time code"},
    {"one time password"},
    {"one time passcode"},
    {"one time pin"},
    {"one time key"},
    {"sign in code"},
    {"signin code"},
    {"unlock code"},
    {"code we sent"},
    {"code we texted"},
    {"code we emailed"},
    {"code we have sent"},
    {"code sent to"},
    {"code you received"},
    {"code you got"},
    {"code that was sent"},
    {"code from your phone"},
    {"digits on the back"},
    {"digit code"},
    {"verification code"},
    {"authentication code"},
    {"authenticator code"},
    {"authenticator app"},
    {"security code"},
    {"sms code"},
    {"login code"},
    {"2fa code"},
    {"2fa", true},
    {"mfa code"},
    {"mfa", true},
    {"mfa token"},
    {"backup code"},
    {"backup codes"},
    {"recovery code"},
    {"recovery codes"},
    {"cvv"},
    {"cvv2"},
    {"cvc"},
    {"cvc2"},
    {"card number"},
    {"credit card"},
    {"debit card"},
    {"card details"},
    {"card verification"},
    {"social security number"},
    {"ssn"},
    {"api key"},
    {"api keys"},
    {"apikey"},
    {"api token"},
    {"api secret"},
    {"access key"},
    {"access keys"},
    {"secret key"},
    {"secret access key"},
    {"secret", true},
    {"client secret"},
    {"shared secret"},
    {"webhook secret"},
    {"private key"},
    {"private keys"},
    {"ssh key"},
    {"deploy key"},
    {"master key"},
    {"account key"},
    {"storage key"},
    {"signing key"},
    {"encryption key"},
    {"pgp key"},
    {"gpg key"},
    {"id rsa"},
    {"id ed25519"},
    {"id ecdsa"},
    {"id dsa"},
    {"kubeconfig"},
    {"service account json"},
    {"service account key"},
    {"access token"},
    {"auth token"},
    {"authentication token"},
    {"bearer token"},
    {"refresh token"},
    {"session token"},
    {"security token"},
    {"personal access token"},
    {"id token"},
    {"jwt"},
    {"token", true},
    {"authorization header"},
    {"bearer", true},
    {"session cookie"},
    {"session cookies"},
    {"auth cookie"},
    {"login cookie"},
    {"seed phrase"},
    {"seed words"},
    {"recovery phrase"},
    {"recovery words"},
    {"mnemonic phrase"},
    {"mnemonic", true},
    {"secret phrase"},
    {"secret recovery"},
    {"word phrase"},
    {"wallet key"},
    {"connection string"},
    {"database url"},
    {"login credentials"},
    {"credentials"},
    {"credential"},
    {"login details"},
    {"login information"},
    {"login info"},
    {"logon details"},
    {"sign in details"},
    {"maiden name"},
    {"security answer"},
    {"you use to sign in"},
    {"you use to log in"},
    {"you sign in with"},
    {"you log in with"},
});

constexpr auto kElsewhere = std::to_array<std::string_view>({
    "passwort",
    "kennwort",
    "passworter",
    "geheimzahl",
    "zugangsdaten",
    "anmeldedaten",
    "api schlussel",
    "sicherheitscode",
    "kreditkartennummer",
    "wiederherstellungsphrase",
    "privater schlussel",
    "privaten schlussel",
    "einmalcode",
    "mot de passe",
    "mots de passe",
    "code secret",
    "cle api",
    "cle privee",
    "cle d api",
    "numero de carte",
    "code de verification",
    "jeton d acces",
    "phrase de recuperation",
    "contrasena",
    "contrasenas",
    "clave secreta",
    "clave privada",
    "clave api",
    "clave de acceso",
    "codigo de verificacion",
    "codigo de seguridad",
    "numero de tarjeta",
    "token de acceso",
    "frase semilla",
    "senha",
    "palavra passe",
    "chave privada",
    "chave de api",
    "numero do cartao",
    "codigo de verificacao",
    "chiave privata",
    "chiave api",
    "parola d ordine",
    "numero della carta",
    "codice di verifica",
    "codice di sicurezza",
    "wachtwoord",
    "toegangscode",
    "haslo do",
    "twoje haslo",
    "swoje haslo",
    "losenord",
    "adgangskode",
    "passord",
    "salasana",
    "salasanasi",
    "heslo",
    "sifreniz",
    "sifrenizi",
    "parolanizi",
    "jelszo",
    "jelszavat",
    "jelszavad",
    "parola ta",
    "kata sandi",
    "kata laluan",
    "mat khau",
});

constexpr auto kFragments = std::to_array<std::string_view>({
    "парол",  "пин-код",    "пин код",     "код из смс", "приватный ключ", "секретный ключ",
    "κωδικό", "κωδικο",     "كلمة المرور", "كلمة السر",  "סיסמ",           "पासवर्ड",
    "密码",   "密碼",       "口令",        "验证码",     "驗證碼",         "私钥",
    "私鑰",   "助记词",     "助記詞",      "银行卡号",   "パスワード",     "暗証番号",
    "秘密鍵", "認証コード", "비밀번호",    "인증번호",   "รหัสผ่าน",
});

constexpr auto kDisposesElsewhere = std::to_array<std::string_view>({
    "zurucksetz", "zuruckzusetz", "richtlinie", "reinitialis", "oublie",   "politique",
    "restablec",  "politica",     "redefin",    "reimpost",    "сброс",    "политик",
    "重置",       "策略",         "忘记",       "重設",        "リセット", "ポリシー",
    "재설정",     "정책",         "herstellen", "resetta",
});

template <size_t N>
bool has(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::span<const Noun> english() {
  return kEnglish;
}
std::span<const std::string_view> elsewhere() {
  return kElsewhere;
}
std::span<const std::string_view> fragments() {
  return kFragments;
}

bool is_asking(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"enter",    "reenter",  "type",   "retype",   "paste",        "provide", "give",   "input",
       "supply",   "submit",   "send",   "share",    "tell",         "confirm", "fill",   "write",
       "reveal",   "specify",  "set",    "choose",   "create",       "need",    "needs",  "require",
       "requires", "required", "what",   "whats",    "insert",       "copy",    "repeat", "verify",
       "upload",   "put",      "please", "disclose", "authenticate", "ask"});
  return has(kWords, word);
}
bool is_owner(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>({"your", "ur", "my", "yours"});
  return has(kWords, word);
}
bool is_negation(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"never", "not", "dont", "cannot", "cant", "no", "without", "wont", "shouldnt"});
  return has(kWords, word);
}
bool is_disposing(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"reset",    "resetting",  "forgot",  "forgotten", "rotate",  "rotated",
       "rotating", "revoke",     "revoked", "delete",    "deleted", "disable",
       "disabled", "deactivate", "expire",  "expires",   "expired", "remove",
       "removed",  "invalidate", "protect", "change"});
  return has(kWords, word);
}
bool is_counting(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>({"many", "long", "old", "often"});
  return has(kWords, word);
}
bool is_telling_of(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"name",        "names",    "label",   "title",    "owner",  "length",
       "kind",        "url",      "path",    "location", "type",   "id",
       "description", "note",     "comment", "purpose",  "reason", "expiry",
       "expiration",  "lifetime", "date",    "variable", "key"});
  return has(kWords, word);
}
bool is_other_head(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"policy",    "policies",  "manager",  "managers",  "reset",     "resets",     "length",
       "strength",  "field",     "fields",   "column",    "columns",   "name",       "names",
       "hint",      "limit",     "limits",   "count",     "expiry",    "expiration", "rotation",
       "format",    "rules",     "rule",     "generator", "protected", "protection", "less",
       "age",       "type",      "types",    "symbol",    "usage",     "budget",     "id",
       "ids",       "vault",     "settings", "option",    "options",   "prompt",     "page",
       "screen",    "link",      "email",    "recovery",  "santa",     "ingredient", "lifetime",
       "ttl",       "path",      "scope",    "scopes",    "provider",  "issuer",     "endpoint",
       "owner",     "header",    "label",    "statement", "company",   "brand",      "network",
       "processor", "algorithm", "size",     "mode",      "enabled",   "history",    "checker",
       "ring",      "message",   "post",     "this",      "menu",      "management", "file",
       "files",     "method",    "methods",  "setup",     "device",    "status",     "requirements",
       "change",    "changes",   "update",   "updates"});
  return has(kWords, word);
}
bool is_filler(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"", "for", "from", "of", "here", "below", "to", "please", "and", "or", "again", "value",
       "with", "in", "so", "now", "that", "is"});
  return has(kWords, word);
}
bool is_hardware_or_text(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"gpio",       "arduino",         "raspberry", "esp32",      "led",   "sensor",
       "connector",  "microcontroller", "pinout",    "i2c",        "spi",   "swap",
       "erc20",      "symbol",          "coin",      "blockchain", "chain", "nft",
       "tokenize",   "tokenizer",       "lexer",     "parser",     "relay", "servo",
       "breadboard", "device",          "directory", "folder"});
  return has(kWords, word);
}
bool is_place(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"address", "city", "street", "state", "delivery", "shipping",
                                       "postal", "area", "district", "locality"});
  return has(kWords, word);
}
bool is_code_home(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"github", "gitlab", "gitea", "gh", "ghe", "azure", "devops", "ado", "bitbucket", "git",
       "repo", "repository", "jira", "atlassian", "snowflake", "databricks", "airtable", "token",
       "classic"});
  return has(kWords, word);
}
bool is_part(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"part", "parts", "half", "halves", "piece", "segment", "chunk", "first", "second", "third",
       "last", "1", "2", "3", "4", "a", "b", "of", "the"});
  return has(kWords, word);
}
bool disposes_elsewhere(std::string_view text) {
  return std::any_of(kDisposesElsewhere.begin(), kDisposesElsewhere.end(),
                     [&](std::string_view part) { return text.find(part) != text.npos; });
}

}  // namespace doorward::detect::credential_words
