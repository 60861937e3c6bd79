// Long runs of bytes of a kind, found without reading every byte.
#pragma once

#include <string_view>

namespace doorward::detect {

// Where the first run of at least `least` bytes that satisfy `is` begins, at `from` or behind it;
// npos where there is none. Looks back from where such a run would end, and jumps over what can't
// be one: of common text it reads a part only.
template <class Is>
size_t find_run(std::string_view text, size_t from, size_t least, const Is& is) {
  for (size_t begin = from; begin + least <= text.size();) {
    size_t at = begin + least;
    while (at > begin && is(text[at - 1])) --at;
    if (at == begin) return begin;
    begin = at;  // behind the last byte that is not one of them
  }
  return std::string_view::npos;
}

}  // namespace doorward::detect
