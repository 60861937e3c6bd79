#include "detect/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace doorward::embedded {
extern const std::string_view injection_model;
}

namespace doorward::detect {

namespace {

// A result that is nothing but one request is likelier its user's own note than an attack: those
// hide in something that was asked for.
constexpr double kAlone = 1.5;
constexpr double kFewWords = 1.0;  // besides: `write to ana@mail.example`
constexpr size_t kFewBytes = 40;
constexpr size_t kHead = 24;  // bytes in front of a classifier's weights

template <class T>
T take(std::string_view file, size_t& at) {
  T value;
  std::memcpy(&value, file.data() + at, sizeof value);
  at += sizeof value;
  return value;
}

}  // namespace

int64_t Classifier::sum(const std::vector<uint32_t>& features) const {
  int64_t sum = 0;
  for (const uint32_t feature : features) sum += weights[feature];
  return sum;
}

double Classifier::log_odds(int64_t sum, size_t count, double power) const {
  return (static_cast<double>(sum) * scale / norm_of(count, power) + bias) * gain;
}

Expected<Model> Model::read(std::string_view file) {
  const size_t each = kHead + kFeatures;
  if (file.size() != 4 + 4 * each || !file.starts_with("DWM1"))
    return failure("detect.model", Fault::self, "the model file is not of this version");
  Model model;
  size_t at = 4;
  for (auto& classifier : model.classifiers_) {
    classifier.bias = take<float>(file, at);
    classifier.scale = take<float>(file, at);
    classifier.gain = take<float>(file, at);
    classifier.label = take<float>(file, at);
    classifier.certain = take<float>(file, at);
    classifier.width = take<uint32_t>(file, at);
    if (!std::isfinite(classifier.bias) || !std::isfinite(classifier.scale) ||
        !std::isfinite(classifier.gain) || classifier.width < 64 || classifier.width > 65536)
      return failure("detect.model", Fault::self, "the model file holds impossible numbers");
    classifier.weights = reinterpret_cast<const int8_t*>(file.data() + at);
    at += kFeatures;
  }
  return model;
}

const Model& Model::built_in() {
  static const Model model = [] {
    auto read = Model::read(embedded::injection_model);
    if (!read) panic("the model that this program carries can't be read: " + read.error().what);
    return *read;
  }();
  return model;
}

Model::Opinion Model::ask(Channel channel, std::string_view text, std::span<const Mark> marks,
                          KnownSums* known) const {
  const Classifier& classifier = of(channel);
  const FeatureSet set = feature_set(channel);
  Opinion best;
  if (text.empty()) return best;
  const bool prose = by_pieces(channel);
  const auto pieces = prose ? pieces_of(text) : windows_of(text, classifier.width);
  std::vector<FeatureSum> sums(pieces.size());
  std::vector<uint32_t> told;
  std::vector<Mark> sorted(marks.begin(), marks.end());  // as the pieces are
  std::ranges::stable_sort(sorted, {}, &Mark::at);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view piece = text.substr(pieces[i].from, pieces[i].to - pieces[i].from);
    const auto read = [&] { return sum_of(plain_form(piece, set), set, classifier.weights); };
    sums[i] = known != nullptr ? known->of(piece, read) : read();
    if (!prose || marks.empty()) continue;
    const std::span inside(std::ranges::lower_bound(sorted, pieces[i].from, {}, &Mark::at),
                           std::ranges::lower_bound(sorted, pieces[i].to, {}, &Mark::at));
    if (inside.empty()) continue;
    told.clear();
    add_marks(inside, pieces[i], told);
    sums[i].sum += classifier.sum(told);
    sums[i].count += told.size();
  }
  const auto look = [&](size_t first, size_t last) {
    int64_t sum = 0;
    size_t count = 0;
    for (size_t i = first; i <= last; ++i) {
      sum += sums[i].sum;
      count += sums[i].count;
    }
    double said = classifier.log_odds(sum, count, norm_power(channel));
    if (channel == Channel::tool_result && first == 0 && last + 1 == pieces.size())
      said -= text.size() < kFewBytes ? kAlone + kFewWords : kAlone;
    if (said > best.log_odds) best = {said, pieces[first].from, pieces[last].to};
  };
  if (prose)
    for_each_run(pieces, classifier.width, look);
  else
    for (size_t i = 0; i < pieces.size(); ++i) look(i, i);
  return best;
}

}  // namespace doorward::detect
