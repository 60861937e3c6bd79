#include "app/client_authentication.h"

#include "base/bytes.h"

namespace doorward::app {

namespace {
// RFC 6749 section 2.3.1: both are form-encoded before they become Basic.
std::string form_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' || byte == '_';
    if (plain)
      out += letter;
    else
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}
}  // namespace

void authenticate(net::OutboundRequest& request, std::string_view client_id,
                  const Secret<>& client_secret, bool by_post) {
  if (by_post) {
    request.form.emplace_back("client_id", Secret<>(std::string(client_id)));
    request.form.emplace_back("client_secret", client_secret);
    return;
  }
  request.headers.emplace_back("Authorization",
                               Secret<>("Basic " + base64(form_encoded(client_id) + ":" +
                                                          form_encoded(client_secret.reveal()))));
}

}  // namespace doorward::app
