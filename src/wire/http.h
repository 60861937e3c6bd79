// HTTP/1.1 (RFC 9112) heads and bodies, strictly. Ambiguous framing is refused: both lengths, two
// lengths, a length that is no plain number, obs-fold, a bare CR or LF, white space before a colon,
// a control character or NUL in a field, `Transfer-Encoding` other than exactly `chunked`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace doorward::wire {

struct HttpLimits {
  size_t head_bytes = 16 * 1024;
  size_t headers = 100;
  size_t target_bytes = 4096;
};

enum class HttpMethod : uint8_t { get, post, delete_, options, head, put, other };

struct HttpField {
  std::string_view name;   // as sent
  std::string_view value;  // without surrounding white space
};

[[nodiscard]] std::string_view method_text(HttpMethod method);  // "POST"; "" for others

// A parsed request head; all views point into the caller's buffer.
struct HttpRequestHead {
  HttpMethod method = HttpMethod::other;
  std::string_view target;  // origin form only: begins with `/`
  std::string_view path;    // target without query
  std::string_view query;   // behind `?`, "" when absent
  bool http10 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<uint64_t> content_length;
  std::vector<HttpField> fields;
  size_t size = 0;  // bytes of the head, the empty line included

  // The one value of a field, by name without regard to case; nothing when absent OR repeated.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
  [[nodiscard]] size_t count(std::string_view name) const;
};

struct HttpResponseHead {
  int status = 0;
  bool keep_alive = true;
  bool chunked = false;
  std::optional<uint64_t> content_length;
  std::vector<HttpField> fields;
  size_t size = 0;
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
};

// False while the head is incomplete (and within limits). Errors: http.head_size, http.headers,
// http.syntax, http.framing, http.version, http.target, http.host (missing, repeated, malformed).
// `head` is reused: its vector keeps capacity. Views of an incomplete head mean nothing.
[[nodiscard]] Expected<bool> parse_request_head(std::string_view buffer, HttpRequestHead& head,
                                                const HttpLimits& = {});
[[nodiscard]] Expected<bool> parse_response_head(std::string_view buffer, HttpResponseHead& head,
                                                 const HttpLimits& = {});

// Decodes a chunked body piece by piece. Chunk extensions are skipped (256 bytes at most), trailers
// are refused when they hold anything but field lines within 4 KiB, and are dropped.
class ChunkedDecoder {
 public:
  // Reads from `input`, appends content to `out`, returns how many bytes it consumed.
  // Errors: http.chunk, http.body_size (a chunk's size brings the content over `limit` bytes). Once
  // it failed, each further feed fails; once done, it consumes nothing more.
  [[nodiscard]] Expected<size_t> feed(std::string_view input, std::string& out, size_t limit);
  [[nodiscard]] bool done() const { return state_ == State::done; }

 private:
  enum class State : uint8_t {
    size,
    size_end,
    extension,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_value,
    done,
    failed
  };
  [[nodiscard]] bool take_size(char c);
  [[nodiscard]] bool take_extension(char c);
  [[nodiscard]] bool take_trailer(char c);
  State state_ = State::size;
  uint64_t left_ = 0;
  uint64_t total_ = 0;
  size_t line_ = 0;
  size_t trailer_ = 0;
  bool cr_ = false;
  uint8_t digits_ = 0;
};

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
// The media type of a Content-Type value, lower case, without parameters: "application/json".
[[nodiscard]] std::string media_type(std::string_view content_type);
// True when an Accept value admits `type` (`*/*` and `type/*` included; q=0 excludes).
[[nodiscard]] bool accepts(std::string_view accept, std::string_view type);
// Percent-decodes; nothing on a bad escape or %00.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

// An authority `host[:port]` (RFC 3986 section 3.2): host lower-cased, IPv6 in brackets kept.
struct Authority {
  std::string host;
  uint16_t port = 0;  // 0 when absent
};
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

struct Url {
  std::string scheme;  // lower case
  Authority authority;
  std::string target;                   // path and query, at least "/"
  [[nodiscard]] uint16_t port() const;  // the scheme's default when absent; 0 for other schemes
  [[nodiscard]] std::string origin() const;
};
// Absolute http and https URLs without user info or fragment. Errors: url.syntax, url.scheme.
[[nodiscard]] Expected<Url> parse_url(std::string_view text);
// True for localhost, *.localhost, 127.0.0.0/8 and [::1].
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace doorward::wire
