#include "net/tls.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/bytes.h"

namespace doorward::net {

namespace {

Error tls_error(const std::string& file, const error_code& error) {
  return Error{"net.tls", Fault::self, false, "`" + file + "`: " + error.message()};
}

std::shared_ptr<asio::ssl::context> fresh() {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Of TLS 1.2 what keeps its secrets when a key is lost later, and authenticates what it encrypts
  // (RFC 9325 section 4.2).
  SSL_CTX_set_cipher_list(context->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM");
  return context;
}

Expected<void> own_identity(asio::ssl::context& context, const std::string& certificate,
                            const std::string& key) {
  error_code error;
  context.use_certificate_chain_file(certificate, error);
  if (error) return std::unexpected(tls_error(certificate, error));
  context.use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) return std::unexpected(tls_error(key, error));
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return failure("net.tls", Fault::self, "`" + key + "` is not the key of `" + certificate + "`");
  return {};
}

// What a context asks of a chain beyond that it verifies.
struct Asked {
  std::vector<std::string> pins;
  std::function<bool(std::string)> meets;
};

int asked_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<Asked*>(held);
      });
  return index;
}

// The base64 SHA-256 of a certificate's SubjectPublicKeyInfo; "" where it has none.
std::string key_digest(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return "";
  const Sha256 digest =
      sha256(std::string_view(reinterpret_cast<char*>(der), static_cast<size_t>(size)));
  OPENSSL_free(der);
  return base64(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// The top of the chain that was verified; a certificate that is trusted for itself is its own.
std::string issuer_of(X509_STORE_CTX* store) {
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(store);
  const int length = chain == nullptr ? 0 : sk_X509_num(chain);
  if (length <= 0) return "";
  X509* const top = sk_X509_value(chain, length - 1);
  std::string out = "sha256:" + key_digest(top);
  char name[256] = {};
  X509_NAME_oneline(X509_get_subject_name(top), name, sizeof name);
  std::string shown;
  for (const char letter : std::string_view(name))
    if (letter > ' ' && letter < 0x7F) shown += letter;
  return shown.empty() ? out : out + " " + shown.substr(0, 128);
}

// Asked after the chain has been verified.
int verify_asked(X509_STORE_CTX* store, void*) {
  if (X509_verify_cert(store) != 1) return 0;
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* asked =
      static_cast<const Asked*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), asked_index()));
  const std::string key = key_digest(X509_STORE_CTX_get0_cert(store));
  const bool pinned = asked->pins.empty() ||
                      (!key.empty() && std::ranges::find(asked->pins, key) != asked->pins.end());
  if (pinned && (!asked->meets || asked->meets(issuer_of(store)))) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<size_t>(ASN1_STRING_length(value))};
}

// A name with a NUL or a control character inside is not taken: two readers differ over it.
void put_name(std::vector<std::string>& names, const ASN1_STRING* value) {
  std::string text = text_of(value);
  for (const char letter : text)
    if (static_cast<unsigned char>(letter) <= 0x20 || letter == 0x7F) return;
  if (!text.empty() && names.size() < 64) names.push_back(std::move(text));
}

}  // namespace

std::optional<core::ClientCertificate> peer_certificate(SSL* connection) {
  X509* const leaf = SSL_get0_peer_certificate(connection);
  if (leaf == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return std::nullopt;
  core::ClientCertificate facts;
  unsigned char* der = nullptr;
  const int size = i2d_X509(leaf, &der);
  if (size <= 0) return std::nullopt;
  const Sha256 digest =
      sha256(std::string_view(reinterpret_cast<char*>(der), static_cast<size_t>(size)));
  OPENSSL_free(der);
  facts.thumbprint =
      base64url(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_URI) put_name(facts.uris, name->d.uniformResourceIdentifier);
    if (name->type == GEN_DNS) put_name(facts.dns_names, name->d.dNSName);
    if (name->type == GEN_EMAIL) put_name(facts.emails, name->d.rfc822Name);
  }
  GENERAL_NAMES_free(names);
  X509_NAME* const subject = X509_get_subject_name(leaf);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0 && X509_NAME_get_index_by_NID(subject, NID_commonName, at) < 0) {
    std::vector<std::string> one;
    put_name(one, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (!one.empty()) facts.common_name = one.front();
  }
  return facts;
}

Expected<std::shared_ptr<asio::ssl::context>> server_tls(const ServerTls& settings) {
  auto context = fresh();
  if (auto own = own_identity(*context, settings.certificate, settings.key); !own)
    return std::unexpected(std::move(own).error());
  if (!settings.client_ca.empty()) {
    error_code error;
    context->load_verify_file(settings.client_ca, error);
    if (error) return std::unexpected(tls_error(settings.client_ca, error));
    auto mode = asio::ssl::verify_peer;
    if (!settings.client_optional) mode |= asio::ssl::verify_fail_if_no_peer_cert;
    context->set_verify_mode(mode);
    // Sessions are not resumed: each connection proves its key anew (RFC 8705 section 7.2).
    SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context->native_handle(), 0);
  }
  return context;
}

Expected<std::shared_ptr<asio::ssl::context>> client_tls(const ClientTls& settings) {
  auto context = fresh();
  error_code error;
  if (settings.ca.empty()) {
    context->set_default_verify_paths(error);
  } else {
    context->load_verify_file(settings.ca, error);
  }
  if (error) return std::unexpected(tls_error(settings.ca, error));
  context->set_verify_mode(asio::ssl::verify_peer);
  if (!settings.certificate.empty())
    if (auto own = own_identity(*context, settings.certificate, settings.key); !own)
      return std::unexpected(std::move(own).error());
  if (!settings.pin_sha256.empty() || settings.meets) {
    auto asked = std::make_unique<Asked>(Asked{settings.pin_sha256, settings.meets});
    // A context that can't ask would trust everybody.
    if (SSL_CTX_set_ex_data(context->native_handle(), asked_index(), asked.get()) != 1)
      return failure("net.tls", Fault::self, "the pins of a server can't be kept");
    static_cast<void>(asked.release());
    SSL_CTX_set_cert_verify_callback(context->native_handle(), verify_asked, nullptr);
  }
  return context;
}

}  // namespace doorward::net
