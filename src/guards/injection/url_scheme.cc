#include "guards/injection/url_scheme.h"

#include <arpa/inet.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "detect/address.h"

namespace doorward::guards {

using core::Stage;
using wire::JsonValue;

const core::GuardFacts& UrlScheme::facts() const {
  static constexpr core::GuardFacts kFacts{"injection.url_scheme", core::Area::injection,
                                           core::stages(Stage::response, Stage::server_message),
                                           false};
  return kFacts;
}

namespace {

// What a browser reads as the scheme: white space and control characters before and inside it are
// skipped, letters are folded.
std::string scheme_of(std::string_view url) {
  std::string scheme;
  for (const char letter : url) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte <= 0x20 || byte == 0x7F) continue;
    if (letter == ':') return scheme;
    if (letter == '/' || letter == '?' || letter == '#' || scheme.size() > 32) return "";
    scheme += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  }
  return "";
}

bool is_dangerous(std::string_view scheme) {
  return scheme == "javascript" || scheme == "vbscript" || scheme == "data" || scheme == "file";
}

// A scheme by which a desktop or a browser runs a program, fetches on its own or shows what it was
// not asked to: never a name of a resource.
bool opens_programs(std::string_view scheme) {
  constexpr std::string_view kSchemes[] = {
      "javascript", "vbscript", "livescript",  "data",  "blob",         "intent",
      "filesystem", "smb",      "view-source", "cifs",  "ldap",         "jar",
      "mhtml",      "mk",       "search-ms",   "shell", "itms-services"};
  return scheme.starts_with("ms-") ||
         std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
}

// `file:///a`, `file:/a`, `file://localhost/a`: on this machine.
bool is_local_file(std::string_view uri) {
  std::string_view rest = uri.substr(uri.find(':') + 1);
  if (rest.find('\\') != std::string_view::npos) return false;
  if (!rest.starts_with("//")) return true;
  rest.remove_prefix(2);
  const std::string_view host = rest.substr(0, rest.find('/'));
  // An empty authority before two more slashes is read as UNC: file:////host/share.
  if (host.empty()) return !rest.starts_with("//");
  return wire::is_loopback_host(host);
}

// Names that lead inside by convention: the metadata services of clouds, and zones that public name
// servers do not have (RFC 6762, RFC 8375, ICANN's `internal`).
bool is_inner(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (detect::host_facts(host).reach == detect::Reach::metadata) return true;
  for (const std::string_view zone : {".internal", ".local", ".localdomain", ".home.arpa"})
    if (host.ends_with(zone)) return true;
  return false;
}

// An address in digits that is not public; also one that is written so that programs differ on it.
bool is_private_literal(std::string_view host) {
  const bool v6 = host.starts_with('[');
  std::string text(host);
  if (v6 && text.size() > 2) text = text.substr(1, text.size() - 2);
  in6_addr six{};
  if (v6 && ::inet_pton(AF_INET6, text.c_str(), &six) == 1)
    return (six.s6_addr[0] & 0xE0) != 0x20 || (six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x02);
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) != 1) {
    // 2130706433, 0x7f.1, 017700000001: numbers for some, names for others.
    const size_t last = text.rfind('.') == std::string::npos ? 0 : text.rfind('.') + 1;
    return v6 ||
           (last < text.size() && (text.compare(last, 2, "0x") == 0 ||
                                   std::all_of(
                                       text.begin() + static_cast<std::ptrdiff_t>(last), text.end(),
                                       [](char c) { return c >= '0' && c <= '9'; })));
  }
  const uint32_t address = ntohl(four.s_addr);
  const auto within = [address](uint32_t base, unsigned bits) {
    return ((address ^ base) >> (32 - bits)) == 0;
  };
  return within(0x00000000, 8) || within(0x0A000000, 8) || within(0x64400000, 10) ||
         within(0xA9FE0000, 16) || within(0xAC100000, 12) || within(0xC0A80000, 16) ||
         within(0xC0000000, 24) || within(0xC6120000, 15) || within(0xE0000000, 3);
}

// The URL that a result of the wrong kind hides, told by what it stands in.
struct Found {
  std::string_view fault, where;
};

Found in_elicitation(JsonValue params) {
  const JsonValue url = params["url"];
  if (!url) return {};
  return {fault_of_link(url.text()), "an elicitation"};
}

Found in_icons(JsonValue owner) {
  if (!owner["icons"].is_array()) return {};
  for (const JsonValue icon : owner["icons"].items()) {
    const std::string_view source = icon["src"].text();
    if (source.empty() || source.starts_with("data:image/")) continue;
    if (const auto fault = fault_of_link(source); !fault.empty()) return {fault, "an icon"};
  }
  return {};
}

