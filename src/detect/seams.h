// Where texts meet: what was cut over several of them shows itself there and nowhere else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::detect {

// Texts one behind the other, of long ones only what is within `reach` bytes of a seam. That is
// enough for texts with one view, the plain one: where something in them can be decoded or folded,
// what goes on in the next text may have begun anywhere.
class Seams {
 public:
  explicit Seams(size_t reach) : reach_(reach) {}
  void add(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool any() const { return ends_.size() > 1; }
  // Whether a part of text() stands in two texts or more.
  [[nodiscard]] bool crossed_by(size_t from, size_t to) const;

 private:
  const size_t reach_;  // bytes
  std::string text_;
  std::vector<size_t> ends_;
};

}  // namespace doorward::detect
