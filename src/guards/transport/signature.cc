#include "guards/transport/signature.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "wire/http_signature.h"

namespace doorward::guards {

using core::Verdict;
using std::chrono::seconds;

namespace {

constexpr std::string_view kUsed = "transport.signature nonce";  // in notes.values, for commit
constexpr size_t kLongestNonce = 256;

Verdict refuse(std::string_view reason, std::string text, std::string detail = "") {
  Verdict verdict = core::deny(reason, "R5.7", std::move(text), core::Answer::unauthenticated);
  verdict.challenge = R"(Signature realm="doorward", alg="ed25519")";
  verdict.detail = std::move(detail);
  return verdict;
}

Verdict invalid(std::string detail) {
  return refuse("transport.signature_invalid",
                "The signature of this request is not one of it by your key. Sign each request "
                "anew (RFC 9421, ed25519, with `created`, `keyid` and `nonce`).",
                std::move(detail));
}

WallTime at(int64_t second) {
  return WallTime{seconds(second)};
}

}  // namespace

const core::GuardFacts& MessageSignature::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.signature", core::Area::transport,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

bool MessageSignature::asked_of(const std::string& user) const {
  return rules_.from_all ||
         std::ranges::find(rules_.signers, user, &Signer::user) != rules_.signers.end();
}

Verdict MessageSignature::judge(const core::Exchange& exchange, core::Notes& notes) const {
  notes.values.erase(std::string(kUsed));
  if (exchange.open_route || exchange.listener != core::Listener::client ||
      exchange.head == nullptr || !notes.principal || !asked_of(notes.principal->user))
    return core::pass();
  const wire::HttpRequestHead& head = *exchange.head;
  const auto given = wire::HttpSignature::of(head);
  if (!given && given.error().code == "signature.missing")
    return refuse("transport.signature_missing",
                  "Requests of this principal have to be signed (RFC 9421, ed25519). Ask the "
                  "person who runs Doorward for the key's id.");
  if (!given) return invalid(given.error().what);
  if (const std::string_view lacking = given->uncovered(head); !lacking.empty())
    return refuse("transport.signature_partial",
                  "The signature has to cover `" + std::string(lacking) + "` as well.");
  if (given->covers("content-digest") && !wire::has_content_digest(head))
    return invalid("Content-Digest has no sha-256");
  if (given->nonce.empty() || given->nonce.size() > kLongestNonce || !given->created)
    return invalid("it has no `created`, or no `nonce` of at most 256 characters");
  if (!given->algorithm.empty() && given->algorithm != "ed25519")
    return invalid("its algorithm is not ed25519");
  const auto signer = std::ranges::find(rules_.signers, given->key_id, &Signer::id);
  if (signer == rules_.signers.end() || signer->user != notes.principal->user)
    return invalid("its key is not one of this principal");
  const std::string place =
      rules_.place.proof_urls(head.field("host").value_or(""), exchange.secure, "").front();
  const auto base = given->base(head, place);
  if (!base) return invalid(base.error().what);
  if (!signer->key.verifies(*base, given->signature)) return invalid("it does not verify");

  const WallTime created = at(*given->created);
  const bool ended = given->expires && at(*given->expires) <= exchange.now;
  if (ended || created > exchange.now + rules_.leeway || created < exchange.now - rules_.window)
    return refuse("transport.signature_stale",
                  "The signature is too old, or from the future. Set the clock, and sign each "
                  "request when it is sent.");
  identity::Proof proof;
  proof.id = sha256("signature." + signer->id + "." + given->nonce);
  proof.expires = created + rules_.window + seconds(1);
  std::string used(sizeof proof, '\0');
  std::memcpy(used.data(), &proof, sizeof proof);
  notes.values[std::string(kUsed)] = std::move(used);
  return core::pass();
}

core::Commitment MessageSignature::commit(const core::Exchange& exchange,
                                          core::Notes& notes) const {
  const auto found = notes.values.find(kUsed);
  if (found == notes.values.end()) return nullptr;
  identity::Proof proof;
  std::memcpy(&proof, found->second.data(), sizeof proof);
  if (used_->use(proof, exchange.now)) return nullptr;
  return std::unexpected(refuse("transport.signature_replayed",
                                "This signature was used before. Sign each request anew, with a "
                                "nonce of its own."));
}

}  // namespace doorward::guards
