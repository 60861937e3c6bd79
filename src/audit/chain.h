// The chain inside the entries: each begins with its own number and the leaf hash of the one
// before, so that a copy of the lines alone, anywhere, shows a gap, a swap or an edit.
//
//   entry = `{"seq":` number `,"prev":"` 64 hex digits `",` rest of the object
//
// The first entry's `prev` is the root of the empty tree.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "audit/hash.h"

namespace doorward::audit {

struct Link {
  uint64_t seq = 0;
  Hash prev{};
  size_t size = 0;  // of the link's text, the last comma included
};

// The longest text of a link: what an entry grows by when it is appended, less its brace.
inline constexpr size_t kMaxLinkBytes = 7 + 20 + 9 + 64 + 2;

// The link's text in a buffer of its own.
class LinkText {
 public:
  LinkText(uint64_t seq, const Hash& prev);
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, kMaxLinkBytes> text_;
  size_t size_ = 0;
};

// Exactly what LinkText writes, or nothing.
[[nodiscard]] std::optional<Link> parse_link(std::string_view entry);

}  // namespace doorward::audit
