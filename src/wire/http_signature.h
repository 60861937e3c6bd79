// HTTP message signatures (RFC 9421) and the digest of a body (RFC 9530), as text: what a request
// says was signed, and the bytes that the signature is over. Keys and times are others' business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/http.h"

namespace doorward::wire {

// The one signature of a request: `Signature-Input` and `Signature` with one and the same label.
struct HttpSignature {
  std::vector<std::string> components;      // in the order in which they were signed
  std::string parameters;                   // the value of "@signature-params", as sent
  std::optional<int64_t> created, expires;  // seconds since 1970
  std::string key_id, nonce, algorithm;     // "" where absent
  std::string signature;                    // the bytes

  // Refused: more than one signature, components with parameters (`;sf`, `;bs` ...) or named twice,
  // unknown parameters, escapes in strings. Errors: signature.missing, signature.syntax.
  [[nodiscard]] static Expected<HttpSignature> of(const HttpRequestHead& head);

  [[nodiscard]] bool covers(std::string_view component) const;
  // What a signature has to cover to be one of this request: its method, its whole target, its
  // session, and of a POST the digest of its body. The first that is missing, else "".
  [[nodiscard]] std::string_view uncovered(const HttpRequestHead& head) const;
  // The signature base (RFC 9421, 2.5). `origin` is scheme and authority of `@target-uri`.
  // Errors: signature.component (a field that the request does not have once, or a derived
  // component that requests do not have).
  [[nodiscard]] Expected<std::string> base(const HttpRequestHead& head,
                                           std::string_view origin) const;
};

// What `Content-Digest` says of a body. Only sha-256 is looked at; other algorithms may stand
// beside it.
enum class DigestCheck : uint8_t { absent, holds, differs, unusable };
[[nodiscard]] DigestCheck check_content_digest(const HttpRequestHead& head, std::string_view body);
// The head has one Content-Digest and it has a sha-256.
[[nodiscard]] bool has_content_digest(const HttpRequestHead& head);

}  // namespace doorward::wire
