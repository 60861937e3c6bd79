// What no longer counts although it would otherwise: users, agents, tokens, token ids. Kept in a
// file, so that it outlives a restart.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/locked.h"
#include "core/principal.h"

namespace doorward::identity {

enum class Revoked : uint8_t { principal, agent, token, jti };
inline constexpr std::string_view kRevokedNames[] = {"principal", "agent", "token", "jti"};

struct Revocation {
  Revoked kind = Revoked::principal;
  std::string value;  // of a token: the id in the configuration, or the `credential` of a log entry
  std::string by;     // the operator
  WallTime since{};
  bool operator<(const Revocation& other) const {
    return std::tie(kind, value) < std::tie(other.kind, other.value);
  }
};

class Revocations {
 public:
  // Reads the file where there is one. Errors: revocations.file (unreadable, or not of this form).
  [[nodiscard]] static Expected<std::shared_ptr<Revocations>> open(std::filesystem::path file);
  Revocations() : held_(std::make_shared<const Set>()) {}  // kept nowhere; for tests

  [[nodiscard]] bool covers(const core::Principal& principal,
                            const core::Credential& credential) const;
  // In force once it returns, and on disk. Errors: revocations.file, revocations.full.
  [[nodiscard]] Expected<void> add(Revocation revocation);
  // False where there was none. Errors: revocations.file.
  [[nodiscard]] Expected<bool> remove(Revoked kind, std::string_view value);
  [[nodiscard]] std::vector<Revocation> list() const;

 private:
  using Set = std::set<Revocation>;
  [[nodiscard]] Expected<void> save(const Set& set) const;
  std::filesystem::path file_;
  std::mutex writing_;  // one change at a time
  Snapshot<Set> held_;
};

}  // namespace doorward::identity
