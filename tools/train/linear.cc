#include "linear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace doorward::train {

namespace {

double norm(const Example& example, size_t features) {
  return 1.0 / detect::norm_of(features, example.power);
}

bool all_suspect(const Example& example, Run run) {
  for (size_t i = run.first; i <= run.last; ++i)
    if (example.suspect[i] == 0) return false;
  return true;
}

// One step of AdaGrad on one run.
class Learner {
 public:
  explicit Learner(const Recipe& recipe) : recipe_(recipe) {
    model_.weights.assign(detect::kFeatures, 0);
    squares_.assign(detect::kFeatures, 1e-3F);
  }

  void step(const Example& example, Run run, bool attack, float weight) {
    size_t count = 0;
    for (size_t i = run.first; i <= run.last; ++i) count += example.features[i].size();
    const double said = model_.said(example, run);
    const double error = (1.0 / (1.0 + std::exp(-said)) - (attack ? 1.0 : 0.0)) * weight;
    if (std::abs(error) < 1e-4) return;
    const auto gradient = static_cast<float>(error * norm(example, count));
    for (size_t i = run.first; i <= run.last; ++i)
      for (const uint32_t feature : example.features[i]) {
        float& w = model_.weights[feature];
        const float g = gradient + recipe_.decay * w;
        squares_[feature] += g * g;
        w -= recipe_.rate * g / std::sqrt(squares_[feature]);
      }
    bias_square_ += static_cast<float>(error * error);
    model_.bias -= recipe_.rate * static_cast<float>(error) / std::sqrt(bias_square_);
  }

  void learn(const Example& example, bool first_epoch) {
    if (example.features.empty()) return;
    if (!example.attack) {
      const auto share = static_cast<float>(
          example.weight / std::sqrt(static_cast<double>(example.features.size())));
      for (size_t i = 0; i < example.features.size(); ++i) step(example, {i, i}, false, share);
      if (first_epoch || !example.runs || example.features.size() < 2) return;
      Run surest;
      static_cast<void>(model_.best(example, &surest));
      if (surest.last > surest.first) step(example, surest, false, share);
      return;
    }
    Run run;
    if (first_epoch) {
      // Which of many pieces holds the attack would be a guess, and a wrong guess teaches that
      // honest hosts are hostile.
      size_t first = 0;
      while (first < example.suspect.size() && example.suspect[first] == 0) ++first;
      size_t last = first;
      while (last + 1 < example.suspect.size() && example.suspect[last + 1] != 0) ++last;
      const auto suspects = static_cast<size_t>(
          std::count(example.suspect.begin(), example.suspect.end(), uint8_t{1}));
      if (last - first + 1 != suspects || suspects > (example.runs ? detect::kLongestRun : 1))
        return;
      run = {first, last};
    } else if (model_.best(example, &run, true) < -1e8) {
      return;
    }
    step(example, run, true, example.weight);
  }

  [[nodiscard]] Linear take() { return std::move(model_); }

 private:
  const Recipe& recipe_;
  Linear model_;
  std::vector<float> squares_;
  float bias_square_ = 1;
};

}  // namespace

double Linear::said(const Example& example, Run run) const {
  double total = 0;
  size_t count = 0;
  for (size_t i = run.first; i <= run.last; ++i) {
    for (const uint32_t feature : example.features[i]) total += weights[feature];
    count += example.features[i].size();
  }
  return total * norm(example, count) + bias;
}

double Linear::best(const Example& example, Run* which, bool suspects) const {
  std::vector<double> sums;
  for (const auto& features : example.features) {
    double total = 0;
    for (const uint32_t feature : features) total += weights[feature];
    sums.push_back(total);
  }
  double most = -1e9;
  const auto look = [&](size_t first, size_t last) {
    if (suspects && !all_suspect(example, {first, last})) return;
    double total = 0;
    size_t count = 0;
    for (size_t i = first; i <= last; ++i) {
      total += sums[i];
      count += example.features[i].size();
    }
    const double said = total * norm(example, count) + bias;
    if (said <= most) return;
    most = said;
    if (which != nullptr) *which = {first, last};
  };
  if (example.runs)
    detect::for_each_run(example.pieces, example.width, look);
  else
    for (size_t i = 0; i < sums.size(); ++i) look(i, i);
  return most;
}

Linear fit(const std::vector<const Example*>& examples, const Recipe& recipe) {
  Learner learner(recipe);
  std::vector<size_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  uint64_t random = 88172645463325252ULL;  // the same order in every run
  for (int epoch = 0; epoch < recipe.epochs; ++epoch) {
    for (size_t i = order.size(); i > 1; --i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      std::swap(order[i - 1], order[random % i]);
    }
    for (const size_t at : order) learner.learn(*examples[at], epoch == 0);
  }
  return learner.take();
}

}  // namespace doorward::train
