// From the section `identity` to the workshops and doors that judge credentials.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/config/config.h"
#include "core/exchange.h"
#include "guards/identity/token.h"
#include "identity/keyring.h"
#include "identity/proofs.h"
#include "identity/revocations.h"

namespace doorward::app {

struct Workshops;

// What outlives a reload: keys of issuers, used proofs, counted failures.
struct IdentityShop {
  std::shared_ptr<identity::Keyring> keyring = std::make_shared<identity::Keyring>();
  std::shared_ptr<identity::Proofs> proofs = std::make_shared<identity::Proofs>();
  std::shared_ptr<identity::Failures> failures;  // null: nobody counts
  std::shared_ptr<identity::Revocations> revocations = std::make_shared<identity::Revocations>();
};
// Errors: revocations.file.
[[nodiscard]] Expected<IdentityShop> make_identity_shop(const Config& config,
                                                        identity::Failures::Told told);

// Whether a credential that was good still is, for what it opened (R4.8): not on the list, not
// expired, still configured.
[[nodiscard]] bool still_valid(const Config& config, const Workshops& shops,
                               const core::Principal& principal,
                               const core::Credential& credential);

// Issuers whose tokens are read by other rules in `next`: what they opened is opened anew.
[[nodiscard]] std::vector<std::string> reread_issuers(const Config& before, const Config& next);

// Where a client of this request finds that metadata; "" without OAuth.
[[nodiscard]] std::string metadata_place(const Config& config, const core::Exchange& exchange);

[[nodiscard]] guards::TokenDoor token_door(const Config& config, const Workshops& shops);

// The metadata of the protected resource (RFC 9728) where `exchange` asks for it; nothing without
// OAuth, and for every other path.
[[nodiscard]] std::optional<std::string> resource_metadata(const Config& config,
                                                           const core::Exchange& exchange);

}  // namespace doorward::app
