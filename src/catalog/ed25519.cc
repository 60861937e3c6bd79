#include "catalog/ed25519.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/bytes.h"

namespace doorward::catalog {

namespace {

struct Free {
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(BIO* it) const { BIO_free(it); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;
using Memory = std::unique_ptr<BIO, Free>;

// SAFETY: without a callback OpenSSL would ask the terminal for a pass phrase.
int no_phrase(char*, int, int, void*) {
  return -1;
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool public_bytes(EVP_PKEY* key, VerifyKey& out) {
  size_t size = out.bytes.size();
  return key != nullptr && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
         EVP_PKEY_get_raw_public_key(key, out.bytes.data(), &size) == 1 && size == 32;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

}  // namespace

Expected<VerifyKey> VerifyKey::parse(std::string_view text) {
  VerifyKey out;
  if (text.starts_with("-----BEGIN")) {
    const Memory in(
        BIO_new_mem_buf(text.data(), static_cast<int>(std::min<size_t>(text.size(), 4096))));
    const Pkey key(in ? PEM_read_bio_PUBKEY(in.get(), nullptr, no_phrase, nullptr) : nullptr);
    if (public_bytes(key.get(), out)) return out;
  } else if (const auto bytes = from_base64(trimmed(text)); bytes && bytes->size() == 32) {
    std::ranges::copy(*bytes, out.bytes.begin());
    return out;
  }
  return failure("catalog.key_syntax", Fault::client,
                 "no Ed25519 public key in PEM or base64 of 32 bytes");
}

std::string VerifyKey::text() const {
  return base64(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

bool VerifyKey::verifies(std::string_view message, std::string_view signature) const {
  const Pkey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  const Context context(EVP_MD_CTX_new());
  return key && context && signature.size() == 64 &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                          message.size()) == 1;
}

void SignKey::Release::operator()(void* key) const {
  EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

Expected<SignKey> SignKey::parse(const Secret<>& pem) {
  const std::string& text = pem.reveal();
  const Memory in(
      BIO_new_mem_buf(text.data(), static_cast<int>(std::min<size_t>(text.size(), 4096))));
  SignKey out;
  if (in) out.key_.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, no_phrase, nullptr));
  if (!public_bytes(static_cast<EVP_PKEY*>(out.key_.get()), out.verify_key_))
    return failure("catalog.key_syntax", Fault::client, "no Ed25519 key in PKCS #8 PEM");
  return out;
}

SignKey SignKey::generate() {
  SignKey out;
  out.key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!public_bytes(static_cast<EVP_PKEY*>(out.key_.get()), out.verify_key_))
    panic("Ed25519 is not available");
  return out;
}

std::string SignKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  auto* const key = static_cast<EVP_PKEY*>(key_.get());
  std::string out(64, '\0');
  size_t size = out.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     octets(message), message.size()) != 1)
    panic("Ed25519 could not sign");
  return out;
}

}  // namespace doorward::catalog
