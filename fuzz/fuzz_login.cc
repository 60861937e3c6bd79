// Fuzzes module: app
// What strangers say in a login: a 401, a resource's metadata, an authorization server's, the way
// back from the browser, tokens, a registered client, and what is kept of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/login/redirect.h"
#include "app/login/resource.h"
#include "app/login/token_answer.h"
#include "app/provider_metadata.h"
#include "wire/http.h"

using namespace doorward::app;

namespace {
void must(bool holds) {
  if (!holds) std::abort();
}
bool plain(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c >= 0x7F) return false;
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto found = bearer_challenge(std::vector<std::string>{text}))
    must(found->scope.empty() || is_scope(found->scope));
  constexpr std::string_view kServer = "https://mcp.example/tenant/mcp";
  if (covers(text, kServer))
    must(doorward::wire::parse_url(text)->origin() == "https://mcp.example");
  if (const auto read = read_resource(text, kServer)) {
    must(covers(read->resource, kServer) && !read->issuers.empty());
    for (const auto& each : read->issuers) must(doorward::wire::parse_url(each).has_value());
  }
  if (const auto read = read_provider(text, "https://idp.example"))
    must(read->authorization_endpoint.empty() ||
         read->authorization_endpoint.starts_with("https://") ||
         doorward::wire::parse_url(read->authorization_endpoint)->scheme == "https");
  // Without the state nothing counts; with it, a code comes of this issuer alone.
  AwaitedAnswer awaited("https://idp.example", true);
  must(!awaited.judge(text));
  if (const auto judged = awaited.judge("state=" + awaited.state() + "&" + text);
      judged && *judged) {
    must(text.find("iss") != std::string::npos || text.find('%') != std::string::npos);
    must(!judged->value().empty() && plain(judged->value().reveal()));
  }
  if (const auto read = read_token_answer(200, text))
    must(!read->access.empty() && plain(read->access.reveal()) && plain(read->refresh.reveal()));
  if (const auto read = read_registration(201, text)) must(!read->id.empty() && plain(read->id));
  if (const auto read = decode_account(text)) must(decode_account(encode(*read)).has_value());
  return 0;
}
