#include "guards/identity/binding.h"

#include <cstring>

#include "guards/identity/challenge.h"

namespace doorward::guards {

using core::Answer;
using core::Verdict;

namespace {

constexpr std::string_view kUsed = "identity.binding proof";  // in notes.values, for commit

Verdict refuse(std::string_view reason, std::string text, std::string_view error) {
  Verdict verdict = core::deny(reason, "R4.3", std::move(text), Answer::unauthenticated);
  verdict.challenge = kDpopChallenge;
  append_parameter(verdict.challenge, "error", error);
  return verdict;
}

}  // namespace

const core::GuardFacts& Binding::facts() const {
  static constexpr core::GuardFacts kFacts{"identity.binding", core::Area::identity,
                                           core::stages(core::Stage::accept), false};
  return kFacts;
}

Verdict Binding::judge(const core::Exchange& exchange, core::Notes& notes) const {
  Verdict verdict = judge_bound(exchange, notes);
  // Every 401 of the client side says where its issuers stand (MCP, Authorization).
  if (verdict.refuses() && rules_.metadata && exchange.listener == core::Listener::client &&
      exchange.head != nullptr)
    append_parameter(
        verdict.challenge, "resource_metadata",
        rules_.place.metadata_url(exchange.head->field("host").value_or(""), exchange.secure));
  return verdict;
}

Verdict Binding::judge_bound(const core::Exchange& exchange, core::Notes& notes) const {
  notes.values.erase(std::string(kUsed));
  if (exchange.open_route || !notes.credential) return core::pass();
  const core::Credential& credential = *notes.credential;
  const auto presented = exchange.head != nullptr ? presented_token(*exchange.head) : std::nullopt;
  if (!credential.certificate_thumbprint.empty() && !credential.is_certificate &&
      (exchange.certificate == nullptr ||
       exchange.certificate->thumbprint != credential.certificate_thumbprint)) {
    Verdict verdict = refuse("identity.certificate_mismatch",
                             "This token works only with the client certificate that it was "
                             "issued to.",
                             "");
    verdict.challenge = R"(Bearer realm="doorward", error="invalid_token")";
    return verdict;
  }
  if (!credential.key_thumbprint.empty()) {
    if (exchange.head != nullptr) return judge_proof(exchange, credential, notes);
    // Where there are no headers nothing can be proven.
    return refuse("identity.proof_missing", "This token is bound to a key. Use it over HTTP.",
                  "invalid_token");
  }
  if (presented && presented->dpop)
    return refuse("identity.unbound",
                  "This token is bound to no key. Send it as `Bearer`, or get one by DPoP.",
                  "invalid_token");
  const bool bound = !credential.certificate_thumbprint.empty();
  if (!bound && rules_.sender_constrained && exchange.listener == core::Listener::client)
    return refuse("identity.unbound",
                  "Only tokens that are bound to a key are accepted here. Get one by DPoP, or use "
                  "a client certificate.",
                  "invalid_token");
  return core::pass();
}

Verdict Binding::judge_proof(const core::Exchange& exchange, const core::Credential& credential,
                             core::Notes& notes) const {
  const wire::HttpRequestHead& head = *exchange.head;
  const auto presented = presented_token(head);
  const auto proof = head.field("dpop");
  notes.dpop_nonce = proofs_->nonce(exchange.now);
  if (!presented || !presented->dpop)
    return refuse("identity.proof_missing",
                  "This token is bound to a key. Send it as `Authorization: DPoP TOKEN` with a "
                  "proof in the header `DPoP`.",
                  "invalid_token");
  if (!proof)
    return refuse("identity.proof_missing", "Send exactly one proof in the header `DPoP`.",
                  "invalid_dpop_proof");
  const identity::Place& place =
      exchange.listener == core::Listener::operators ? rules_.operators : rules_.place;
  const std::vector<std::string> urls =
      place.proof_urls(head.field("host").value_or(""), exchange.secure, head.path);
  const auto judged = proofs_->judge({.proof = *proof,
                                      .method = wire::method_text(head.method),
                                      .urls = urls,
                                      .token_digest = credential.token_digest,
                                      .key_thumbprint = credential.key_thumbprint,
                                      .now = exchange.now});
  if (!judged) {
    const bool nonce = judged.error().code == "dpop.nonce";
    Verdict verdict =
        nonce ? refuse("identity.proof_nonce",
                       "Make the proof again with the nonce of the header `DPoP-Nonce`.",
                       "use_dpop_nonce")
              : refuse("identity.proof_invalid",
                       "The proof in the header `DPoP` is not one for this request and token.",
                       "invalid_dpop_proof");
    verdict.detail = judged.error().what;
    return verdict;
  }
  std::string used(sizeof(identity::Proof), '\0');
  static_assert(std::is_trivially_copyable_v<identity::Proof>);
  std::memcpy(used.data(), &*judged, sizeof *judged);
  notes.values[std::string(kUsed)] = std::move(used);
  return core::pass();
}

core::Commitment Binding::commit(const core::Exchange& exchange, core::Notes& notes) const {
  const auto found = notes.values.find(kUsed);
  if (found == notes.values.end()) return nullptr;
  identity::Proof proof;
  std::memcpy(&proof, found->second.data(), sizeof proof);
  if (proofs_->use(proof, exchange.now)) return nullptr;
  return std::unexpected(refuse("identity.proof_replayed",
                                "This proof was used before. Make a new one for each request.",
                                "invalid_dpop_proof"));
}

}  // namespace doorward::guards
