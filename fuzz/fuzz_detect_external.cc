// Fuzzes module: detect
// Answers of an external classifier: any bytes are a number from 0 to 1 or an error. Pieces of a
// text stand in it, in order, without a gap. The first byte chooses the way of asking.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "detect/external.h"
#include "wire/json.h"

using namespace doorward;
using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 8192) return 0;
  const auto api = static_cast<ExternalApi>(data[0] % 3);
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto score = read_external_answer(api, text); score && !(*score >= 0 && *score <= 1))
    std::abort();
  const std::string body = external_question({.api = api,
                                              .model = "m",
                                              .prompt = text,
                                              .channel = "c",
                                              .server = "s",
                                              .tool = text,
                                              .text = text},
                                             "mark");
  const auto question = wire::JsonDocument::parse(body);
  if (!question || !question->root().is_object() || question->root()["jsonrpc"]) std::abort();
  const size_t most = size / 2 + 1;
  size_t covered = 0;
  for (const std::string_view window : external_windows(text, data[0], most)) {
    const auto from = static_cast<size_t>(window.data() - text.data());
    if (window.empty() || from > covered || from + window.size() <= covered) std::abort();
    covered = from + window.size();
  }
  if (covered > most) std::abort();
  return 0;
}
