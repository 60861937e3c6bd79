// The trained model: one linear classifier a channel over hashed features, eight bits a weight.
//
// File: "DWM1", then for each of four channels: float bias, float scale, float gain, float label,
// float certain, u32 width, 2^18 signed bytes. Little-endian.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "detect/features.h"
#include "detect/finding.h"

namespace doorward::detect {

struct Classifier {
  float bias = 0;
  float scale = 0;       // of a weight
  float gain = 1;        // of the sum, set in training (calibration)
  float label = 3;       // total evidence from which a finding is likely
  float certain = 7;     // … and certain
  uint32_t width = 400;  // of a window, in bytes
  const int8_t* weights = nullptr;

  [[nodiscard]] int64_t sum(const std::vector<uint32_t>& features) const;
  // Calibrated log odds of `count` features that sum up to `sum`.
  [[nodiscard]] double log_odds(int64_t sum, size_t count, double power) const;
};

// Sums of pieces that were read before: the views of a text have most of their pieces in common.
// The texts must outlive it.
class KnownSums {
 public:
  template <class Make>
  [[nodiscard]] FeatureSum of(std::string_view piece, const Make& make) {
    if (sums_.size() >= kMost) return make();
    const auto [known, is_new] = sums_.try_emplace(piece);
    if (is_new) known->second = make();
    return known->second;
  }

 private:
  static constexpr size_t kMost = 65'536;
  std::unordered_map<std::string_view, FeatureSum> sums_;
};

class Model {
 public:
  // `file` must outlive the model. Errors: detect.model.
  [[nodiscard]] static Expected<Model> read(std::string_view file);
  // The one that the program carries.
  [[nodiscard]] static const Model& built_in();

  [[nodiscard]] const Classifier& of(Channel channel) const {
    return classifiers_[static_cast<size_t>(channel)];
  }

  struct Opinion {
    double log_odds = -20;
    size_t from = 0, to = 0;  // of the window that says most
  };
  // Of the surest window; every window is asked, so that none is a place to hide.
  // `marks` are what rules found in the text. `known`: of this channel.
  [[nodiscard]] Opinion ask(Channel channel, std::string_view text,
                            std::span<const Mark> marks = {}, KnownSums* known = nullptr) const;

 private:
  std::array<Classifier, 4> classifiers_;
};

// Prose is judged piece by piece with what rules found there: an instruction is a foreign body in
// data. Arguments are judged as they stand.
[[nodiscard]] constexpr bool by_pieces(Channel channel) {
  return channel != Channel::tool_arguments;
}

// See norm_of. In results it grows less than the root: a long wish must not drown the few words
// that say whose it is.
[[nodiscard]] constexpr double norm_power(Channel channel) {
  return channel == Channel::tool_result ? 0.35 : 0.5;
}

[[nodiscard]] constexpr FeatureSet feature_set(Channel channel) {
  if (channel == Channel::tool_arguments) return FeatureSet::symbols;
  return channel == Channel::tool_result ? FeatureSet::data : FeatureSet::prose;
}

}  // namespace doorward::detect
