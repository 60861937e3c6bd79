#include "identity/tokens.h"

namespace doorward::identity {

namespace {
constexpr std::string_view kPrefix = "dw_";
constexpr size_t kSecretLetters = 43;  // 32 bytes as base64url
constexpr size_t kLongest = 256;

std::string_view view(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
}  // namespace

std::optional<std::string_view> token_id(std::string_view text) {
  if (text.size() > kLongest || !text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  if (text.size() < kSecretLetters + 2) return std::nullopt;
  const size_t mark = text.size() - kSecretLetters - 1;
  if (text[mark] != '_') return std::nullopt;
  return text.substr(0, mark);
}

std::optional<core::Principal> Tokens::find(std::string_view text) const {
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  for (const LocalToken& token : local_)
    if (token.text.equals(text)) return token.principal;
  const auto id = token_id(text);
  if (!id) return std::nullopt;
  const auto found = by_id_.find(*id);
  if (found == by_id_.end()) return std::nullopt;
  const Sha256 digest = sha256(text);
  if (!equal_in_constant_time(view(digest), view(found->second.digest))) return std::nullopt;
  return found->second.principal;
}

void Tokens::add(std::string id, StaticToken token) {
  fingerprints_[token.principal.credential] = base64url(view(token.digest));
  by_id_[std::move(id)] = std::move(token);
}

void Tokens::add(LocalToken token) {
  fingerprints_[token.principal.credential] = base64url(view(sha256(token.text.reveal())));
  local_.push_back(std::move(token));
}

std::string Tokens::fingerprint(std::string_view credential) const {
  const auto found = fingerprints_.find(credential);
  return found == fingerprints_.end() ? std::string() : found->second;
}

NewToken new_token(std::string_view id) {
  NewToken made;
  made.text = std::string(kPrefix).append(id).append("_").append(random_id(32));
  made.hash = "sha256$" + base64url(view(sha256(made.text)));
  return made;
}

}  // namespace doorward::identity
