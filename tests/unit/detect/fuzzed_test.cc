// Every reader of bytes in src/detect is run by a fuzz target with a corpus: directly, or through
// the one that is named here.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace doorward::detect {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// By what their bytes are read, where no target names them.
const std::map<std::string, std::string> kThrough = {
    {"masks", "fuzz_detect_signs"},
    {"runs", "fuzz_detect_views"},
    {"characters", "fuzz_detect_views"},
    {"features", "fuzz_detect_inspect"},
    {"finding", "fuzz_detect_inspect"},
    {"word_kinds", "fuzz_detect_inspect"},
    {"fold", "fuzz_detect_views"},
    {"known_secrets", "fuzz_detect_views"},
    {"pattern_set", "fuzz_detect_inspect"},
    {"reach", "fuzz_detect_inspect"},
    {"reading", "fuzz_detect_inspect"},
    {"seams", ""},  // cuts texts and reads nothing in them
    {"rule", "fuzz_detect_inspect"},
    {"score", "fuzz_detect_inspect"},
    {"secret_checks", "fuzz_detect_inspect"},
    {"secret_rule", "fuzz_detect_inspect"},
    {"sql_postgres", "fuzz_sql"},
    {"credential_words", "fuzz_detect_form"},
    {"sql_tokens", "fuzz_sql"},
    {"sql_words", "fuzz_sql"},
    {"telling", "fuzz_detect_signs"},
    {"view", "fuzz_detect_views"},
    {"rule_names", ""},  // reads names of the configuration, by exact match
};

TEST(Fuzzed, EveryReaderOfBytesHasATargetWithACorpus) {
  const fs::path source = DOORWARD_SOURCE_DIR;
  std::map<std::string, std::string> included;  // header -> a target that includes it
  for (const auto& target : fs::directory_iterator(source / "fuzz")) {
    const std::string text = read(target.path());
    for (size_t at = text.find("\"detect/"); at != std::string::npos;
         at = text.find("\"detect/", at + 1))
      included[text.substr(at + 8, text.find(".h\"", at) - at - 8)] = target.path().stem();
  }
  for (const auto& header : fs::directory_iterator(source / "src/detect")) {
    if (header.path().extension() != ".h") continue;
    if (read(header.path()).find("std::string_view") == std::string::npos) continue;
    const std::string name = header.path().stem();
    std::string target;
    if (const auto direct = included.find(name); direct != included.end()) {
      target = direct->second;
    } else {
      const auto through = kThrough.find(name);
      ASSERT_NE(through, kThrough.end()) << "no fuzz target reads " << name << ".h";
      target = through->second;
    }
    if (target.empty()) continue;
    EXPECT_TRUE(fs::exists(source / "fuzz" / (target + ".cc"))) << name;
    EXPECT_FALSE(fs::is_empty(source / "fuzz/corpus" / target)) << target << " has no corpus";
  }
}

}  // namespace
}  // namespace doorward::detect
