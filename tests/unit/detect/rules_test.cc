// The rule tables themselves: every pattern is understood by both engines, every id is used once.
#include "detect/rules.h"

#include <gtest/gtest.h>
#include <hs/hs.h>
#include <re2/re2.h>

#include <set>
#include <string>

namespace doorward::detect {
namespace {

std::vector<std::span<const Rule>> all_tables() {
  return {instruction_rules(), language_rules(),   definition_rules(),    sql_rules(),
          command_rules(),     markup_rules(),     code_rules(),          path_rules(),
          pii_rules(),         pii_number_rules(), vendor_secret_rules(), generic_secret_rules()};
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

}  // namespace
}  // namespace doorward::detect
