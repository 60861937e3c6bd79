// From a verified client certificate to who is calling.
#pragma once

#include "base/error.h"
#include "core/principal.h"

namespace doorward::identity {

enum class NameIn : uint8_t { san_uri, san_dns, san_email, subject_cn };

struct CertificateHolder {
  core::Principal principal;
  core::Credential credential;
};
// Exactly one name of that kind has to be there (of SPIFFE ids the standard says so). Errors:
// certificate.name.
[[nodiscard]] Expected<CertificateHolder> holder_of(const core::ClientCertificate& certificate,
                                                    NameIn from);

}  // namespace doorward::identity
