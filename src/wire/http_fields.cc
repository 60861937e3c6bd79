// Field lines (RFC 9112 section 5) and the fields that decide where a message ends (section 6).
// A body's end must be told in one way only: whatever two parsers could read differently fails.
#include "wire/http_syntax.h"

namespace doorward::wire {

namespace syntax {

namespace {
// Nineteen digits fit 64 bits without overflow; RFC 9110 section 8.6: digits, nothing else.
constexpr size_t kLengthDigits = 19;

struct Refusal {
  const char* code;
  const char* what;
};
constexpr Refusal kBareCr{"http.syntax", "bare carriage return in the head"};
constexpr Refusal kName{"http.syntax", "malformed field name"};
constexpr Refusal kValueByte{"http.syntax", "control character in a field value"};
constexpr Refusal kTooMany{"http.headers", "too many fields"};
constexpr Refusal kTwoHosts{"http.host", "more than one host field"};
constexpr Refusal kTwoLengths{"http.framing", "more than one content-length field"};
constexpr Refusal kBoth{"http.framing", "both content-length and transfer-encoding"};
constexpr Refusal kNoNumber{"http.framing", "content-length is no plain number"};
constexpr Refusal kEncoding{"http.framing", "transfer-encoding is not exactly `chunked`"};

std::unexpected<Error> refuse(const Refusal& refusal, Fault fault) {
  return failure(refusal.code, fault, refusal.what);
}

std::optional<uint64_t> plain_number(std::string_view text) {
  if (text.empty() || text.size() > kLengthDigits) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return number;
}

void read_connection(std::string_view value, Framing& framing) {
  while (!value.empty()) {
    const size_t comma = value.find(',');
    const std::string_view option = trim(value.substr(0, comma));
    if (equals_ignoring_case(option, "close")) framing.close = true;
    if (equals_ignoring_case(option, "keep-alive")) framing.keep_alive = true;
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

// The fields that the parser itself obeys; chosen by length first, for nearly all have another.
// Null when there is nothing against the field.
const Refusal* obey(std::string_view name, std::string_view value, Framing& framing) {
  switch (name.size()) {
    case 4:
      if (!equals_ignoring_case(name, "host")) break;
      if (framing.has_host) return &kTwoHosts;
      framing.has_host = true;
      framing.host = value;
      break;
    case 6:
      if (equals_ignoring_case(name, "expect") && equals_ignoring_case(value, "100-continue"))
        framing.expects_continue = true;
      break;
    case 10:
      if (equals_ignoring_case(name, "connection")) read_connection(value, framing);
      break;
    case 14:
      if (!equals_ignoring_case(name, "content-length")) break;
      if (framing.content_length) return &kTwoLengths;
      if (framing.chunked) return &kBoth;
      framing.content_length = plain_number(value);
      if (!framing.content_length) return &kNoNumber;
      break;
    case 17:
      if (!equals_ignoring_case(name, "transfer-encoding")) break;
      if (framing.content_length) return &kBoth;
      if (framing.chunked || value != "chunked") return &kEncoding;
      framing.chunked = true;
      break;
    default:
      break;
  }
  return nullptr;
}
}  // namespace

bool escapes_are_whole(std::string_view path) {
  for (size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 3)) {
    if (at + 2 >= path.size()) return false;
    const int high = hex_digit(path[at + 1]);
    const int low = hex_digit(path[at + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
  }
  return true;
}

Expected<const char*> parse_fields(const char* p, const char* end, size_t max_fields, Fault fault,
                                   std::vector<HttpField>& fields, Framing& framing) {
  for (;;) {
    if (p == end) return nullptr;
    if (*p == '\r') {
      if (end - p < 2) return nullptr;
      if (p[1] != '\n') return refuse(kBareCr, fault);
      return p + 2;
    }
    if (fields.size() == max_fields) return refuse(kTooMany, fault);

    const char* const name = p;
    while (p != end && is(*p, kToken)) ++p;
    if (p == end) return nullptr;
    // Obs-fold, white space before the colon, an empty name and a line without colon all end here.
    if (*p != ':' || p == name) return refuse(kName, fault);
    const std::string_view field_name(name, static_cast<size_t>(p - name));

    const char* const value = ++p;
    p = skip_value(p, end);
    if (p == end) return nullptr;
    if (*p != '\r') return refuse(kValueByte, fault);
    if (end - p < 2) return nullptr;
    if (p[1] != '\n') return refuse(kBareCr, fault);
    const std::string_view content = trim({value, static_cast<size_t>(p - value)});
    fields.push_back({field_name, content});
    if (const Refusal* refusal = obey(field_name, content, framing)) return refuse(*refusal, fault);
    p += 2;
  }
}

}  // namespace syntax

namespace {
std::optional<std::string_view> only_one(const std::vector<HttpField>& fields,
                                         std::string_view name) {
  std::optional<std::string_view> found;
  for (const HttpField& field : fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    if (found) return std::nullopt;
    found = field.value;
  }
  return found;
}
}  // namespace

std::optional<std::string_view> HttpRequestHead::field(std::string_view name) const {
  return only_one(fields, name);
}

size_t HttpRequestHead::count(std::string_view name) const {
  size_t times = 0;
  for (const HttpField& field : fields) times += equals_ignoring_case(field.name, name) ? 1 : 0;
  return times;
}

std::optional<std::string_view> HttpResponseHead::field(std::string_view name) const {
  return only_one(fields, name);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (syntax::lower(a[i]) != syntax::lower(b[i])) return false;
  return true;
}

}  // namespace doorward::wire
