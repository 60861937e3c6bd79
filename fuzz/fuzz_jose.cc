// Signed tokens, key sets and claims. What is no token never verifies, and what is taken says who.
// Fuzzes module: identity
#include <cstdlib>

#include "base/bytes.h"
#include "identity/access_tokens.h"
#include "identity/jws.h"
#include "identity/proofs.h"

using namespace doorward;
using namespace doorward::identity;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}

const WallTime kNow{std::chrono::seconds(1'790'000'000)};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto keys = parse_key_set(text);
  if (keys)
    for (const PublicKey& key : *keys) {
      must(key.thumbprint().size() == 43);
      must(!key.verifies(Algorithm::es256, "input", std::string(64, '\1')));
    }
  if (const auto jws = Jws::parse(text)) {
    must(looks_signed(text));
    must(jws->header().is_object() && jws->claims().is_object());
  }
  static const IssuerRules kRules{.issuer = "https://idp.example", .audiences = {"a"}};
  if (const auto document = wire::JsonDocument::parse(text, {.bytes = 64 * 1024, .depth = 16})) {
    const auto verified = read_claims(document->root(), {.rules = kRules,
                                                         .token_digest = std::string(43, 'A'),
                                                         .now = kNow,
                                                         .leeway = std::chrono::seconds(30)});
    if (verified) {
      must(!verified->principal.user.empty() && verified->principal.issuer == kRules.issuer);
      must(verified->credential.expires + std::chrono::seconds(30) > kNow);
    }
  }
  static const Proofs kProofs;
  static const std::vector<std::string> kUrls = {"https://gw.example/mcp"};
  must(!kProofs.judge({.proof = text,
                       .method = "POST",
                       .urls = kUrls,
                       .token_digest = "d",
                       .key_thumbprint = "a thumbprint that no key has",
                       .now = kNow}));
  // A stranger's token needs keys or is refused; it is never taken.
  static const AccessTokens kTokens({{.issuer = "https://idp.example", .audiences = {"a"}}},
                                    std::chrono::seconds(30), std::make_shared<Keyring>());
  const auto answer = kTokens.judge({text, kNow, SteadyTime{}, [](std::string_view) {
                                       return std::optional<std::string_view>("asked");
                                     }});
  must(!std::holds_alternative<std::shared_ptr<const Verified>>(answer));
  return 0;
}
