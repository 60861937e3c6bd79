// Chunked transfer coding (RFC 9112 section 7.1), byte by byte but for the data itself:
//   chunk = 1*16HEXDIG [ ";" extension ] CRLF data CRLF;  end = 1*16"0" ... CRLF *field-line CRLF
// White space before an extension, a bare LF and a bare CR are refused wherever they stand.
#include <algorithm>

#include "wire/http_syntax.h"

namespace doorward::wire {

namespace {
constexpr uint8_t kSizeDigits = 16;  // sixteen hexadecimal digits are exactly 64 bits
constexpr size_t kExtensionBytes = 256;
constexpr size_t kTrailerBytes = 4096;
}  // namespace

bool ChunkedDecoder::take_size(char c) {
  if (const int digit = syntax::hex_digit(c); digit >= 0) {
    if (digits_ == kSizeDigits) return false;
    ++digits_;
    left_ = left_ << 4 | static_cast<uint64_t>(digit);
    return true;
  }
  if (digits_ == 0) return false;
  line_ = 0;
  if (c == ';') state_ = State::extension;
  if (c == '\r') state_ = State::size_end;
  return c == ';' || c == '\r';
}

bool ChunkedDecoder::take_extension(char c) {
  if (c == '\r') {
    state_ = State::size_end;
    return true;
  }
  return ++line_ <= kExtensionBytes && syntax::is(c, syntax::kValue);
}

bool ChunkedDecoder::take_trailer(char c) {
  if (++trailer_ > kTrailerBytes) return false;
  if (cr_) {
    cr_ = false;
    if (c != '\n') return false;
    state_ = line_ == 0 ? State::done : State::trailer;
    line_ = 0;
    return true;
  }
  if (c == '\r') {
    // In a name only the empty line, which ends the body, may end here.
    cr_ = true;
    return state_ == State::trailer_value || line_ == 0;
  }
  if (state_ == State::trailer_value) return syntax::is(c, syntax::kValue);
  if (c == ':' && line_ > 0) {
    state_ = State::trailer_value;
    return true;
  }
  ++line_;
  return syntax::is(c, syntax::kToken);
}

Expected<size_t> ChunkedDecoder::feed(std::string_view input, std::string& out, size_t limit) {
  size_t at = 0;
  bool good = state_ != State::failed;
  while (good && at < input.size() && state_ != State::done) {
    if (state_ == State::data) {
      const size_t size = static_cast<size_t>(std::min<uint64_t>(left_, input.size() - at));
      out.append(input, at, size);
      at += size;
      left_ -= size;
      if (left_ == 0) state_ = State::data_cr;
      continue;
    }
    const char c = input[at++];
    switch (state_) {
      case State::size:
        good = take_size(c);
        break;
      case State::extension:
        good = take_extension(c);
        break;
      case State::size_end:
        good = c == '\n';
        if (good && (total_ > limit || left_ > limit - total_)) {
          state_ = State::failed;
          return failure("http.body_size", Fault::client,
                         "body is over the limit of `" + std::to_string(limit) + "` bytes");
        }
        total_ += left_;
        state_ = left_ == 0 ? State::trailer : State::data;
        line_ = digits_ = 0;
        break;
      case State::data_cr:
        good = c == '\r';
        state_ = State::data_lf;
        break;
      case State::data_lf:
        good = c == '\n';
        state_ = State::size;
        break;
      default:  // trailer, trailer_value
        good = take_trailer(c);
        break;
    }
  }
  if (good) return at;
  state_ = State::failed;
  return failure("http.chunk", Fault::client, "malformed chunked body");
}

}  // namespace doorward::wire
