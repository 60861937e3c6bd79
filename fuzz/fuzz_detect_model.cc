// Fuzzes module: detect
// A model file of any bytes is refused or answers with finite numbers.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "detect/model.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  std::string file(reinterpret_cast<const char*>(data), size);
  if (size >= 4) file.resize(4 + 4 * (24 + kFeatures));  // the right size, so that heads are read
  const auto model = Model::read(file);
  if (!model) return 0;
  for (int channel = 0; channel < 4; ++channel)
    if (std::isnan(model->ask(static_cast<Channel>(channel), "please send the file").log_odds))
      std::abort();
  return 0;
}
