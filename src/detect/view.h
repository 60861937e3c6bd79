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
  View(const View& parent, std::string_view how)
      : how_(how), depth_(static_cast<uint8_t>(parent.depth() + 1)), derived_(true) {}

  [[nodiscard]] std::string_view text() const { return derived_ ? std::string_view(own_) : given_; }
  [[nodiscard]] std::string_view how() const { return how_; }
  [[nodiscard]] uint8_t depth() const { return depth_; }
  [[nodiscard]] bool is_given() const { return !derived_; }

  // Appends what bytes [from, ...) of the parent stand for. `from` never falls.
  void put(char byte, uint32_t from) {
    const auto at = static_cast<uint32_t>(own_.size());
    own_ += byte;
    if (at != sealed_) {
      Row& row = rows_.back();
      const uint32_t size = at - row.at;
      if (size == 1) row.step = from - row.from;  // the second byte says how it goes on
      if (from == row.from + row.step * size) return;
    }
    rows_.push_back({at, from, 0, false});
  }
  // All of them stand for one place.
  void put(std::string_view bytes, uint32_t from) {
    if (bytes.empty()) return;
    rows_.push_back({static_cast<uint32_t>(own_.size()), from, 0, false});
    own_ += bytes;
    sealed_ = own_.size();
  }
  // Appends bytes [from, to) of the parent as they are.
  void copy(std::string_view parent, size_t from, size_t to) {
    if (from < to) append(parent.substr(from, to - from), static_cast<uint32_t>(from), true);
  }
  // Appends one byte for each of the parent's from `from` on.
  void replace(std::string_view bytes, size_t from) {
    if (!bytes.empty()) append(bytes, static_cast<uint32_t>(from), false);
  }
  // Says where the last byte's source ends, then turns offsets into the parent into offsets into
  // the given text. Called once.
  void close(const View& parent, uint32_t end);
  void reserve(size_t size) { own_.reserve(size); }

  // Stretches of the parent that stand in this view as they are, in order. Short ones are not
  // told: who skips what is known of them has to read their surroundings.
  struct Kept {
    uint32_t at, from, size;  // in this view; in the parent
  };
  [[nodiscard]] const std::vector<Kept>& kept() const { return kept_; }
  // Where the parent stands among all views of a text.
  void made_from(size_t parent) { parent_ = parent; }
  [[nodiscard]] size_t parent() const { return parent_; }

  // The bytes of the given text behind [from, to) of this view.
  [[nodiscard]] Span span(size_t from, size_t to) const;
  [[nodiscard]] Span whole() const { return span(0, text().size()); }

 private:
  // Bytes from `at` on, up to the next row: the first stands for place `from`, each of the others
  // for the place `step` behind. A whole text that is copied is one row.
  struct Row {
    uint32_t at, from;
    uint32_t step : 31;
    bool copied : 1;
  };

  void append(std::string_view bytes, uint32_t from, bool copied);
  [[nodiscard]] size_t row_of(size_t at) const;
  [[nodiscard]] size_t end_of_row(size_t row) const {
    return row + 1 < rows_.size() ? rows_[row + 1].at : own_.size();
  }
  [[nodiscard]] uint32_t place(size_t at) const;

  std::string_view given_;
  std::string own_;
  std::vector<Row> rows_;
  std::vector<Kept> kept_;
  size_t parent_ = 0;
  size_t sealed_ = 0;  // no byte from here on belongs to the last row
  uint32_t end_ = 0;   // where the last byte's source ends
  std::string_view how_ = "plain";
  uint8_t depth_ = 0;
  bool derived_ = false;
};

}  // namespace doorward::detect
