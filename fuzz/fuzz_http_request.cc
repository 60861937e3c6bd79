// Request heads. Whatever is accepted is as strict as promised; a cut head is incomplete or refused
// as the whole is; a written head parses back.
// Fuzzes module: wire
#include <cstdlib>

#include "wire/http.h"
#include "wire/http_write.h"

using namespace doorward::wire;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}

void check_accepted(std::string_view bytes, const HttpRequestHead& head) {
  must(head.size <= bytes.size() && bytes.substr(0, head.size).ends_with("\r\n\r\n"));
  must(!(head.chunked && (head.content_length || head.http10)));
  must(head.count("content-length") == (head.content_length ? 1U : 0U));
  must(head.count("transfer-encoding") == (head.chunked ? 1U : 0U));
  must(head.count("host") <= 1 && (head.http10 || head.count("host") == 1));
  must(head.target.starts_with('/') && percent_decode(head.path).has_value());
  for (const HttpField& field : head.fields) {
    must(!field.name.empty() && field.name.find_first_of(" \t\r\n:") == field.name.npos);
    must(field.value.find_first_of(std::string_view("\r\n\0", 3)) == field.value.npos);
  }
}

void check_rewritten(const HttpRequestHead& head) {
  RequestFrame frame{.method = "POST", .target = head.target, .host = "a", .fields = {}};
  for (const HttpField& field : head.fields)
    if (field.name.size() != 4 && field.name.size() != 14 && field.name.size() != 17)
      frame.fields.emplace_back(field.name, field.value);
  std::string out;
  must(append_request_head(out, frame).has_value());
  HttpRequestHead again;
  const auto parsed = parse_request_head(out, again, {.head_bytes = 1 << 20, .headers = 101});
  must(parsed && *parsed && again.size == out.size() && again.target == head.target);
  must(again.fields.size() == frame.fields.size() + 1);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpRequestHead head;
  const auto whole = parse_request_head(bytes, head);
  if (whole && *whole) {
    check_accepted(bytes, head);
    check_rewritten(head);
  }
  const size_t head_size = head.size;
  HttpRequestHead cut;
  for (size_t at = 0; at < size && at < 512; ++at) {
    const auto part = parse_request_head(bytes.substr(0, at), cut);
    if (!part) {
      must(!whole && part.error().code == whole.error().code);
    } else if (*part) {
      must(whole && *whole && cut.size == head_size);
    }
  }
  return 0;
}
