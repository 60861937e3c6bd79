// Ed25519 keys (RFC 8032) by OpenSSL.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdio>

#include "audit/checkpoint.h"

namespace doorward::audit {

namespace {
struct Free {
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(BIO* it) const { BIO_free(it); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;
using Memory = std::unique_ptr<BIO, Free>;

std::string key_id_hex(uint32_t id) {
  char out[9];
  std::snprintf(out, sizeof out, "%08x", id);
  return out;
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
}  // namespace

bool is_key_name(std::string_view name) {
  // Ours are printable ASCII only: no Unicode space can hide in them.
  return !name.empty() && name.size() <= 255 &&
         std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F && c != '+'; });
}

uint32_t PublicKey::id() const {
  std::string text = name;
  text += '\n';
  text += '\x01';
  text.append(reinterpret_cast<const char*>(key.data()), key.size());
  const Sha256 digest = sha256(text);
  return (static_cast<uint32_t>(digest[0]) << 24) | (static_cast<uint32_t>(digest[1]) << 16) |
         (static_cast<uint32_t>(digest[2]) << 8) | digest[3];
}

std::string PublicKey::vkey() const {
  std::string body("\x01");
  body.append(reinterpret_cast<const char*>(key.data()), key.size());
  return name + "+" + key_id_hex(id()) + "+" + base64(body);
}

bool PublicKey::verifies(std::string_view text, std::string_view signature) const {
  const Pkey pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  return pkey && context && signature.size() == 64 &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text),
                          text.size()) == 1;
}

Expected<PublicKey> PublicKey::parse(std::string_view vkey) {
  while (!vkey.empty() && (vkey.back() == '\n' || vkey.back() == ' ')) vkey.remove_suffix(1);
  const auto refuse = [](std::string_view why) {
    return failure("audit.key_syntax", Fault::client,
                   "a public key is `name+id+base64`: " + std::string(why));
  };
  const size_t first = vkey.find('+');
  const size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos || vkey.size() > 512) return refuse("two plus signs");
  PublicKey out;
  out.name = vkey.substr(0, first);
  if (!is_key_name(out.name)) return refuse("the name");
  const auto body = from_base64(vkey.substr(second + 1));
  if (!body || body->size() != 33 || (*body)[0] != '\x01') return refuse("no Ed25519 key");
  std::copy(body->begin() + 1, body->end(), out.key.begin());
  if (key_id_hex(out.id()) != vkey.substr(first + 1, second - first - 1))
    return refuse("the id is another key's");
  return out;
}

void SigningKey::Release::operator()(void* key) const {
  EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

SigningKey SigningKey::generate(std::string name) {
  SigningKey out;
  out.key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  size_t size = out.public_key_.key.size();
  if (!out.key_ || EVP_PKEY_get_raw_public_key(static_cast<EVP_PKEY*>(out.key_.get()),
                                               out.public_key_.key.data(), &size) != 1)
    panic("Ed25519 is not available");
  out.public_key_.name = std::move(name);
  return out;
}

Expected<SigningKey> SigningKey::parse(std::string name, const Secret<>& pem) {
  const std::string& text = pem.reveal();
  const Memory in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  SigningKey out;
  // SAFETY: the callback gives no pass phrase; without one OpenSSL would ask the terminal.
  const auto no_phrase = [](char*, int, int, void*) { return -1; };
  if (in) out.key_.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, no_phrase, nullptr));
  auto* const key = static_cast<EVP_PKEY*>(out.key_.get());
  size_t size = out.public_key_.key.size();
  if (key == nullptr || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, out.public_key_.key.data(), &size) != 1)
    return failure("audit.key_syntax", Fault::self, "no Ed25519 key in PKCS #8 PEM");
  out.public_key_.name = std::move(name);
  return out;
}

Secret<> SigningKey::pem() const {
  const Memory out(BIO_new(BIO_s_mem()));
  auto* const key = static_cast<EVP_PKEY*>(key_.get());
  char* data = nullptr;
  if (!out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    panic("a key could not be written as PEM");
  const long size = BIO_get_mem_data(out.get(), &data);
  Secret<> text(std::string(data, static_cast<size_t>(size)));
  wipe(data, static_cast<size_t>(size));
  return text;
}

std::string SigningKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new());
  std::string out(64, '\0');
  size_t size = out.size();
  auto* const key = static_cast<EVP_PKEY*>(key_.get());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     octets(text), text.size()) != 1)
    panic("Ed25519 could not sign");
  return out;
}

}  // namespace doorward::audit
