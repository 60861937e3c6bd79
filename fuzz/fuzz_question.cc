// Fuzzes module: policy
// What is read as a question is written and read back as the same one, with the same binding.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/question.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto given = wire::JsonDocument::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!given) return 0;
  const auto question = policy::read_question(given->root());
  if (!question) return 0;
  std::string text;
  policy::append_question(text, *question);
  auto written = wire::JsonDocument::parse(text);
  if (!written) std::abort();
  const auto again = policy::read_question(written->root());
  if (!again || *again != *question || again->binding() != question->binding()) std::abort();
  return 0;
}
