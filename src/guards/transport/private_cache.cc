#include "guards/transport/private_cache.h"

namespace doorward::guards {

const core::GuardFacts& PrivateCache::facts() const {
  static constexpr core::GuardFacts kFacts{"transport.private_cache", core::Area::transport,
                                           core::stages(core::Stage::response), false};
  return kFacts;
}

core::Verdict PrivateCache::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const wire::JsonValue scope = exchange.message->result()["cacheScope"];
  if (!scope || scope.text() == "private") return core::pass();
  core::Verdict verdict;
  verdict.effect = core::Effect::rewrite;
  verdict.reason = "transport.public_cache";
  verdict.requirement = "R5.8";
  verdict.edits.push_back({scope.begin(), scope.end(), R"("private")"});
  return verdict;
}

}  // namespace doorward::guards
