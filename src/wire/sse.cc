#include "wire/sse.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace doorward::wire {

namespace {
// The first CR or LF, the size of `text` when there is none. Eight bytes a step: subtracting one
// borrows from the top bit of the lowest byte that is zero, hence equal to the mark.
size_t line_size(std::string_view text) {
  size_t i = 0;
  if constexpr (std::endian::native == std::endian::little) {
    constexpr uint64_t kOnes = 0x0101010101010101U;
    for (; text.size() - i >= 8; i += 8) {
      uint64_t x = 0;
      std::memcpy(&x, text.data() + i, 8);
      const uint64_t lf = x ^ (kOnes * '\n');
      const uint64_t cr = x ^ (kOnes * '\r');
      const uint64_t stop = (((lf - kOnes) & ~lf) | ((cr - kOnes) & ~cr)) & (kOnes * 0x80);
      if (stop != 0) return i + static_cast<size_t>(std::countr_zero(stop)) / 8;
    }
  }
  while (i < text.size() && text[i] != '\n' && text[i] != '\r') ++i;
  return i;
}

// The length of the UTF-8 sequence (RFC 3629 section 4) that `text` begins with, 0 when it is bad.
size_t sequence_size(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size == 0 || lead > 0xF4 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
  if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
  if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
  if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // beyond U+10FFFF
  return size;
}

bool is_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    uint64_t eight = 0;
    if (text.size() - i >= 8) {
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080U) == 0) {
        i += 8;
        continue;
      }
    }
    const size_t size = sequence_size(text.substr(i));
    if (size == 0) return false;
    i += size;
  }
  return true;
}

// Milliseconds in plain digits; nothing for other text and for what 32 bits cannot hold.
std::optional<uint32_t> retry_value(std::string_view text) {
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(c - '0');
    if (number > UINT32_MAX) return std::nullopt;
  }
  return static_cast<uint32_t>(number);
}
}  // namespace

Expected<void> SseParser::feed(std::string_view bytes, std::vector<SseEvent>& out) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') bytes.remove_prefix(1);
      continue;
    }
    const size_t size = line_size(bytes);
    // Counts all that the event holds so far, so that many short lines are bounded too.
    const size_t held = current_.data.size() + current_.event.size() +
                        (current_.id ? current_.id->size() : 0) + partial_.size();
    if (held > limit_ || size > limit_ - held)
      return failure("sse.event_size", Fault::server,
                     "event is over the limit of `" + std::to_string(limit_) + "` bytes");
    if (size == bytes.size()) {
      partial_.append(bytes);
      return {};
    }
    std::string_view whole = bytes.substr(0, size);
    if (!partial_.empty()) whole = partial_.append(whole);
    if (!started_ && whole.starts_with("\xEF\xBB\xBF")) whole.remove_prefix(3);
    started_ = true;
    if (!is_utf8(whole)) return failure("sse.utf8", Fault::server, "event stream is not UTF-8");
    line(whole, out);
    partial_.clear();
    after_cr_ = bytes[size] == '\r';
    bytes.remove_prefix(size + 1);
  }
  return {};
}

void SseParser::line(std::string_view text, std::vector<SseEvent>& out) {
  if (text.empty()) {
    // An event of nothing but a name, or of unknown fields, is none.
    if (current_.has_data || current_.id || current_.retry) out.push_back(std::move(current_));
    current_ = SseEvent();
    return;
  }
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  std::string_view value = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (current_.has_data) current_.data += '\n';
    current_.data += value;
    current_.has_data = true;
  } else if (name == "event") {
    current_.event = value;
  } else if (name == "id") {
    if (value.find('\0') == value.npos) current_.id = std::string(value);
  } else if (name == "retry") {
    if (const auto retry = retry_value(value)) current_.retry = retry;
  }
}

std::string sse_event(std::string_view data, std::string_view id,
                      std::optional<uint32_t> retry_ms) {
  std::string text;
  text.reserve(data.size() + id.size() + 32);
  // An id that could end its line is left out: it would let its bytes forge fields.
  if (!id.empty() && id.find_first_of(std::string_view("\r\n\0", 3)) == id.npos)
    text.append("id: ").append(id).append("\n");
  if (retry_ms) text.append("retry: ").append(std::to_string(*retry_ms)).append("\n");
  for (;;) {
    const size_t size = line_size(data);
    text.append("data: ").append(data.substr(0, size)).append("\n");
    if (size == data.size()) break;
    data.remove_prefix(size + (data.substr(size).starts_with("\r\n") ? 2 : 1));
  }
  return text.append("\n");
}

}  // namespace doorward::wire
