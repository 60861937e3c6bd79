// HTTP message signatures as text (RFC 9421) and the digest of a body (RFC 9530).
#include "wire/http_signature.h"

#include <gtest/gtest.h>

namespace doorward::wire {
namespace {

// Views of `text` stay good as long as it does.
HttpRequestHead head_of(const std::string& text) {
  HttpRequestHead head;
  const auto whole = parse_request_head(text, head);
  EXPECT_TRUE(whole && *whole) << text;
  return head;
}

std::string request(const std::string& input, const std::string& signature,
                    const std::string& more = "") {
  return "POST /mcp/files?a=1 HTTP/1.1\r\nHost: GW.example\r\nSignature-Input: " + input +
         "\r\nSignature: " + signature + "\r\n" + more + "\r\n";
}

// RFC 9421, B.2.6.
TEST(HttpSignature, BaseIsThatOfTheSpecification) {
  const std::string text =
      "POST /foo?param=Value&Pet=dog HTTP/1.1\r\nHost: example.com\r\n"
      "Date: Tue, 20 Apr 2021 02:07:55 GMT\r\nContent-Type: application/json\r\n"
      "Content-Length: 18\r\n"
      "Signature-Input: sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
      "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"\r\n"
      "Signature: sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQ"
      "v5lIp5WPpBKRCw==:\r\n\r\n";
  const auto head = head_of(text);
  const auto signature = HttpSignature::of(head);
  ASSERT_TRUE(signature) << signature.error().what;
  EXPECT_EQ(signature->key_id, "test-key-ed25519");
  EXPECT_EQ(signature->created, 1618884473);
  EXPECT_EQ(signature->signature.size(), 64U);
  EXPECT_EQ(*signature->base(head, "https://example.com"),
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
            "\"@method\": POST\n"
            "\"@path\": /foo\n"
            "\"@authority\": example.com\n"
            "\"content-type\": application/json\n"
            "\"content-length\": 18\n"
            "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" "
            "\"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"");
}

TEST(HttpSignature, DerivedComponents) {
  const std::string text = request(
      "s=(\"@query\" \"@request-target\" \"@target-uri\" \"@authority\");nonce=\"n\"", "s=:AAAA:");
  const auto head = head_of(text);
  const auto signature = HttpSignature::of(head);
  ASSERT_TRUE(signature);
  EXPECT_EQ(*signature->base(head, "https://gw.example"),
            "\"@query\": ?a=1\n\"@request-target\": /mcp/files?a=1\n"
            "\"@target-uri\": https://gw.example/mcp/files?a=1\n\"@authority\": gw.example\n"
            "\"@signature-params\": (\"@query\" \"@request-target\" \"@target-uri\" "
            "\"@authority\");nonce=\"n\"");
}

TEST(HttpSignature, WhatIsNoSingleSignatureIsRefused) {
  const std::pair<const char*, const char*> kCases[] = {
      {"s=(\"@method\")", "t=:AAAA:"},                      // another label
      {"s=(\"@method\"), t=(\"@path\")", "s=:AAAA:"},       // two of them
      {"s=(\"@method\")", "s=:AAAA:, t=:AAAA:"},            // likewise
      {"s=(\"@method\" \"@method\")", "s=:AAAA:"},          // named twice
      {"s=(\"@method\"  \"@path\")", "s=:AAAA:"},           // two spaces
      {"s=(\"date\";bs)", "s=:AAAA:"},                      // a parameter of a component
      {"s=(\"Date\")", "s=:AAAA:"},                         // large letters
      {"s=(\"@method\";req)", "s=:AAAA:"},                  // of another message
      {"s=(\"@method\");created=1;created=2", "s=:AAAA:"},  // given twice
      {"s=(\"@method\");created=1.5", "s=:AAAA:"},
      {"s=(\"@method\");created=-1", "s=:AAAA:"},
      {"s=(\"@method\");created=9999999999999", "s=:AAAA:"},
      {"s=(\"@method\");created=\"1\"", "s=:AAAA:"},
      {"s=(\"@method\");nonce=\"a\\\"b\"", "s=:AAAA:"},
      {"s=(\"@method\");nonce=\"\"", "s=:AAAA:"},
      {"s=(\"@method\");unknown=1", "s=:AAAA:"},
      {"s=(\"@method\"", "s=:AAAA:"},
      {"s=\"@method\"", "s=:AAAA:"},
      {"(\"@method\")", "s=:AAAA:"},
      {"s=(\"@method\")", "s=AAAA"},
      {"s=(\"@method\")", "s=::"},
      {"s=(\"@method\")", "s=:AAA:"},
  };
  for (const auto& [input, given] : kCases) {
    const std::string text = request(input, given);
    const auto signature = HttpSignature::of(head_of(text));
    EXPECT_FALSE(signature) << input << " " << given;
    if (!signature) EXPECT_EQ(signature.error().code, "signature.syntax") << input;
  }
  const std::string none = "GET /mcp HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(HttpSignature::of(head_of(none)).error().code, "signature.missing");
  const std::string half = "GET /mcp HTTP/1.1\r\nHost: a\r\nSignature: s=:AAAA:\r\n\r\n";
  EXPECT_EQ(HttpSignature::of(head_of(half)).error().code, "signature.syntax");
  const std::string twice = request("s=(\"@method\")", "s=:AAAA:", "Signature: s=:AAAA:\r\n");
  EXPECT_EQ(HttpSignature::of(head_of(twice)).error().code, "signature.syntax");
}

TEST(HttpSignature, WhatHasToBeCovered) {
  const std::pair<const char*, const char*> kCases[] = {
      {"s=(\"@path\" \"content-digest\")", "@method"},
      {"s=(\"@method\" \"content-digest\")", "@path"},
      {"s=(\"@method\" \"@path\" \"content-digest\")", "@query"},
      {"s=(\"@method\" \"@path\" \"@query\")", "mcp-session-id"},
      {"s=(\"@method\" \"@target-uri\" \"mcp-session-id\")", "content-digest"},
      {"s=(\"@method\" \"@target-uri\" \"mcp-session-id\" \"content-digest\")", ""},
      {"s=(\"@method\" \"@request-target\" \"mcp-session-id\" \"content-digest\")", ""},
  };
  for (const auto& [input, lacking] : kCases) {
    const std::string text = request(input, "s=:AAAA:", "Mcp-Session-Id: x\r\n");
    const auto head = head_of(text);
    EXPECT_EQ(HttpSignature::of(head)->uncovered(head), lacking) << input;
  }
}

TEST(HttpSignature, AFieldThatIsNotThereOnceHasNoValue) {
  for (const char* const more : {"", "X-A: 1\r\nX-A: 2\r\n"}) {
    const std::string text = request("s=(\"x-a\")", "s=:AAAA:", more);
    const auto head = head_of(text);
    EXPECT_EQ(HttpSignature::of(head)->base(head, "").error().code, "signature.component");
  }
  const std::string text = request("s=(\"@status\")", "s=:AAAA:");
  const auto head = head_of(text);
  EXPECT_FALSE(HttpSignature::of(head)->base(head, ""));
}

TEST(ContentDigest, ComparesTheBody) {
  const std::string right = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";  // RFC 9530
  const std::string body = "{\"hello\": \"world\"}";
  const std::pair<std::string, DigestCheck> kCases[] = {
      {right, DigestCheck::holds},
      {"sha-512=:AAAA:, " + right, DigestCheck::holds},
      {right + " ,md5=:AAAA:", DigestCheck::holds},
      {"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPA=:", DigestCheck::differs},
      {"sha-512=:AAAA:", DigestCheck::unusable},
      {"sha-256=:AAAA:", DigestCheck::unusable},
      {right + ", " + right, DigestCheck::unusable},
      {"sha-256=X48E9", DigestCheck::unusable},
      {"", DigestCheck::unusable},
  };
  for (const auto& [field, expected] : kCases) {
    const std::string text = request("s=()", "s=:AAAA:", "Content-Digest: " + field + "\r\n");
    EXPECT_EQ(check_content_digest(head_of(text), body), expected) << field;
  }
  const std::string twice = request(
      "s=()", "s=:AAAA:", "Content-Digest: " + right + "\r\nContent-Digest: " + right + "\r\n");
  EXPECT_EQ(check_content_digest(head_of(twice), body), DigestCheck::unusable);
  const std::string none = request("s=()", "s=:AAAA:");
  EXPECT_EQ(check_content_digest(head_of(none), body), DigestCheck::absent);
}

}  // namespace
}  // namespace doorward::wire
