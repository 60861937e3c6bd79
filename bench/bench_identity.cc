// Benches module: identity
// What a token costs: its first check (a P-256 signature), its repetition, a proof of possession.
#include <benchmark/benchmark.h>

#include "identity/access_tokens.h"
#include "identity/jws.h"
#include "identity/signing_key.h"

using namespace doorward;
using namespace doorward::identity;

namespace {

const WallTime kNow{std::chrono::seconds(1'790'000'000)};
constexpr SteadyTime kSteady{std::chrono::hours(1)};

struct Bench {
  Bench() : key(*SigningKey::make()) {
    std::string jwk = key.public_jwk();
    jwk.insert(jwk.size() - 1, R"(,"kid":"k1")");
    keyring->put("https://idp.example", *parse_key_set(R"({"keys":[)" + jwk + "]}"), kSteady);
    // About what real providers send: 900 bytes.
    token = *key.sign(
        R"("typ":"at+jwt","kid":"k1")",
        R"({"iss":"https://idp.example","aud":["https://gw.example/mcp"],"sub":"5f0c0f3e-ana",)"
        R"("client_id":"desktop","scope":"openid tools:echo tools:read","groups":["dev","ops",)"
        R"("leads"],"jti":"8f1b6d7c-3f0e-4f0a-9f64-0d5a3c1b2e4f","iat":1789999990,"exp":1790000300,)"
        R"("auth_time":1789999900,"pad":")" +
            std::string(330, 'x') + "\"}");
  }
  [[nodiscard]] AccessTokens tokens() const {
    return AccessTokens(
        {{.issuer = "https://idp.example", .audiences = {"https://gw.example/mcp"}}},
        std::chrono::seconds(30), keyring);
  }
  [[nodiscard]] TokenQuestion question() const {
    return {token, kNow, kSteady,
            [](std::string_view) { return std::optional<std::string_view>(); }};
  }
  SigningKey key;
  std::shared_ptr<Keyring> keyring = std::make_shared<Keyring>();
  std::string token;
};

void first_check(benchmark::State& state) {
  const Bench bench;
  for (auto _ : state) {
    const AccessTokens tokens = bench.tokens();  // remembers nothing yet
    benchmark::DoNotOptimize(tokens.judge(bench.question()));
  }
}
BENCHMARK(first_check);

void signature_alone(benchmark::State& state) {
  const Bench bench;
  const auto keys = bench.keyring->of("https://idp.example", kSteady);
  const auto jws = Jws::parse(bench.token);
  for (auto _ : state) benchmark::DoNotOptimize(jws->verified_by(keys->keys.front()));
}
BENCHMARK(signature_alone);

void repeated_check(benchmark::State& state) {
  const Bench bench;
  const AccessTokens tokens = bench.tokens();
  benchmark::DoNotOptimize(tokens.judge(bench.question()));
  const TokenQuestion question = bench.question();
  for (auto _ : state) {
    const TokenAnswer answer = tokens.judge(question);
    if (!std::holds_alternative<std::shared_ptr<const Verified>>(answer))
      state.SkipWithError("the token was not taken");
    benchmark::DoNotOptimize(answer);
  }
}
BENCHMARK(repeated_check);

}  // namespace
