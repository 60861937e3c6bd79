#include "identity/tokens.h"

#include <gmock/gmock.h>

#include <set>

#include "base/bytes.h"

namespace doorward::identity {
namespace {

const std::string kSecret(43, 'a');

Tokens tokens() {
  Tokens made;
  made.add({Secret<>(std::string("a-local-token")), core::Principal{.user = "local"}});
  for (const std::string id : {"ci", "a_b"})
    made.add(id, {sha256("dw_" + id + "_" + kSecret), core::Principal{.user = id}});
  return made;
}

TEST(Tokens, FindsWhoHoldsOne) {
  const Tokens known = tokens();
  EXPECT_EQ(known.find("a-local-token")->user, "local");
  EXPECT_EQ(known.find("dw_ci_" + kSecret)->user, "ci");
  EXPECT_EQ(known.find("dw_a_b_" + kSecret)->user, "a_b");
}

TEST(Tokens, KnowsNothingElse) {
  const Tokens known = tokens();
  for (const std::string& text :
       {std::string(), std::string("a-local-toke"), std::string("a-local-token "),
        std::string("A-LOCAL-TOKEN"), std::string("a-local-token\0", 14), "dw_ci_" + kSecret + "a",
        "dw_ci_" + kSecret.substr(1), "dw_ci_" + std::string(43, 'b'), "dw_ci" + kSecret,
        "dw__" + kSecret, "DW_ci_" + kSecret, "dw_a_" + kSecret, "dw_b_" + kSecret,
        " dw_ci_" + kSecret, std::string(257, 'a'), std::string(1 << 20, 'a')})
    EXPECT_FALSE(known.find(text)) << text.substr(0, 80);
}

TEST(Tokens, WithoutAnyNobodyIsFound) {
  const Tokens none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.find(""));
  EXPECT_FALSE(none.find("dw_ci_" + kSecret));
  EXPECT_FALSE(tokens().empty());
}

TEST(Tokens, ADigestAloneOpensNothing) {
  Tokens known;
  known.add("ci", {Sha256{}, core::Principal{.user = "ci"}});
  EXPECT_FALSE(known.find("dw_ci_" + kSecret));
  EXPECT_FALSE(known.find(std::string(32, '\0')));
}

TEST(TokenId, IsWhatStandsBetweenPrefixAndSecret) {
  EXPECT_EQ(token_id("dw_ci_" + kSecret), "ci");
  EXPECT_EQ(token_id("dw_a_b_" + kSecret), "a_b");
  EXPECT_EQ(token_id("dw_x_" + std::string(43, '_')), "x");
  for (const std::string& text : {std::string(), std::string("dw_"), "dw_" + kSecret,
                                  "dw__" + kSecret, "ci_" + kSecret, "dw_ci-" + kSecret})
    EXPECT_FALSE(token_id(text)) << text;
}

TEST(NewToken, IsLongFreshAndKeptAsItsDigestOnly) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const NewToken made = new_token("ci");
    EXPECT_TRUE(seen.insert(made.text).second);
    EXPECT_EQ(token_id(made.text), "ci");
    EXPECT_EQ(made.text.size(), std::string("dw_ci_").size() + 43);
    EXPECT_EQ(made.hash.find(made.text.substr(6)), std::string::npos);
    const Sha256 digest = sha256(made.text);
    EXPECT_EQ(made.hash, "sha256$" + base64url({reinterpret_cast<const char*>(digest.data()), 32}));
    Tokens known;
    known.add("ci", {digest, core::Principal{.user = "ci"}});
    EXPECT_EQ(known.find(made.text)->user, "ci");
  }
}

}  // namespace
}  // namespace doorward::identity
