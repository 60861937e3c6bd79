// Field lines (RFC 9112 section 5) and the fields that decide where a message ends (section 6).
// A body's end must be told in one way only: whatever two parsers could read differently fails.
#include "wire/http_syntax.h"

namespace doorward::wire {

namespace syntax {

namespace {
// Nineteen digits fit 64 bits without overflow; RFC 9110 section 8.6: digits, nothing else.
constexpr size_t kLengthDigits = 19;

std::unexpected<Error> refuse(const char* code, Fault fault, const char* what) {
  return failure(code, fault, what);
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
Expected<void> obey(const HttpField& field, Fault fault, Framing& framing) {
  const std::string_view name = field.name;
  switch (name.size()) {
    case 4:
      if (!equals_ignoring_case(name, "host")) break;
      if (framing.has_host) return refuse("http.host", fault, "more than one host field");
      framing.has_host = true;
      framing.host = field.value;
      break;
    case 6:
      if (equals_ignoring_case(name, "expect") && equals_ignoring_case(field.value, "100-continue"))
        framing.expects_continue = true;
      break;
    case 10:
      if (equals_ignoring_case(name, "connection")) read_connection(field.value, framing);
      break;
    case 14:
      if (!equals_ignoring_case(name, "content-length")) break;
      if (framing.content_length)
        return refuse("http.framing", fault, "more than one content-length field");
      if (framing.chunked)
        return refuse("http.framing", fault, "both content-length and transfer-encoding");
      framing.content_length = plain_number(field.value);
      if (!framing.content_length)
        return refuse("http.framing", fault, "content-length is no plain number");
      break;
    case 17:
      if (!equals_ignoring_case(name, "transfer-encoding")) break;
      if (framing.content_length)
        return refuse("http.framing", fault, "both content-length and transfer-encoding");
      if (framing.chunked || field.value != "chunked")
        return refuse("http.framing", fault, "transfer-encoding is not exactly `chunked`");
      framing.chunked = true;
      break;
    default:
      break;
  }
  return {};
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
      if (p[1] != '\n') return refuse("http.syntax", fault, "bare carriage return in the head");
      return p + 2;
    }
    if (fields.size() == max_fields) return refuse("http.headers", fault, "too many fields");

    const char* const name = p;
    while (p != end && is(*p, kToken)) ++p;
    if (p == end) return nullptr;
    // Obs-fold, white space before the colon, an empty name and a line without colon all end here.
    if (*p != ':' || p == name) return refuse("http.syntax", fault, "malformed field name");
    const std::string_view field_name(name, static_cast<size_t>(p - name));

    const char* const value = ++p;
    p = skip_value(p, end);
    if (p == end) return nullptr;
    if (*p != '\r') return refuse("http.syntax", fault, "control character in a field value");
    if (end - p < 2) return nullptr;
    if (p[1] != '\n') return refuse("http.syntax", fault, "bare carriage return in the head");
    fields.push_back({field_name, trim({value, static_cast<size_t>(p - value)})});
    if (auto obeyed = obey(fields.back(), fault, framing); !obeyed)
      return std::unexpected(std::move(obeyed).error());
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
