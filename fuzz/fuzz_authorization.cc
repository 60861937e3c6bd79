// The Authorization header of a request, and values put into a challenge.
// Fuzzes module: guards
#include <algorithm>
#include <cstdlib>

#include "guards/identity/challenge.h"

using namespace doorward;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string head_text =
      "POST /mcp/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + text + "\r\n\r\n";
  wire::HttpRequestHead head;
  const auto whole = wire::parse_request_head(head_text, head);
  if (whole && *whole)
    if (const auto presented = guards::presented_token(head)) {
      must(!presented->token.empty());
      must(presented->token.find_first_of(" \t,\"\r\n") == std::string_view::npos);
      must(head.count("authorization") == 1);
    }
  std::string challenge = R"(Bearer realm="doorward")";
  guards::append_parameter(challenge, "scope", text);
  // Whatever the value was, it is one quoted string and nothing after it.
  must(std::count(challenge.begin(), challenge.end(), '"') == (text.empty() ? 2 : 4));
  must(challenge.find_first_of("\r\n") == std::string::npos);
  return 0;
}
