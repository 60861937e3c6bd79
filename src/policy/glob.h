// A glob over one line of text: `*` stands for any run of characters, dots and slashes included;
// everything else stands for itself, by exact bytes. Matching takes no memory and at most
// text-times-pattern steps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorward::policy {

class Glob {
 public:
  explicit Glob(std::string pattern);

  [[nodiscard]] bool matches(std::string_view text) const;
  // True where the text before the first `*` already says `server.`: the glob names that server.
  [[nodiscard]] bool names_server(std::string_view server) const;
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

 private:
  struct Piece {  // an offset, not a view: a Glob may be moved
    size_t begin;
    size_t size;
  };
  [[nodiscard]] std::string_view text_of(const Piece& piece) const {
    return std::string_view(pattern_).substr(piece.begin, piece.size);
  }

  std::string pattern_;
  bool literal_ = false;       // holds no `*`
  Piece prefix_{0, 0};         // before the first `*`
  Piece suffix_{0, 0};         // behind the last
  std::vector<Piece> middle_;  // between them, none empty
};

}  // namespace doorward::policy
