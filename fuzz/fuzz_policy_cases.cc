// Fuzzes module: app
// Any bytes are policy cases or a list of problems that name their line; never a crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/policy_cases.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cases = doorward::app::parse_policy_cases(text, "c.yaml");
  if (!cases) {
    if (!cases.error().what.starts_with("c.yaml:")) std::abort();
    return 0;
  }
  if (cases->empty()) std::abort();
  // What was read can be judged.
  const doorward::app::Config config;
  const auto report = doorward::app::run_policy_cases(config, {}, *cases, "c.yaml");
  if (report && report->results.size() != cases->size()) std::abort();
  return 0;
}
