#include "classifier_file.h"

#include <algorithm>
#include <cmath>

namespace doorward::train {

std::string classifier_bytes(const Linear& model, const Tuned& tuned, uint32_t width) {
  std::string out;
  const auto put = [&](auto value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  // Eight bits hold the bulk; the few largest weights are cut at eight deviations.
  double squares = 0;
  float most = 0;
  size_t used = 0;
  for (const float w : model.weights) {
    squares += static_cast<double>(w) * w;
    used += w != 0 ? 1 : 0;
    most = std::max(most, std::abs(w));
  }
  const auto deviation =
      static_cast<float>(std::sqrt(squares / static_cast<double>(std::max<size_t>(1, used))));
  const float scale = std::max(1e-9F, std::min(most, 8 * deviation) / 127);
  put(static_cast<float>(tuned.gain * model.bias + tuned.bias));
  put(static_cast<float>(scale * tuned.gain));
  put(1.0F);
  put(static_cast<float>(tuned.label));
  put(static_cast<float>(tuned.certain));
  put(width);
  for (const float w : model.weights)
    out += static_cast<char>(
        static_cast<int8_t>(std::lround(std::clamp(w / scale, -127.0F, 127.0F))));
  return out;
}

}  // namespace doorward::train
