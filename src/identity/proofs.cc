#include "identity/proofs.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "wire/http.h"

namespace doorward::identity {

namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr size_t kLongest = 4096;
constexpr seconds kPeriod{120};  // of one nonce; it is accepted for this and the next
// With a nonce the clock of the client does not matter much: the nonce says when.
constexpr seconds kSkewWithNonce{600};

std::unexpected<Error> invalid(std::string what) {
  return failure("dpop.invalid", Fault::client, std::move(what));
}
std::unexpected<Error> wants_nonce(std::string what) {
  return failure("dpop.nonce", Fault::client, std::move(what));
}

// Scheme, host, port and path; "" for what is no URL.
std::string comparable(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto parsed = wire::parse_url(url);
  if (!parsed) return "";
  return parsed->scheme + "://" + parsed->authority.host + ":" + std::to_string(parsed->port()) +
         parsed->target;
}

bool is_one_of(std::string_view url, const std::vector<std::string>& wanted) {
  const std::string given = comparable(url);
  return !given.empty() && std::any_of(wanted.begin(), wanted.end(),
                                       [&](const auto& each) { return comparable(each) == given; });
}

}  // namespace

size_t Proofs::Hash::operator()(const Sha256& id) const {
  size_t value = 0;
  std::copy_n(id.begin(), sizeof value, reinterpret_cast<uint8_t*>(&value));
  return value;
}

Proofs::Proofs(ProofRules rules) : rules_(rules), key_(random_bytes(32)) {}

std::string Proofs::nonce_of(int64_t period) const {
  const std::string text = std::to_string(period);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key_.reveal().data(), static_cast<int>(key_.reveal().size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
           &size) == nullptr)
    panic("a nonce could not be made");
  return base64url({reinterpret_cast<const char*>(mac.data()), 18});
}

std::string Proofs::nonce(WallTime now) const {
  return nonce_of(now.time_since_epoch() / kPeriod);
}

bool Proofs::is_nonce(std::string_view text, WallTime now) const {
  const int64_t period = now.time_since_epoch() / kPeriod;
  const bool current = equal_in_constant_time(text, nonce_of(period));
  const bool last = equal_in_constant_time(text, nonce_of(period - 1));
  return current || last;
}

Expected<Proof> Proofs::judge(const ProofQuestion& question) const {
  const auto jws = Jws::parse(question.proof, kLongest);
  if (!jws) return invalid(jws.error().what);
  if (jws->type() != "dpop+jwt") return invalid("its `typ` is not `dpop+jwt`");
  const auto key = PublicKey::from_jwk(jws->header()["jwk"]);
  if (!key) return invalid(key.error().what);
  if (key->thumbprint() != question.key_thumbprint)
    return invalid("its key is not the one that the token is bound to");
  const wire::JsonValue claims = jws->claims();
  if (claims["htm"].text() != question.method) return invalid("it is about another method");
  if (!is_one_of(claims["htu"].text(), question.urls)) return invalid("it is about another URL");
  if (claims["ath"].text() != question.token_digest) return invalid("it is about another token");
  const std::string_view id = claims["jti"].text();
  if (id.empty() || id.size() > 256) return invalid("`jti` is missing or too long");
  const auto issued = claims["iat"].number();
  if (!issued || *issued < 0 || *issued > 253402300799.0) return invalid("`iat` is no time");
  if (!jws->verified_by(*key)) return invalid("its signature is wrong");

  const WallTime time{microseconds(static_cast<int64_t>(*issued * 1e6))};
  const bool named = bool(claims["nonce"]);
  if (named && !is_nonce(claims["nonce"].text(), question.now))
    return wants_nonce("its nonce is not one of ours, or too old");
  if (!named && rules_.nonce_required) return wants_nonce("it has no nonce");
  const microseconds past = named ? microseconds(kSkewWithNonce) : microseconds(rules_.window);
  const microseconds future = named ? microseconds(kSkewWithNonce) : microseconds(rules_.leeway);
  if (time > question.now + future || time < question.now - past) {
    if (!named) return wants_nonce("it is too old, or from the future");
    return invalid("it is much too old, or from the future");
  }
  Proof made;
  made.id = sha256(key->thumbprint() + "." + std::string(id));
  made.expires = named ? question.now + 2 * kPeriod : time + past + seconds(1);
  return made;
}

bool Proofs::use(const Proof& proof, WallTime now) {
  return used_[proof.id[31] % kShards].with([&](Used& used) {
    const size_t most = std::max<size_t>(rules_.remembered / kShards, 1);
    if (used.ids.size() >= most || now - used.swept > kPeriod) {
      std::erase_if(used.ids, [&](const auto& each) { return each.second <= now; });
      used.swept = now;
    }
    if (used.ids.size() >= most) return false;
    return used.ids.emplace(proof.id, proof.expires).second;
  });
}

}  // namespace doorward::identity
