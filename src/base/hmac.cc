#include "base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"

namespace doorward {

std::string hmac_sha256(const Secret<>& key, std::string_view message) {
  std::string digest(32, '\0');
  unsigned size = 0;
  const std::string& bytes = key.reveal();
  if (HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size) == nullptr ||
      size != digest.size())
    panic("HMAC-SHA256 is not there");
  return digest;
}

}  // namespace doorward
