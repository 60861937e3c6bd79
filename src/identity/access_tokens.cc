#include "identity/access_tokens.h"

#include <algorithm>

#include "identity/jws.h"
#include "wire/http.h"

namespace doorward::identity {

namespace {

constexpr size_t kLongest = 16 * 1024;
constexpr std::chrono::milliseconds kIntrospectionLife{1000};
constexpr std::chrono::minutes kJustEnded{1};  // its holder has had the time to notice

std::string digest_text(const Sha256& digest) {
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TokenRefused refused(std::string code, std::string what) {
  return {std::move(code), std::move(what)};
}

// An access token says so, or says nothing; an ID token or a proof is none (RFC 9068 section 4).
bool is_access_token_type(std::string_view type) {
  if (type.starts_with("application/")) type.remove_prefix(12);
  return type.empty() || type == "at+jwt" || type == "AT+JWT" || type == "JWT" || type == "jwt";
}

// What only ID tokens (OpenID Connect Core 3.3.2.11), those of Cognito, and logout tokens say.
bool is_for_a_person(const wire::JsonValue& claims) {
  return claims["at_hash"] || claims["c_hash"] || claims["token_use"].text() == "id" ||
         claims["events"].is_object();
}

// A refresh token is active as well (RFC 7662 section 2.2), and DPoP without a key is nobody's.
bool is_other_type(std::string_view type, const wire::JsonValue& bound) {
  for (const std::string_view other : {"refresh_token", "id_token"})
    if (wire::equals_ignoring_case(type.substr(type.rfind(':') + 1), other)) return true;
  return wire::equals_ignoring_case(type, "DPoP") && !bound["jkt"].is_string();
}

}  // namespace

class AccessTokens::Memory {
 public:
  struct Entry {
    std::shared_ptr<const Verified> verified;
    uint64_t generation = 0;  // of the issuer's keys; 0 for an introspected token
    SteadyTime until = SteadyTime::max();
  };
  [[nodiscard]] std::optional<Entry> find(const Sha256& digest) const {
    return shard(digest).with([&](const Entries& held) -> std::optional<Entry> {
      const auto found = held.find(digest);
      if (found == held.end()) return std::nullopt;
      return found->second;
    });
  }
  void keep(const Sha256& digest, Entry entry) {
    shard(digest).with([&](Entries& held) {
      // Full: an arbitrary one makes room, and costs its owner one signature.
      if (held.size() >= kEach && !held.contains(digest)) held.erase(held.begin());
      held[digest] = std::move(entry);
    });
  }

