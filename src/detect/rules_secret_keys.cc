// Private keys, signed tokens and hashes: nobody's format, everybody's.
#include <array>

#include "detect/rules_secret_vendor.h"
#include "detect/secret_rule.h"

namespace doorward::detect {

namespace {

constexpr std::array kRules = {
    // --- keys ----------------------------------------------------------------------------------
    vendor(
        "secret.private_key", "-----BEGIN[ A-Z0-9_-]{0,80}PRIVATE KEY",
        R"(-----BEGIN[ A-Z0-9_-]{0,80}PRIVATE KEY(?: BLOCK)?-----[\s\S]{24,}?-----END[ A-Z0-9_-]{0,80}PRIVATE KEY(?: BLOCK)?-----)",
        has_key_body),
    vendor(
        "secret.private_key_open", "-----BEGIN[ A-Z0-9_-]{0,80}PRIVATE KEY",
        R"(-----BEGIN[ A-Z0-9_-]{0,80}PRIVATE KEY(?: BLOCK)?-----(?:\\n|\\r|\s)*[0-9A-Za-z+/=\\\s:,\-]{40,})",
        has_key_body),
    vendor("secret.ssh_key_body", "b3BlbnNzaC1rZXktdjE",
           R"(\bb3BlbnNzaC1rZXktdjE[0-9A-Za-z+/=\s]{100,})"),
    vendor(
        "secret.putty_key", "PuTTY-User-Key-File-",
        R"(PuTTY-User-Key-File-\d:[\s\S]{20,}?Private-Lines:[\s\S]{20,}?Private-MAC: [0-9a-f]{40,64})"),
    vendor("secret.age_key", "AGE-SECRET-KEY-1",
           R"(\bAGE-SECRET-KEY-1([QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})\b)", varied, 1),
    vendor("secret.age_plugin", "AGE-PLUGIN-",
           R"(\bAGE-PLUGIN-[A-Z0-9-]{2,20}-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{20,120}\b)"),
    vendor("secret.minisign_key", "RWRTY0Iy", R"(\bRWRTY0Iy[0-9A-Za-z+/]{200,}={0,2})"),
    vendor("secret.wireguard", "(PrivateKey|PresharedKey)\\s*=",
           R"((?:PrivateKey|PresharedKey)\s*=\s*([0-9A-Za-z+/]{43}=))", varied, 1),
    vendor("secret.jwk_private", "\"kty\"", R"x("d"\s*:\s*"([0-9A-Za-z_\-]{40,400})")x", varied, 1),
    vendor("secret.jwt", "\\beyJ[0-9A-Za-z_\\-]{10}",
           R"(\beyJ[0-9A-Za-z_\-]{10,}\.eyJ[0-9A-Za-z_\-]{10,}\.[0-9A-Za-z_\-]{16,})", is_jwt),
    vendor("secret.bcrypt_hash", "\\$2[abxy]\\$[0-9]{2}\\$",
           R"(\$2[abxy]\$[0-9]{2}\$[./0-9A-Za-z]{53})"),
    vendor("secret.crypt_hash", "\\$(5|6|y|1|argon2i?d?|scrypt|gy|7)\\$",
           R"(\$(?:1|5|6|y|gy|7)\$[./0-9A-Za-z=,]{0,40}\$[./0-9A-Za-z]{20,120})"),
    vendor("secret.bitcoin_wif", "\\b[5KL][1-9A-HJ-NP-Za-km-z]{50}",
           R"((?:wif|private|priv|seed)[^\n]{0,30}\b([5KL][1-9A-HJ-NP-Za-km-z]{50,51})\b)",
           very_varied, 1),
    vendor("secret.extended_key", "\\b[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{50}",
           R"(\b[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112}\b)"),
};

}  // namespace

std::span<const Rule> key_secret_rules() {
  return kRules;
}

}  // namespace doorward::detect
