#include "net/session/request_state.h"

#include <openssl/evp.h>

#include <cstring>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace doorward::net {

namespace {

constexpr std::string_view kPrefix = "dw1.";
constexpr size_t kNonce = 12, kTag = 16, kExpiry = 8;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Every part with its length, so that no two bindings read alike.
std::string associated(const StateBinding& binding) {
  std::string out;
  for (const std::string_view part :
       {binding.principal, binding.server, binding.method, binding.target, binding.arguments})
    out.append(std::to_string(part.size())).append(":").append(part);
  return out;
}

int size_of(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

RequestStates::RequestStates() : key_(random_bytes(32)) {}

std::string RequestStates::wrap(std::string_view state, const StateBinding& binding,
                                WallTime expires) const {
  std::string plain(kExpiry, '\0');
  const int64_t end = expires.time_since_epoch().count();
  std::memcpy(plain.data(), &end, kExpiry);
  plain += state;
  const std::string extra = associated(binding);
  std::string nonce = random_bytes(kNonce);
  std::string sealed(plain.size(), '\0');
  std::string tag(kTag, '\0');
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()),
                         bytes(nonce)) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes(extra), size_of(extra)) != 1 ||
      EVP_EncryptUpdate(context.get(), bytes(sealed), &size, bytes(plain), size_of(plain)) != 1 ||
      EVP_EncryptFinal_ex(context.get(), bytes(sealed) + size, &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag, tag.data()) != 1)
    panic("AES-256-GCM is not available");
  return std::string(kPrefix) + base64url(nonce + sealed + tag);
}

std::optional<std::string> RequestStates::unwrap(std::string_view wrapped,
                                                 const StateBinding& binding, WallTime now) const {
  if (!wrapped.starts_with(kPrefix)) return std::nullopt;
  const auto whole = from_base64url(wrapped.substr(kPrefix.size()));
  if (!whole || whole->size() < kNonce + kExpiry + kTag) return std::nullopt;
  const std::string_view all(*whole);
  const std::string_view sealed = all.substr(kNonce, all.size() - kNonce - kTag);
  std::string tag(all.substr(all.size() - kTag));
  const std::string extra = associated(binding);
  std::string plain(sealed.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  if (!context ||
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()),
                         bytes(all)) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes(extra), size_of(extra)) != 1 ||
      EVP_DecryptUpdate(context.get(), bytes(plain), &size, bytes(sealed), size_of(sealed)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) != 1 ||
      EVP_DecryptFinal_ex(context.get(), bytes(plain) + size, &size) != 1)
    return std::nullopt;
  int64_t end = 0;
  std::memcpy(&end, plain.data(), kExpiry);
  if (now.time_since_epoch().count() > end) return std::nullopt;
  return plain.substr(kExpiry);
}

}  // namespace doorward::net
