// A small HTTP client for what Doorward itself asks others: an issuer's metadata, keys and tokens.
// One request, one bounded answer, no redirects.
#pragma once

#include <optional>

#include "base/secret.h"
#include "core/cleared.h"
#include "net/dial.h"

namespace doorward::net {

struct OutboundRequest {
  wire::Url url;
  Stated stated = Stated::by_stranger;
  std::shared_ptr<asio::ssl::context> tls;
  std::vector<std::pair<std::string, Secret<>>> headers = {};
  // With a form, or records of the log, it is a POST, without one a GET.
  std::vector<std::pair<std::string, Secret<>>> form = {};
  std::optional<core::Cleared> records = std::nullopt;
  std::chrono::milliseconds timeout{5000};
  size_t limit = 256 * 1024;  // bytes of the answer's body
  bool head_only = false;     // the body is not waited for
};

struct OutboundAnswer {
  int status = 0;
  std::string type;  // media type, lower case
  std::string body;
  std::optional<std::string> dpop_nonce = {};
  std::vector<std::string> challenges = {};  // fields `WWW-Authenticate`, as they are
};

// On an I/O thread. Errors: those of dial, outbound.timeout, outbound.answer (no HTTP, too long).
[[nodiscard]] Task<Expected<OutboundAnswer>> outbound(OutboundRequest request);
// The same, posting `notice` (core::Cleared::notice) as JSON.
[[nodiscard]] Task<Expected<OutboundAnswer>> outbound(OutboundRequest request,
                                                      core::Cleared notice);

}  // namespace doorward::net
