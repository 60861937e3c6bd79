// transport.signature against signatures made here, each part of a good one changed once.
#include "guards/transport/signature.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "wire/http_signature.h"

namespace doorward::guards {
namespace {

constexpr int64_t kNow = 1'790'000'000;

// RFC 9421, B.1.4 and B.2.6.
TEST(MessageSignature, VerifiesTheVectorOfTheSpecification) {
  const auto key = catalog::VerifyKey::parse("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
  ASSERT_TRUE(key);
  const std::string text =
      "POST /foo?param=Value&Pet=dog HTTP/1.1\r\nHost: example.com\r\n"
      "Date: Tue, 20 Apr 2021 02:07:55 GMT\r\nContent-Type: application/json\r\n"
      "Content-Length: 18\r\n"
      "Signature-Input: sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
      "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"\r\n"
      "Signature: sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQ"
      "v5lIp5WPpBKRCw==:\r\n\r\n";
  wire::HttpRequestHead head;
  ASSERT_TRUE(*wire::parse_request_head(text, head));
  const auto signature = wire::HttpSignature::of(head);
  ASSERT_TRUE(signature);
  std::string base = *signature->base(head, "https://example.com");
  EXPECT_TRUE(key->verifies(base, signature->signature));
  base[10] ^= 1;
  EXPECT_FALSE(key->verifies(base, signature->signature));
}

struct Parts {
  std::string start = "POST /mcp/files HTTP/1.1", host = "localhost:8080", session = "abc";
  std::string components = R"("@method" "@request-target" "mcp-session-id" "content-digest")";
  std::string body = "{}", nonce = "n1", key_id = "agent", more;
  int64_t created = kNow;
};

std::string digest_of(const std::string& body) {
  const Sha256 hash = sha256(body);
  return "sha-256=:" + base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + ":";
}

// A request head; what is signed are the parts of `said`, what is sent those of `sent`.
std::string signed_head(const catalog::SignKey& key, const Parts& said, const Parts& sent) {
  const auto text_of = [](const Parts& parts, const std::string& signature) {
    return parts.start + "\r\nHost: " + parts.host + "\r\nMcp-Session-Id: " + parts.session +
           "\r\nContent-Digest: " + digest_of(parts.body) + "\r\nSignature-Input: s=(" +
           parts.components + ");created=" + std::to_string(parts.created) + ";keyid=\"" +
           parts.key_id + "\";nonce=\"" + parts.nonce + "\"" + parts.more +
           "\r\nSignature: s=:" + base64(signature) + ":\r\n\r\n";
  };
  const std::string unsigned_text = text_of(said, "x");
  wire::HttpRequestHead head;
  EXPECT_TRUE(*wire::parse_request_head(unsigned_text, head)) << unsigned_text;
  const std::string base = *wire::HttpSignature::of(head)->base(head, "http://" + said.host);
  return text_of(sent, key.sign(base));
}

class Signed : public testing::Test {
 protected:
  // The reason of a refusal, "" where it passes and its nonce was good.
  std::string_view judged(const std::string& text, const std::string& user = "ana",
                          bool all = false) {
    SignatureRules rules;
    rules.signers = {{"agent", "ana", key_.verify_key()}, {"other", "bob", other_.verify_key()}};
    rules.from_all = all;
    const MessageSignature guard(rules, used_);
    wire::HttpRequestHead head;
    EXPECT_TRUE(*wire::parse_request_head(text, head)) << text;
    core::Exchange exchange;
    exchange.head = &head;
    exchange.now = WallTime{std::chrono::seconds(kNow)};
    core::Notes notes;
    notes.principal = core::Principal{.user = user};
    const core::Verdict verdict = guard.judge(exchange, notes);
    if (verdict.refuses()) {
      EXPECT_EQ(verdict.requirement, "R5.7");
      EXPECT_EQ(verdict.answer, core::Answer::unauthenticated);
      return verdict.reason;
    }
    const auto committed = guard.commit(exchange, notes);
    return committed ? "" : committed.error().reason;
  }
  const catalog::SignKey key_ = catalog::SignKey::generate();
  const catalog::SignKey other_ = catalog::SignKey::generate();
  const std::shared_ptr<identity::Proofs> used_ = std::make_shared<identity::Proofs>();
};

TEST_F(Signed, AGoodOnePassesOnce) {
  const std::string text = signed_head(key_, {}, {});
  EXPECT_EQ(judged(text), "");
  EXPECT_EQ(judged(text), "transport.signature_replayed");
  EXPECT_EQ(judged(signed_head(key_, {.nonce = "n2"}, {.nonce = "n2"})), "");
}

TEST_F(Signed, OneChangedPartIsRefused) {
  using P = Parts;
  const P kChanged[] = {{.start = "DELETE /mcp/files HTTP/1.1"},
                        {.start = "POST /mcp/other HTTP/1.1"},
                        {.start = "POST /mcp/files?x HTTP/1.1"},
                        {.session = "abd"},
                        {.body = "{ }"},
                        {.nonce = "n2"},
                        {.created = kNow - 1},
                        {.more = ";tag=\"a\""},
                        {.more = ";expires=1900000000"},
                        {.key_id = "other"},
                        {.key_id = "nobody"}};
  for (const P& sent : kChanged)
    EXPECT_EQ(judged(signed_head(key_, {}, sent)), "transport.signature_invalid")
        << signed_head(key_, {}, sent);
}

TEST_F(Signed, ByAnothersKeyOrAlgorithm) {
  EXPECT_EQ(judged(signed_head(other_, {}, {})), "transport.signature_invalid");
  const Parts bob{.key_id = "other"};
  EXPECT_EQ(judged(signed_head(other_, bob, bob)), "transport.signature_invalid");
  EXPECT_EQ(judged(signed_head(other_, bob, bob), "bob"), "");
  const Parts hmac{.more = ";alg=\"hmac-sha256\""};
  EXPECT_EQ(judged(signed_head(key_, hmac, hmac)), "transport.signature_invalid");
  const Parts named{.more = ";alg=\"ed25519\""};
  EXPECT_EQ(judged(signed_head(key_, named, named)), "");
}

TEST_F(Signed, StaleFutureAndExpired) {
  for (const int64_t created : {kNow - 61, kNow + 31}) {
    const Parts parts{.created = created};
    EXPECT_EQ(judged(signed_head(key_, parts, parts)), "transport.signature_stale");
  }
  const Parts expired{.more = ";expires=" + std::to_string(kNow)};
  EXPECT_EQ(judged(signed_head(key_, expired, expired)), "transport.signature_stale");
  for (const int64_t created : {kNow - 60, kNow + 30}) {
    const Parts parts{.nonce = std::to_string(created), .created = created};
    EXPECT_EQ(judged(signed_head(key_, parts, parts)), "");
  }
}

TEST_F(Signed, WhatItDoesNotCover) {
  for (const char* const components : {R"("@method" "@request-target" "content-digest")",
                                       R"("@method" "@request-target" "mcp-session-id")",
                                       R"("@request-target" "mcp-session-id" "content-digest")",
                                       R"("@method" "mcp-session-id" "content-digest")"}) {
    const Parts parts{.components = components};
    EXPECT_EQ(judged(signed_head(key_, parts, parts)), "transport.signature_partial") << components;
  }
}

TEST_F(Signed, OfWhomItIsAsked) {
  const std::string plain = "POST /mcp/files HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";
  EXPECT_EQ(judged(plain), "transport.signature_missing");
  EXPECT_EQ(judged(plain, "carl"), "");
  EXPECT_EQ(judged(plain, "carl", true), "transport.signature_missing");
}

}  // namespace
}  // namespace doorward::guards
