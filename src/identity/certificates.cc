#include "identity/certificates.h"

namespace doorward::identity {

Expected<CertificateHolder> holder_of(const core::ClientCertificate& certificate, NameIn from) {
  std::vector<std::string> names;
  switch (from) {
    case NameIn::san_uri:
      names = certificate.uris;
      break;
    case NameIn::san_dns:
      names = certificate.dns_names;
      break;
    case NameIn::san_email:
      names = certificate.emails;
      break;
    case NameIn::subject_cn:
      if (!certificate.common_name.empty()) names = {certificate.common_name};
      break;
  }
  if (names.size() != 1 || names.front().size() > 256)
    return failure("certificate.name", Fault::client,
                   "the certificate has no name of the configured kind, or several");
  CertificateHolder holder;
  holder.credential.id = "certificate:" + certificate.thumbprint.substr(0, 22);
  holder.credential.certificate_thumbprint = certificate.thumbprint;
  holder.credential.is_certificate = true;
  holder.principal.user = names.front();
  holder.principal.credential = holder.credential.id;
  holder.principal.issuer = "mtls";
  return holder;
}

}  // namespace doorward::identity
