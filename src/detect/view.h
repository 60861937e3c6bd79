// A reading of a text: the text itself, or what is left when a disguise is taken off. Every byte
// of a view knows the byte of the given text that a person would blame for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/finding.h"

namespace doorward::detect {

class View {
 public:
  // The given text itself. It must outlive the view.
  explicit View(std::string_view given) : given_(given) {}
  // A reading of `parent`, empty so far.
  View(const View& parent, std::string_view how, uint8_t depth)
      : how_(how), depth_(depth), derived_(true), parent_end_(parent.text().size()) {}

  [[nodiscard]] std::string_view text() const { return derived_ ? std::string_view(own_) : given_; }
  [[nodiscard]] std::string_view how() const { return how_; }
  [[nodiscard]] uint8_t depth() const { return depth_; }
  [[nodiscard]] bool is_given() const { return !derived_; }

  // Appends what bytes [from, ...) of the parent stand for. `from` never falls.
  void put(char byte, uint32_t from) {
    own_ += byte;
    at_.push_back(from);
  }
  void put(std::string_view bytes, uint32_t from) {
    own_ += bytes;
    at_.insert(at_.end(), bytes.size(), from);
  }
  // Says where the last byte's source ends, then turns offsets into the parent into offsets into
  // the given text. Called once.
  void close(const View& parent, uint32_t end);
  void reserve(size_t size) {
    own_.reserve(size);
    at_.reserve(size + 1);
  }
  // The bytes of the given text behind [from, to) of this view.
  [[nodiscard]] Span span(size_t from, size_t to) const;
  [[nodiscard]] Span whole() const { return span(0, text().size()); }

 private:
  std::string_view given_;
  std::string own_;
  std::vector<uint32_t> at_;  // for each byte, and one for the end
  std::string_view how_ = "plain";
  uint8_t depth_ = 0;
  bool derived_ = false;
  size_t parent_end_ = 0;
};

}  // namespace doorward::detect
