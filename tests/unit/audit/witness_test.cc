// Signatures of witnesses, as C2SP tlog-cosignature has them.
#include "audit/witness.h"

#include "base/bytes.h"
#include "fixture.h"

namespace doorward::audit {
namespace {

// A witness that signs whatever it is shown.
struct Witness {
  SigningKey key = SigningKey::generate("witness.example/w1");

  [[nodiscard]] std::string raw() const {
    const auto& bytes = key.public_key().key;
    return "\x04" + std::string(bytes.begin(), bytes.end());
  }
  [[nodiscard]] std::string id() const {
    const auto digest = sha256(key.public_key().name + "\n" + raw());
    return {reinterpret_cast<const char*>(digest.data()), 4};
  }
  [[nodiscard]] std::string vkey() const {
    return key.public_key().name + "+" + hex(id()) + "+" + base64(raw());
  }
  [[nodiscard]] std::string sign(std::string_view note, uint64_t time) const {
    std::string body = id();
    for (int shift = 56; shift >= 0; shift -= 8) body += static_cast<char>(time >> shift & 0xFF);
    body +=
        key.sign("cosignature/v1\ntime " + std::to_string(time) + "\n" + parse_note(note)->text);
    return "\u2014 " + key.public_key().name + " " + base64(body) + "\n";
  }
};

TEST(Witness, ItsSignatureHoldsForThatCheckpointAlone) {
  const Witness witness, other;
  const SigningKey log = SigningKey::generate("log.example");
  const auto checkpoint = sign_checkpoint(5, leaf_hash("a"), log);
  const auto later = sign_checkpoint(6, leaf_hash("b"), log);
  const auto key = WitnessKey::parse(witness.vkey() + "\n");
  ASSERT_TRUE(key) << key.error().what;
  const std::string lines = witness.sign(checkpoint.note, 1'700'000'000);
  EXPECT_EQ(check_cosignature(lines, checkpoint.note, *key).value(), 1'700'000'000u);
  EXPECT_FALSE(check_cosignature(lines, later.note, *key));
  EXPECT_FALSE(check_cosignature(other.sign(checkpoint.note, 1), checkpoint.note, *key));
  EXPECT_FALSE(check_cosignature("", checkpoint.note, *key));
  EXPECT_FALSE(check_cosignature("nonsense\n", checkpoint.note, *key));
  // A note with cosignatures is one of the log still.
  EXPECT_TRUE(open_checkpoint(checkpoint.note + lines, log.public_key()));
  EXPECT_FALSE(WitnessKey::parse(log.public_key().vkey()));
  EXPECT_FALSE(WitnessKey::parse("w+00000000+" + base64(witness.raw())));
}

TEST(Witness, IsAskedWithTheProofThatTheTreeGrew) {
  const std::vector<Hash> proof{leaf_hash("a"), leaf_hash("b")};
  EXPECT_EQ(witness_request(3, proof, "note\n"), "old 3\n" + base64(view_of(proof[0])) + "\n" +
                                                     base64(view_of(proof[1])) + "\n\nnote\n");
  EXPECT_EQ(witness_request(0, {}, "note\n"), "old 0\n\nnote\n");
}

}  // namespace
}  // namespace doorward::audit
