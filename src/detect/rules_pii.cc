// Data of persons, with check digits where the number has them.
#include <array>

#include "detect/rules.h"
#include "detect/secret_checks.h"

namespace doorward::detect {

namespace {

constexpr Rule person(std::string_view id, const char* pattern, Check check = nullptr,
                      const char* trigger = nullptr, int group = 0) {
  return Rule{id,           Kind::pii, Certainty::likely, 1.0,   pattern,
              kAllChannels, kAllRoles, trigger,           false, group,
              check,        true};
}

constexpr std::array kRules = {
    person("pii.email", R"(\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}\b)", nullptr,
           R"(\w@\w{1,63})"),
    person("pii.iban", R"(\b[A-Z]{2}\d{2}(?:\s?[0-9A-Z]{4}){2,7}(?:\s?[0-9A-Z]{1,4})?\b)", iban,
           R"(\b[a-z]{2}\d{2}\s?[0-9a-z]{4}\s?[0-9a-z]{4}\s?[0-9a-z]{2,4})"),
};

// INVARIANT: what one of these matches has five digits within sixteen bytes (`has_dense_digits`).
constexpr std::array kNumbers = {
    person(
        "pii.card",
        R"(\b(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|6(?:011|5\d{2}|4[4-9]\d)|35\d{2}|30[0-5]\d|3[689]\d{2}|50\d{2}|6[37]\d{2})(?:[ \-]?\d{2,6}){2,4}\b)",
        luhn, R"(\b[2-6]\d{3}[ -]?\d{4,6}[ -]?\d{4,5})"),
    person(
        "pii.phone",
        R"((?:\+|\b00)\d{1,3}[\s.\-/]?(?:\(?\d{1,4}\)?[\s.\-/]?){2,5}\d{2,4}\b|\(\d{3}\)\s?\d{3}[\-.\s]\d{4}\b|\b\d{3}[\-.]\d{3}[\-.]\d{4}\b|\b001-\d{3}-\d{3}-\d{4}(?:x\d{1,6})?)",
        phone, R"(\+\d|\b00\d{2}|\(\d{3}\)|\b\d{3}[-.]\d{3}[-.]\d{4})"),
    person("pii.us_ssn", R"(\b\d{3}-\d{2}-\d{4}\b)", us_ssn),
    person("pii.uk_nino",
           R"(\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b)", uk_nino),
    person("pii.de_tax_id",
           R"((?:steuer|tax|idnr|tin)[^\n]{0,30}?\b(\d{2}\s?\d{3}\s?\d{3}\s?\d{3})\b)", de_tax_id,
           nullptr, 1),
    person("pii.fr_nir",
           R"(\b[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?\d{2}\s?\d{3}\s?\d{3}\s?\d{2}\b)",
           fr_nir),
    person(
        "pii.es_dni", R"(\b(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]\b)",
        [](const Match& match) {
          return match.value.back() >= 'A' && match.value.back() <= 'Z' && es_dni(match);
        },
        R"(\d{7}-?[A-HJ-NP-TV-Z]\b)"),
    person("pii.it_codice", R"(\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b)", it_codice,
           R"(\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b)"),
    person("pii.nl_bsn", R"(\bbsn\b[^\n]{0,20}?\b(\d{9})\b)", nl_bsn, nullptr, 1),
    person("pii.br_cpf", R"(\b\d{3}\.\d{3}\.\d{3}-\d{2}\b)", br_cpf),
    person("pii.in_aadhaar", R"(\b[2-9]\d{3}\s\d{4}\s\d{4}\b)", in_aadhaar),
    person("pii.pl_pesel", R"(\bpesel\b[^\n]{0,20}?\b(\d{11})\b)", pl_pesel, nullptr, 1),
    person("pii.cn_id",
           R"(\b[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]\b)",
           cn_id),
};

}  // namespace

std::span<const Rule> pii_rules() {
  return kRules;
}

std::span<const Rule> pii_number_rules() {
  return kNumbers;
}

}  // namespace doorward::detect
