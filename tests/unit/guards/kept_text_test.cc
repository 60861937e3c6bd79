// What the log keeps of texts: no secret, whatever way it came in, and no more than it may.
#include "guards/logtamper/kept_text.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

namespace doorward::guards {
namespace {

constexpr std::string_view kHeld = "held-by-the-gateway-5d1c7e";

const detect::HeldSecrets& held() {
  static const detect::HeldSecrets secrets([] {
    std::vector<Secret<std::string>> values;
    values.emplace_back(std::string(kHeld));
    return values;
  }());
  return secrets;
}

Redactor::Kept kept(const std::string& json, size_t bytes = 4096, bool texts = true) {
  const auto parsed = wire::JsonDocument::parse(json);
  EXPECT_TRUE(parsed) << json;
  Redactor redactor(&held(), false);
  const size_t number = redactor.add_json(parsed->root());
  redactor.scan();
  auto out = redactor.json(number, bytes, texts);
  EXPECT_TRUE(wire::JsonDocument::parse(out.text)) << out.text;
  return out;
}

TEST(KeptTextTest, WhatIsNoSecretStaysAsItIs) {
  const std::string plain =
      R"({"path":"notes/a.txt","lines":[1,2.5,true,null],"to":{"mail":"bo@example.com"},"e":""})";
  const auto out = kept(plain);
  EXPECT_EQ(out.text, plain);
  EXPECT_TRUE(out.whole);
}

TEST(KeptTextTest, AHeldSecretIsTakenOutWhereverItStands) {
  const std::string secret(kHeld);
  for (const std::string& json :
       {R"({"text":"take )" + secret + R"( now"})", R"({")" + secret + R"(":"a name"})",
        R"({"a":["x",{"b":")" + secret + R"("}]})",
        std::string(R"({"text":"held-by-the\u002dgateway-5d1c7e"})"),
        std::string(R"({"text":"aGVsZC1ieS10aGUtZ2F0ZXdheS01ZDFjN2U="})"),
        std::string(R"({"text":"held%2Dby%2Dthe%2Dgateway%2D5d1c7e"})")}) {
    const auto out = kept(json);
    EXPECT_EQ(out.text.find(secret), std::string::npos) << out.text;
    EXPECT_EQ(out.text.find("aGVsZC1ieS10"), std::string::npos) << out.text;
    EXPECT_EQ(out.text.find("%2Dgateway"), std::string::npos) << out.text;
    EXPECT_NE(out.text.find("[secret."), std::string::npos) << out.text;
  }
  EXPECT_EQ(kept(R"({"text":"held-by-the-gatehouse"})").text,
            R"({"text":"held-by-the-gatehouse"})");
}

TEST(KeptTextTest, ASecretInPartsLeavesNothing) {
  for (const std::string& json : {std::string(R"({"a":"held-by-the-","b":"gateway-5d1c7e"})"),
                                  std::string(R"({"held-by-the-":"gateway-5d1c7e"})"),
                                  std::string(R"(["held-","by-the-","gateway-","5d1c7e"])")}) {
    const auto out = kept(json);
    EXPECT_EQ(out.text.find("5d1c7e"), std::string::npos) << out.text;
    EXPECT_FALSE(out.whole);
  }
  EXPECT_TRUE(kept(R"({"a":"held-by-the-","b":"doorman"})").whole);
}

TEST(KeptTextTest, NamesTellSecretsThatHaveNoShape) {
  const auto out = kept(
      R"({"user":"ana","password":"abc","PIN":1234,"x-api_key":"k","auth":{"token":["a","b"]},)"
      R"("max_tokens":5,"secretary":"bo","author":"c"})");
  for (const std::string_view gone : {"\"abc\"", "1234", "\"k\"", "\"a\"", "\"b\""})
    EXPECT_EQ(out.text.find(gone), std::string::npos) << gone << ": " << out.text;
  for (const std::string_view stays : {"\"ana\"", "\"max_tokens\":5", "\"bo\"", "\"c\""})
    EXPECT_NE(out.text.find(stays), std::string::npos) << stays << ": " << out.text;
}

TEST(KeptTextTest, PairsOfNameAndValueTellThemToo) {
  const auto out =
      kept(R"({"headers":[{"name":"Authorization","value":"q7"},{"name":"Accept","value":"text"}],)"
           R"("env":[{"key":"DB_PASS","value":"w8"}],"connectionString":"u3"})");
  for (const std::string_view gone : {"q7", "w8", "u3"})
    EXPECT_EQ(out.text.find(gone), std::string::npos) << gone << ": " << out.text;
  EXPECT_NE(out.text.find(R"("text")"), std::string::npos) << out.text;
}

TEST(KeptTextTest, WhatIsTooLongIsShortenedAndSaysSo) {
  const std::string longer(9000, 'x');
  const auto out = kept(R"({"path":"a","content":")" + longer + R"("})");
  EXPECT_FALSE(out.whole);
  EXPECT_LE(out.text.size(), 4096U);
  EXPECT_NE(out.text.find(R"({"path":"a","content":"xxxx)"), std::string::npos);
  EXPECT_NE(out.text.find("<text of 9000 bytes>"), std::string::npos);
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) many += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
  EXPECT_FALSE(kept(many + "]").whole);
  EXPECT_LE(kept(many + "]").text.size(), 4096U);
  EXPECT_EQ(kept(R"({"a":"text","n":1})", 4096, false).text, R"({"a":"<text of 4 bytes>","n":1})");
}

TEST(KeptTextTest, NoPartOfASecretStaysAtTheBorder) {
  for (size_t before = 4000; before < 4100; before += 7) {
    const auto out = kept(R"({"t":")" + std::string(before, 'x') + std::string(kHeld) + R"("})");
    EXPECT_EQ(out.text.find("held-by"), std::string::npos) << before;
  }
  for (size_t before = 8180; before < 8200; ++before) {
    const auto out =
        kept(R"({"t":")" + std::string(before, 'x') + std::string(kHeld) + R"("})", 1 << 16);
    EXPECT_EQ(out.text.find("held-"), std::string::npos) << before;
  }
}

TEST(KeptTextTest, ATextOfItsOwnIsLookedThroughAsWell) {
  Redactor redactor(&held(), false);
  const std::string uri = "https://example.com/a?key=" + std::string(kHeld);
  const size_t given = redactor.add(uri), plain = redactor.add("read_file");
  redactor.scan();
  EXPECT_EQ(redactor.text(given), "https://example.com/a?key=[secret.held]");
  EXPECT_EQ(redactor.text(plain), "read_file");
}

// With and without what guards know of the texts: the same is kept.
std::string kept_knowing(const std::string& json, std::string_view own = "", size_t clean = 1) {
  const auto parsed = wire::JsonDocument::parse(json);
  EXPECT_TRUE(parsed) << json;
  detect::Readings readings;
  const auto known = clean_texts(parsed->root(), readings, &held());
  EXPECT_EQ(known.size(), clean) << json.substr(0, 80);
  std::array<std::string, 2> out;
  for (size_t i = 0; i < out.size(); ++i) {
    Redactor redactor(&held(), false,
                      i == 0 ? std::span<const std::string_view>() : std::span(known));
    redactor.hide(own);
    const size_t number = redactor.add_json(parsed->root());
    redactor.scan();
    out.at(i) = redactor.json(number, 16'384).text;
  }
  EXPECT_EQ(out[0], out[1]);
  return out[1];
}

TEST(KeptTextTest, WhatIsKnownToBeCleanIsKeptAsIfItWereNot) {
  std::string prose;
  for (int i = 0; i < 150; ++i) prose += "word " + std::to_string(i % 10) + " of a text, ";
  const std::string token = "glpat-Kx7Qm2Rt9Wz4Yb6Nc1Vd";
  EXPECT_NE(kept_knowing(R"({"text":")" + prose + R"("})").find("word 9 of"), std::string::npos);
  // Beside it, behind it, and in it, where it is not clean.
  for (const std::string& json :
       {R"({"text":")" + prose + R"(","note":")" + token + R"("})",
        R"({"note":")" + token + R"(","text":")" + prose + R"(","more":"x )" + token + R"("})"})
    EXPECT_EQ(kept_knowing(json).find(token), std::string::npos);
  EXPECT_EQ(kept_knowing(R"({"text":")" + prose + token + " " + prose + R"("})", "", 0).find(token),
            std::string::npos);
  // The token that this message came with, in the middle.
  const std::string own = "an-opaque-token-of-mine";
  EXPECT_EQ(kept_knowing(R"({"text":")" + prose + "with " + own + " in " + prose + R"("})", own)
                .find(own),
            std::string::npos);
  // What begins in the text before goes on in it.
  const std::string armour = "-----BEGIN RSA PRIVATE KEY-----";
  EXPECT_EQ(kept_knowing(R"({"a":")" + armour + R"(","text":")" + prose + R"("})").find("END"),
            std::string::npos);
  EXPECT_EQ(kept_knowing(R"({"a":"held-by-the-","text":"gateway-5d1c7e )" + prose + R"("})")
                .find("5d1c7e"),
            std::string::npos);
}

}  // namespace
}  // namespace doorward::guards
