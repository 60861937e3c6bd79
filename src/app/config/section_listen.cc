// The sections `listen` and `admin`.
#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "app/config/sections.h"
#include "app/config/types.h"

namespace doorward::app {

namespace {

std::string host_complaint(std::string_view host) {
  if (is_dns_name(host) || is_ip_literal(host)) return "";
  return "expected a lower-case host name or an IP address, without scheme and port";
}

// scheme://host[:port], nothing behind it (RFC 6454 section 6.2).
std::string origin_complaint(std::string_view origin) {
  const bool http = origin.starts_with("http://");
  if (!http && !origin.starts_with("https://"))
    return "expected an origin such as `https://app.example`";
  std::string_view rest = origin.substr(http ? 7 : 8);
  if (const size_t colon = rest.rfind(':');
      colon != std::string_view::npos && !rest.ends_with(']')) {
    const std::string_view port = rest.substr(colon + 1);
    unsigned value = 0;
    const auto end = port.data() + port.size();
    if (std::from_chars(port.data(), end, value).ptr != end || value == 0 || value > 65535)
      return "expected a port of 1 to 65535";
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  return host_complaint(rest).empty() ? "" : "expected scheme, host and port only, in lower case";
}

std::string proxy_complaint(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  if (!is_ip_literal(host)) return "expected an IP address or a network such as `10.0.0.0/8`";
  if (slash == std::string_view::npos) return "";
  const std::string_view bits = text.substr(slash + 1);
  const unsigned most = host.find(':') == std::string_view::npos ? 32 : 128;
  unsigned value = 0;
  const auto end = bits.data() + bits.size();
  if (bits.empty() || std::from_chars(bits.data(), end, value).ptr != end || value > most)
    return "expected a prefix length of 1 to " + std::to_string(most);
  return value == 0 ? "a network of all addresses trusts everyone" : "";
}

std::string revision_complaint(std::string_view text) {
  static constexpr std::string_view kForm = "dddd-dd-dd";
  bool fits = text.size() == kForm.size();
  for (size_t i = 0; fits && i < text.size(); ++i)
    fits = kForm[i] == '-' ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
  return fits ? "" : "expected a protocol revision such as `YYYY-MM-DD`";
}

const Type<ListenTls>& tls_type() {
  static const Type<ListenTls> type =
      Section<ListenTls>()
          .key("certificate", &ListenTls::certificate, path(),
               "Certificate chain, PEM, leaf first.", Need::required)
          .key("key", &ListenTls::key, path(), "Private key, PEM.", Need::required)
          .key("client_ca", &ListenTls::client_ca, path(),
               "CA of client certificates; asks clients for one where set.")
          .done();
  return type;
}

Type<std::vector<std::string>> hosts_type() {
  return list_of(text({.label = "a host name", .complain = host_complaint}));
}

}  // namespace

const Type<Listen>& listen_type() {
  static const Type<Listen> type =
      Section<Listen>()
          .key("address", &Listen::address, address(),
               "Where clients connect. Port 0 picks a free one and prints it.")
          .key("public_url", &Listen::public_url, upstream_url(),
               "Canonical URI of the gateway: token audience, DPoP `htu` and metadata.")
          .key("hosts", &Listen::hosts, hosts_type(),
               "Accepted names in Host; loopback names are accepted on a loopback address.")
          .key("origins", &Listen::origins,
               list_of(text({.label = "an origin", .complain = origin_complaint})),
               "Accepted values of Origin.")
          .key("tls", &Listen::tls, maybe(tls_type()), "TLS of this listener.")
          .key("trusted_proxies", &Listen::trusted_proxies,
               list_of(text({.label = "an IP address or network", .complain = proxy_complaint})),
               "Load balancers that end TLS in front of the gateway.")
          .key("legacy_sse", &Listen::legacy_sse, boolean(),
               "Serves the old HTTP+SSE transport too.")
          .key("minimum_revision", &Listen::minimum_revision,
               text({.label = "a protocol revision",
                     .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                     .complain = revision_complaint}),
               "Oldest protocol revision that is served; absent: the oldest that is known.")
          .done();
  return type;
}

const Type<Admin>& admin_type() {
  static const Type<Admin> type =
      Section<Admin>()
          .key("address", &Admin::address, address(),
               "Where operators connect: console, API and metrics.")
          .key("public_url", &Admin::public_url, upstream_url(),
               "Base of the links that approvers get; absent: made from the address.")
          .key("hosts", &Admin::hosts, hosts_type(),
               "Accepted names in Host beside loopback names.")
          .key("tls", &Admin::tls, maybe(tls_type()), "TLS of this listener.")
          .key("two_person", &Admin::two_person, boolean(),
               "Changes that lower protection wait for a second operator.")
          .done();
  return type;
}

}  // namespace doorward::app
