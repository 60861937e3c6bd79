// Ed25519 (RFC 8032) for files that an operator signs: the lock file and catalog files.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace doorward::catalog {

struct VerifyKey {
  std::array<uint8_t, 32> bytes{};

  // PEM (SubjectPublicKeyInfo) or base64 of the 32 bytes. Errors: catalog.key_syntax.
  [[nodiscard]] static Expected<VerifyKey> parse(std::string_view text);
  [[nodiscard]] std::string text() const;  // base64
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;
  bool operator==(const VerifyKey&) const = default;
};

class SignKey {
 public:
  // PKCS #8 PEM without a pass phrase. Errors: catalog.key_syntax.
  [[nodiscard]] static Expected<SignKey> parse(const Secret<>& pem);
  [[nodiscard]] static SignKey generate();

  [[nodiscard]] const VerifyKey& verify_key() const { return verify_key_; }
  [[nodiscard]] std::string sign(std::string_view message) const;  // 64 bytes

 private:
  struct Release {
    void operator()(void* key) const;
  };
  std::unique_ptr<void, Release> key_;
  VerifyKey verify_key_;
};

}  // namespace doorward::catalog