// A resource's name may be of any scheme of the server's own (`note://1`, `file:///workspace/a`);
// what a program or a desktop opens must not run, fetch or sign in somewhere.
Found in_name(JsonValue item) {
  const std::string_view uri = item["uri"].text();
  if (uri.empty()) return {};
  const std::string scheme = scheme_of(uri);
  // UNC, and what some programs read as it: opening it shows a password's hash to that host.
  if (scheme.empty()) {
    const size_t begin = uri.find_first_not_of(" \t\r\n");
    const std::string_view bare = begin == std::string_view::npos ? "" : uri.substr(begin, 2);
    const bool host = bare == "//" || bare == "\\\\" || bare == "/\\" || bare == "\\/";
    return {host ? std::string_view("a path on another host") : std::string_view(), "a resource"};
  }
  if (scheme == "http" || scheme == "https") return {fault_of_link(uri), "a resource"};
  if (scheme == "file" && !is_local_file(uri)) return {"a file on another host", "a resource"};
  return {opens_programs(scheme) ? std::string_view("of a scheme that runs or hides content")
                                 : std::string_view(),
          "a resource"};
}

Found in_named_icons(JsonValue item) {
  const Found named = in_name(item);
  return named.fault.empty() ? in_icons(item) : named;
}

Found in_template(JsonValue item) {
  if (opens_programs(scheme_of(item["uriTemplate"].text())))
    return {"of a scheme that runs or hides content", "a resource template"};
  return in_icons(item);
}

// One content block, of a tool's result or of a prompt's message.
Found in_block(JsonValue item) {
  if (const Found found = in_icons(item); !found.fault.empty()) return found;
  const std::string_view type = item["type"].text();
  if (type == "resource_link") return in_name(item);
  if (type == "resource") return in_name(item["resource"]);
  return {};
}

Found in_list(JsonValue list, Found (*look)(JsonValue)) {
  if (!list.is_array()) return {};
  for (const JsonValue item : list.items())
    if (const Found found = look(item); !found.fault.empty()) return found;
  return {};
}

Found in_message(JsonValue message) {
  const JsonValue content = message["content"];
  return content.is_array() ? in_list(content, in_block) : in_block(content);
}

Found in_info(JsonValue info) {
  if (const Found found = in_icons(info); !found.fault.empty()) return found;
  // A page of plain http is old, not hostile: nobody has to refuse a whole server for it.
  std::string site(info["websiteUrl"].text());
  if (scheme_of(site) == "http") site.insert(4, "s");
  return {site.empty() ? std::string_view() : fault_of_link(site), "the server's address"};
}

Found in_result(JsonValue result) {
  for (const auto& [list, look] :
       std::initializer_list<std::pair<std::string_view, Found (*)(JsonValue)>>{
           {"tools", in_icons},
           {"prompts", in_icons},
           {"resources", in_named_icons},
           {"resourceTemplates", in_template},
           {"contents", in_name},
           {"content", in_block},
           {"messages", in_message}})
    if (const Found found = in_list(result[list], look); !found.fault.empty()) return found;
  if (const Found found = in_info(result["serverInfo"]); !found.fault.empty()) return found;
  if (const Found found = in_info(result["_meta"]["io.modelcontextprotocol/serverInfo"]);
      !found.fault.empty())
    return found;
  if (const JsonValue asked = result["inputRequests"]; asked.is_object())
    for (const auto& [name, request, name_value] : asked.members())
      if (const Found found = in_elicitation(request["params"]); !found.fault.empty()) return found;
  return {};
}

// `data` of an error: pages to visit (-32042), or one address that a client may show as a link.
Found in_error(JsonValue data) {
  if (const Found found = in_list(data["elicitations"], in_elicitation); !found.fault.empty())
    return found;
  for (const std::string_view name : {"url", "uri"}) {
    const std::string_view link = data[name].text();
    const std::string scheme = scheme_of(link);
    if (scheme == "http" || scheme == "https") return {fault_of_link(link), "an error"};
    if (opens_programs(scheme)) return {"of a scheme that runs or hides content", "an error"};
  }
  return {};
}

}  // namespace

std::string_view fault_of_link(std::string_view url) {
  const std::string scheme = scheme_of(url);
  if (is_dangerous(scheme)) return "of a scheme that runs or hides content";
  if (scheme != "https" && scheme != "http") return "of another scheme than https";
  // A person's tool cuts a fragment off before it connects; the rest has to be one clear address.
  const auto parsed = wire::parse_url(url.substr(0, url.find('#')));
  if (!parsed) return "written so that programs differ over where it leads";
  const bool near = wire::is_loopback_host(parsed->authority.host);
  if (scheme == "http") return near ? std::string_view() : "not encrypted";
  return !near && (is_private_literal(parsed->authority.host) || is_inner(parsed->authority.host))
             ? std::string_view("of an address that is not public")
             : std::string_view();
}

core::Verdict UrlScheme::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const wire::Message& message = *exchange.message;
  Found found;
  if (message.is_reply()) {
    found = in_result(message.result());
    if (found.fault.empty()) found = in_error(message.error()["data"]);
  } else if (message.method() == wire::Method::elicitation_create) {
    found = in_elicitation(message.params());
  }
  if (found.fault.empty()) return core::pass();
  core::Verdict verdict =
      core::deny("injection.url_scheme", "R1.7",
                 "The server gave an address that must not be opened, so its answer is kept back. "
                 "Don't repeat the call; tell the person who runs the server.",
                 core::Answer::bad_upstream);
  verdict.detail = std::string(found.where) + ", " + std::string(found.fault);
  return verdict;
}

}  // namespace doorward::guards
