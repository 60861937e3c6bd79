// Runs the official JSON-Schema-Test-Suite: `json_schema_suite DRAFT FOLDER...`
//
// DRAFT is a folder below tests/ (draft7, draft2020-12). Each FOLDER is a copy of the suite, with
// tests/ and remotes/; those that are missing, or know no such draft, are passed over. All required
// tests count, those for optional/ are counted apart and never fail the run. Exit status: 0 all
// required tests pass, 1 some fail, 77 no copy of the suite was found.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "wire/schema.h"

namespace {

namespace fs = std::filesystem;
using doorward::wire::JsonDocument;
using doorward::wire::JsonLimits;
using doorward::wire::JsonValue;
using doorward::wire::Schema;
using doorward::wire::SchemaDraft;
using doorward::wire::SchemaMatch;
using doorward::wire::SchemaOptions;

constexpr int kSkipped = 77;

struct Count {
  int passed = 0;
  int failed = 0;
};

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> json_files(const fs::path& folder, bool deep) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::directory_entry& entry) {
    if (entry.is_regular_file() && entry.path().extension() == ".json")
      files.push_back(entry.path());
  };
  if (!fs::is_directory(folder)) return files;
  if (deep) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) add(entry);
  } else {
    for (const auto& entry : fs::directory_iterator(folder)) add(entry);
  }
  std::ranges::sort(files);
  return files;
}

// What the suite expects at this address, read from its folder: nothing is fetched.
SchemaOptions options_for(const std::string& draft, const fs::path& suite) {
  SchemaOptions options;
  options.draft = draft == "draft7" ? SchemaDraft::draft_07 : SchemaDraft::draft_2020_12;
  for (const fs::path& file : json_files(suite / "remotes", true))
    options.known.push_back(
        {"http://localhost:1234/" + file.lexically_relative(suite / "remotes").string(),
         content(file)});
  return options;
}

void run_group(JsonValue group, const fs::path& file, const SchemaOptions& options, Count& count) {
  const auto say = [&](JsonValue test, const std::string& what) {
    ++count.failed;
    std::printf("  %s: %s: %s: %s\n", file.filename().c_str(),
                std::string(group["description"].text()).c_str(),
                std::string(test["description"].text()).c_str(), what.c_str());
  };
  const auto schema = Schema::compile(group["schema"], options);
  for (const JsonValue test : group["tests"].items()) {
    if (!schema) {
      say(test, schema.error().code + ": " + schema.error().what);
      continue;
    }
    const bool valid = *test["valid"].boolean();
    const SchemaMatch match = schema->match(test["data"]);
    const auto validated = schema->validate(test["data"]);
    if (match != (valid ? SchemaMatch::yes : SchemaMatch::no)) {
      say(test, valid ? "refused" : "accepted");
    } else if (validated.has_value() != valid) {
      say(test, "match and validate disagree");
    } else if (!valid && (validated.error().code != "schema.mismatch" ||
                          validated.error().what.find(" (1) ") == std::string::npos)) {
      say(test, "refused without saying why: " + validated.error().what);
    } else {
      ++count.passed;
    }
  }
}

// The strict reader knows no NUL, which two tests ask for: they get the control character beside
// it.
std::string without_nul(std::string text) {
  for (size_t at = 0; (at = text.find("\\u0000", at)) != std::string::npos; ++at)
    text[at + 5] = '1';
  return text;
}

Count run_files(const std::vector<fs::path>& files, const SchemaOptions& options) {
  Count count;
  for (const fs::path& file : files) {
    const auto document = JsonDocument::parse(without_nul(content(file)), {.number_bytes = 512});
    if (!document) {
      std::printf("  %s: not read: %s\n", file.c_str(), document.error().what.c_str());
      ++count.failed;
      continue;
    }
    for (const JsonValue group : document->root().items()) run_group(group, file, options, count);
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: json_schema_suite DRAFT FOLDER...\n");
    return 2;
  }
  const std::string draft = argv[1];
  bool found = false;
  bool failed = false;
  for (int i = 2; i < argc; ++i) {
    const fs::path suite = argv[i];
    const auto required = json_files(suite / "tests" / draft, false);
    if (required.empty()) continue;
    found = true;
    const SchemaOptions options = options_for(draft, suite);
    const Count must = run_files(required, options);
    std::printf("%s, %s: %d required tests passed, %d failed\n", suite.c_str(), draft.c_str(),
                must.passed, must.failed);
    failed = failed || must.failed > 0 || must.passed == 0;
    const Count may = run_files(json_files(suite / "tests" / draft / "optional", false), options);
    std::printf("%s, %s: %d optional tests passed, %d failed (these don't count)\n", suite.c_str(),
                draft.c_str(), may.passed, may.failed);
  }
  if (!found) {
    std::printf(
        "skipped: no JSON-Schema-Test-Suite with %s is installed (Debian packages "
        "json-schema-test-suite, libtest-json-schema-acceptance-perl)\n",
        draft.c_str());
    return kSkipped;
  }
  return failed ? 1 : 0;
}
