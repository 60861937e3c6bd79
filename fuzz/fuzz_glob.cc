// Fuzzes module: policy
// Pattern and text, parted by the first line end. Compared with a table-driven reading.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "policy/glob.h"

namespace {

bool by_table(std::string_view pattern, std::string_view text) {
  std::vector<bool> row(text.size() + 1, false);
  row[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    bool open = false;
    for (size_t i = 0; i <= text.size(); ++i) {
      open = open || row[i];
      if (c == '*')
        next[i] = open;
      else if (i > 0)
        next[i] = row[i - 1] && text[i - 1] == c;
    }
    row = std::move(next);
  }
  return row[text.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view pattern = input.substr(0, end);
  const std::string_view text = input.substr(end + 1);
  if (doorward::policy::Glob(std::string(pattern)).matches(text) != by_table(pattern, text))
    std::abort();
  return 0;
}
