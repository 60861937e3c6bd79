// The rule tables themselves: every pattern is understood by both engines, every id is used once.
#include "detect/rules.h"

#include <gtest/gtest.h>
#include <hs/hs.h>
#include <re2/re2.h>

#include <set>
#include <string>

#include "detect/inspector.h"

namespace doorward::detect {
namespace {

std::vector<std::span<const Rule>> all_tables() {
  return {instruction_rules(),   guise_rules(),   language_rules(),   definition_rules(),
          sql_rules(),           command_rules(), markup_rules(),     code_rules(),
          path_rules(),          pii_rules(),     pii_number_rules(), vendor_secret_rules(),
          generic_secret_rules()};
}

TEST(Rules, AreUnderstoodByBothEngines) {
  for (const auto& table : all_tables())
    for (const Rule& rule : table) {
      hs_database_t* database = nullptr;
      hs_compile_error_t* error = nullptr;
      const char* const pattern = rule.trigger != nullptr ? rule.trigger : rule.pattern;
      const auto compiled = hs_compile(
          pattern, HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | (rule.exact_case ? 0 : HS_FLAG_CASELESS),
          HS_MODE_BLOCK, nullptr, &database, &error);
      EXPECT_EQ(compiled, HS_SUCCESS)
          << rule.id << ": " << (error != nullptr ? error->message : "");
      hs_free_compile_error(error);
      hs_free_database(database);
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_log_errors(false);
      const re2::RE2 locator(rule.pattern, options);
      EXPECT_TRUE(locator.ok()) << rule.id << ": " << locator.error();
      EXPECT_LE(rule.group, locator.NumberOfCapturingGroups()) << rule.id;
    }
}

TEST(Rules, HaveAnIdOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const auto& table : all_tables())
    for (const Rule& rule : table) {
      EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
      EXPECT_NE(rule.id.find('.'), std::string_view::npos) << rule.id;
    }
}

TEST(Rules, KnowTwoHundredVendorFormats) {
  EXPECT_GE(vendor_secret_rules().size(), 200U);
}

// The name of a format is no placeholder: AGE-SECRET-KEY holds the words of one. Parts are joined
// here, so that no scanner takes this file for a leak.
TEST(Rules, KnowKeysWhoseNameSoundsLikeAPlaceholder) {
  const std::string age = std::string("AGE-SECRET-") +
                          "KEY-1S5V0V8J70FQ3PLTVCT4589S7DWVY9VUYXD49XA9X3U8KRE0W7EGCQZRLZK";
  const std::string teams =
      std::string("https://outlook.office.com/") +
      "webhook/d38f1f34-920f-bd01-f400-72e3cf347862@554017cd-f83f-d989-e60f-210402362d53/" +
      "IncomingWebhook/c9efc6d892aa68bfcc8c928344b16103/485a1c29-2be0-1e4f-c2d0-31c41885221c";
  for (const std::string& key : {age, teams})
    EXPECT_TRUE(inspect_secrets("x " + key + " y").has(Kind::secret, Certainty::certain)) << key;
  EXPECT_FALSE(inspect_secrets("AGE-SECRET-" + std::string("KEY-1") + std::string(58, 'Q'))
                   .has(Kind::secret, Certainty::likely));
}

}  // namespace
}  // namespace doorward::detect
