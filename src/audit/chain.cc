#include "audit/chain.h"

#include <charconv>
#include <cstring>

namespace doorward::audit {

namespace {
constexpr std::string_view kSeq = "{\"seq\":";
constexpr std::string_view kPrev = ",\"prev\":\"";
constexpr std::string_view kEnd = "\",";

int digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return -1;
}
}  // namespace

LinkText::LinkText(uint64_t seq, const Hash& prev) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  char* at = text_.data();
  const auto put = [&](std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  put(kSeq);
  at = std::to_chars(at, text_.data() + text_.size(), seq).ptr;
  put(kPrev);
  for (const uint8_t byte : prev) {
    *at++ = kDigits[byte >> 4];
    *at++ = kDigits[byte & 15];
  }
  put(kEnd);
  size_ = static_cast<size_t>(at - text_.data());
}

std::optional<Link> parse_link(std::string_view entry) {
  if (!entry.starts_with(kSeq)) return std::nullopt;
  Link out;
  const char* const end = entry.data() + entry.size();
  const char* const number = entry.data() + kSeq.size();
  const auto [stop, fault] = std::from_chars(number, end, out.seq);
  if (fault != std::errc() || (*number == '0' && stop != number + 1)) return std::nullopt;
  std::string_view rest(stop, static_cast<size_t>(end - stop));
  if (!rest.starts_with(kPrev) || rest.size() < kPrev.size() + 64 + kEnd.size())
    return std::nullopt;
  rest.remove_prefix(kPrev.size());
  for (size_t i = 0; i < 32; ++i) {
    const int high = digit(rest[2 * i]);
    const int low = digit(rest[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.prev[i] = static_cast<uint8_t>(high * 16 + low);
  }
  if (!rest.substr(64).starts_with(kEnd)) return std::nullopt;
  out.size = static_cast<size_t>(rest.data() + 64 + kEnd.size() - entry.data());
  return out;
}

}  // namespace doorward::audit
