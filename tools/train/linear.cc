#include "linear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace doorward::train {

namespace {

double norm(const std::vector<uint32_t>& features) {
  return 1.0 / std::sqrt(static_cast<double>(features.size()) + 8);
}

}  // namespace

double Linear::sum(const std::vector<uint32_t>& features) const {
  double total = 0;
  for (const uint32_t feature : features) total += weights[feature];
  return total * norm(features) + bias;
}

double Linear::best(const Example& example, size_t* which) const {
  double most = -1e9;
  for (size_t i = 0; i < example.windows.size(); ++i) {
    const double said = sum(example.windows[i]);
    if (said <= most) continue;
    most = said;
    if (which != nullptr) *which = i;
  }
  return most;
}

Linear fit(const std::vector<const Example*>& examples, const Recipe& recipe) {
  Linear model;
  model.weights.assign(detect::kFeatures, 0);
  std::vector<float> squares(detect::kFeatures, 1e-3F);
  float bias_square = 1;
  std::vector<size_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  uint64_t random = 88172645463325252ULL;  // the same order in every run
  const auto step = [&](const std::vector<uint32_t>& features, bool attack, float weight) {
    const double scale = norm(features);
    const double said = model.sum(features);
    const double error = (1.0 / (1.0 + std::exp(-said)) - (attack ? 1.0 : 0.0)) * weight;
    if (std::abs(error) < 1e-4) return;
    const auto gradient = static_cast<float>(error * scale);
    for (const uint32_t feature : features) {
      float& w = model.weights[feature];
      const float g = gradient + recipe.decay * w;
      squares[feature] += g * g;
      w -= recipe.rate * g / std::sqrt(squares[feature]);
    }
    bias_square += static_cast<float>(error * error);
    model.bias -= recipe.rate * static_cast<float>(error) / std::sqrt(bias_square);
  };
  for (int epoch = 0; epoch < recipe.epochs; ++epoch) {
    for (size_t i = order.size(); i > 1; --i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      std::swap(order[i - 1], order[random % i]);
    }
    for (const size_t at : order) {
      const Example& example = *examples[at];
      if (example.attack) {
        size_t which = 0;
        if (epoch > 0 && example.windows.size() > 1) static_cast<void>(model.best(example, &which));
        // Which of many windows holds the attack is a guess, and a wrong guess teaches that honest
        // hosts are hostile; short texts teach enough.
        if (example.windows.size() > 2) continue;
        step(example.windows[which], true, example.weight);
      } else {
        const auto share = static_cast<float>(
            example.weight / std::sqrt(static_cast<double>(example.windows.size())));
        for (const auto& window : example.windows) step(window, false, share);
      }
    }
  }
  return model;
}

}  // namespace doorward::train
