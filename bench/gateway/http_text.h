// The little HTTP/1.1 that the benchmark's own two programs need: one message at a time from a
// buffer, for peers that are trusted. Not a parser for anything else.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace doorward::bench {

inline bool equal_fold(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const char letter = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i];
    if (letter != lower[i]) return false;
  }
  return true;
}

// The value of field `lower_name` in a head, without white space around it; empty when absent.
inline std::string_view field(std::string_view head, std::string_view lower_name) {
  size_t at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const size_t begin = at + 2;
    at = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, at - begin);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equal_fold(line.substr(0, colon), lower_name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    return value;
  }
  return {};
}

// The first message in `buffer`: head with its empty line, and the body as it came.
struct Framed {
  enum class State : unsigned char { incomplete, complete, bad } state = State::incomplete;
  std::string_view head, body;  // a chunked body still has its chunk heads
  size_t size = 0;              // bytes of the whole message
};

inline Framed first_message(std::string_view buffer) {
  Framed framed;
  const size_t end = buffer.find("\r\n\r\n");
  if (end == std::string_view::npos) return framed;
  framed.head = buffer.substr(0, end + 4);
  const std::string_view rest = buffer.substr(end + 4);
  if (equal_fold(field(framed.head, "transfer-encoding"), "chunked")) {
    // Chunks of these peers never hold the end mark themselves: JSON and events have no CR.
    size_t last = rest.starts_with("0\r\n\r\n") ? 0 : rest.find("\r\n0\r\n\r\n");
    if (last == std::string_view::npos) return framed;
    if (last != 0) last += 2;
    framed.body = rest.substr(0, last);
    framed.size = end + 4 + last + 5;
  } else {
    const std::string_view length = field(framed.head, "content-length");
    size_t bytes = 0;
    if (!length.empty()) {
      const auto [stop, error] =
          std::from_chars(length.data(), length.data() + length.size(), bytes);
      if (error != std::errc() || stop != length.data() + length.size()) {
        framed.state = Framed::State::bad;
        return framed;
      }
    }
    if (rest.size() < bytes) return framed;
    framed.body = rest.substr(0, bytes);
    framed.size = end + 4 + bytes;
  }
  framed.state = Framed::State::complete;
  return framed;
}

// The raw value behind `"key":` at its first place in `json`: a number, or a string with quotes.
inline std::string_view json_value(std::string_view json, std::string_view quoted_key) {
  const size_t at = json.find(quoted_key);
  if (at == std::string_view::npos) return {};
  size_t begin = at + quoted_key.size();
  while (begin < json.size() && (json[begin] == ':' || json[begin] == ' ')) ++begin;
  if (begin >= json.size()) return {};
  const size_t end =
      json[begin] == '"' ? json.find('"', begin + 1) + 1 : json.find_first_of(",} ", begin);
  return json.substr(begin, end - begin);
}

}  // namespace doorward::bench
