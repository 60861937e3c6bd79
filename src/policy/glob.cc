#include "policy/glob.h"

#include <utility>

namespace doorward::policy {

Glob::Glob(std::string pattern) : pattern_(std::move(pattern)) {
  const size_t first = pattern_.find('*');
  if (first == std::string::npos) {
    literal_ = true;
    prefix_ = {0, pattern_.size()};
    return;
  }
  const size_t last = pattern_.rfind('*');
  prefix_ = {0, first};
  suffix_ = {last + 1, pattern_.size() - last - 1};
  for (size_t at = first; at < last;) {
    const size_t next = pattern_.find('*', at + 1);
    if (next > at + 1) middle_.push_back({at + 1, next - at - 1});
    at = next;
  }
}

bool Glob::matches(std::string_view text) const {
  if (literal_) return text == pattern_;
  if (text.size() < prefix_.size + suffix_.size) return false;
  if (!text.starts_with(text_of(prefix_)) || !text.ends_with(text_of(suffix_))) return false;
  text = text.substr(prefix_.size, text.size() - prefix_.size - suffix_.size);
  // The leftmost place of each piece leaves the most room for the rest.
  for (const Piece& piece : middle_) {
    const size_t at = text.find(text_of(piece));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + piece.size);
  }
  return true;
}

bool Glob::names_server(std::string_view server) const {
  const std::string_view prefix = text_of(prefix_);
  return prefix.size() > server.size() && prefix.starts_with(server) &&
         prefix[server.size()] == '.';
}

}  // namespace doorward::policy