 private:
  static constexpr size_t kShards = 16, kEach = 1024;
  struct Hash {
    size_t operator()(const Sha256& digest) const {
      size_t value = 0;
      std::copy_n(digest.begin(), sizeof value, reinterpret_cast<uint8_t*>(&value));
      return value;
    }
  };
  using Entries = std::unordered_map<Sha256, Entry, Hash>;
  Locked<Entries>& shard(const Sha256& digest) const { return shards_[digest[31] % kShards]; }
  mutable std::array<Locked<Entries>, kShards> shards_;
};

AccessTokens::AccessTokens(std::vector<IssuerRules> issuers, std::chrono::milliseconds leeway,
                           std::shared_ptr<const Keyring> keyring)
    : issuers_(std::move(issuers)),
      leeway_(leeway),
      keyring_(std::move(keyring)),
      memory_(std::make_unique<Memory>()) {}

AccessTokens::~AccessTokens() = default;

const IssuerRules* AccessTokens::rules_of(std::string_view issuer) const {
  for (const IssuerRules& rules : issuers_)
    if (rules.issuer == issuer) return &rules;
  return nullptr;
}

TokenAnswer AccessTokens::judge(const TokenQuestion& question) const {
  if (issuers_.empty()) return refused("token.issuer", "no issuer is configured");
  if (question.token.empty() || question.token.size() > kLongest)
    return refused("jose.syntax", "empty or too long");
  const Sha256 digest = sha256(question.token);
  std::string owner;
  bool was_good = false;
  if (const auto known = memory_->find(digest)) {
    const Verified& verified = *known->verified;
    const bool alive = question.now < verified.credential.expires + leeway_;
    bool current = question.steady < known->until;
    if (known->generation != 0) {
      const auto keys = keyring_->of(verified.principal.issuer, question.steady);
      current = keys && keys->generation == known->generation &&
                !keyring_->wants(verified.principal.issuer, false, question.steady);
    }
    if (alive && current) return known->verified;
    owner = verified.principal.issuer;
    was_good = question.now < verified.credential.expires + leeway_ + kJustEnded &&
               (known->generation != 0 || question.steady < known->until + kJustEnded);
  }
  TokenAnswer answer = looks_signed(question.token) ? judge_signed(question, digest)
                                                    : judge_opaque(question, digest, owner);
  if (auto* no = std::get_if<TokenRefused>(&answer)) no->ended = was_good;
  return answer;
}

TokenAnswer AccessTokens::judge_signed(const TokenQuestion& question, const Sha256& digest) const {
  const auto jws = Jws::parse(question.token, kLongest);
  if (!jws) return refused(jws.error().code, jws.error().what);
  if (!is_access_token_type(jws->type())) return refused("jose.syntax", "it is no access token");
  if (is_for_a_person(jws->claims())) return refused("token.type", "it is no access token");
  const IssuerRules* const rules = rules_of(jws->claims()["iss"].text());
  if (rules == nullptr) return refused("token.issuer", "an issuer that is not configured");
  // Cheap before costly, and before anybody is asked: what has expired needs no key.
  const std::string digest_b64 = digest_text(digest);
  auto verified = read_claims(
      jws->claims(),
      {.rules = *rules, .token_digest = digest_b64, .now = question.now, .leeway = leeway_});
  if (!verified) return refused(verified.error().code, verified.error().what);

  const std::string key = std::string(kNeedKeys) + rules->issuer;
  const bool asked = question.fetched(key).has_value();
  const auto keys = keyring_->of(rules->issuer, question.steady);
  if (!asked && keyring_->wants(rules->issuer, false, question.steady)) return TokenNeeds{key};
  if (!keys) return refused("token.unavailable", "the keys of the issuer can't be had");
  bool known = false;
  for (const PublicKey& each : keys->keys) {
    if (!jws->key_id().empty() && each.id() != jws->key_id()) continue;
    known = true;
    if (!jws->verified_by(each)) continue;
    auto made = std::make_shared<const Verified>(std::move(*verified));
    memory_->keep(digest, {.verified = made, .generation = keys->generation});
    return made;
  }
  const bool missed = !known || jws->key_id().empty();
  if (missed && !asked && keyring_->wants(rules->issuer, true, question.steady))
    return TokenNeeds{key};
  return refused("jose.signature",
                 known ? "its signature is not the issuer's" : "its key is not among the issuer's");
}

TokenAnswer AccessTokens::judge_opaque(const TokenQuestion& question, const Sha256& digest,
                                       std::string_view owner) const {
  std::string issuers;
  for (const IssuerRules& rules : issuers_)
    if (rules.introspects && (owner.empty() || rules.issuer == owner))
      issuers.append(issuers.empty() ? "" : "\n").append(rules.issuer);
  if (issuers.empty()) return refused("token.issuer", "no issuer answers for opaque tokens");
  std::string key = std::string(kNeedIntrospection) + issuers + " ";
  key.append(question.token);
  const auto answer = question.fetched(key);
  if (!answer) return TokenNeeds{std::move(key)};
  if (answer->empty()) return refused("token.unavailable", "the issuer could not be asked");
  std::string_view said = *answer, who = issuers;
  if (issuers.find('\n') != std::string::npos) {
    const size_t line = said.find('\n');
    who = said.substr(0, line);
    said = line == std::string_view::npos ? std::string_view() : said.substr(line + 1);
  }
  const auto document = wire::JsonDocument::parse(std::string(said), {.depth = 16});
  const IssuerRules* const rules = rules_of(who);
  if (rules == nullptr || !document || document->root()["active"].boolean() != true)
    return refused("token.inactive", "the issuer says that it is not active");
  if (is_other_type(document->root()["token_type"].text(), document->root()["cnf"]))
    return refused("token.type", "the issuer says that it is no access token");
  const std::string digest_b64 = digest_text(digest);
  auto verified = read_claims(document->root(), {.rules = *rules,
                                                 .token_digest = digest_b64,
                                                 .now = question.now,
                                                 .leeway = leeway_,
                                                 .asked_issuer = true});
  if (!verified) return refused(verified.error().code, verified.error().what);
  verified->credential.introspected = true;
  auto made = std::make_shared<const Verified>(std::move(*verified));
  memory_->keep(digest, {.verified = made, .until = question.steady + kIntrospectionLife});
  return made;
}

}  // namespace doorward::identity
