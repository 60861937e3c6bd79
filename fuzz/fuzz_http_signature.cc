// What a request says of its signature and of the digest of its body.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/http_signature.h"

using namespace doorward;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

// The header lines Signature-Input, Signature and Content-Digest, one a line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t first = text.find('\n');
  const size_t second = first == std::string::npos ? first : text.find('\n', first + 1);
  if (second == std::string::npos) return 0;
  const std::string head_text =
      "POST /mcp/files?q=1 HTTP/1.1\r\nHost: localhost\r\nSignature-Input: " +
      text.substr(0, first) + "\r\nSignature: " + text.substr(first + 1, second - first - 1) +
      "\r\nContent-Digest: " + text.substr(second + 1) + "\r\n\r\n";
  wire::HttpRequestHead head;
  const auto whole = wire::parse_request_head(head_text, head);
  if (!whole || !*whole) return 0;
  static_cast<void>(wire::check_content_digest(head, text));
  static_cast<void>(wire::has_content_digest(head));
  const auto signature = wire::HttpSignature::of(head);
  if (!signature) return 0;
  must(!signature->signature.empty());
  must(signature->parameters.starts_with("("));
  const auto base = signature->base(head, "http://localhost");
  if (base) must(base->ends_with("\"@signature-params\": " + signature->parameters));
  if (signature->uncovered(head).empty()) must(signature->covers("@method"));
  return 0;
}
