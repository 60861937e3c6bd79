#include "guards/injection/url_scheme.h"

#include <arpa/inet.h>

#include <algorithm>

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

// A resource's name may be of any scheme of the server's; a program that opens it must not run it.
Found in_link(JsonValue item) {
  if (item["type"].text() != "resource_link") return {};
  const std::string_view uri = item["uri"].text();
  const std::string scheme = scheme_of(uri);
  if (scheme == "http" || scheme == "https") return {fault_of_link(uri), "a resource link"};
  const bool runs = scheme != "file" && is_dangerous(scheme);
  return {runs ? std::string_view("of a scheme that runs or hides content") : std::string_view(),
          "a resource link"};
}

Found in_list(JsonValue list, Found (*look)(JsonValue)) {
  if (!list.is_array()) return {};
  for (const JsonValue item : list.items())
    if (const Found found = look(item); !found.fault.empty()) return found;
  return {};
}

Found in_result(JsonValue result) {
  for (const std::string_view list : {"tools", "prompts", "resources", "resourceTemplates"})
    if (const Found found = in_list(result[list], in_icons); !found.fault.empty()) return found;
  if (const Found found = in_icons(result["serverInfo"]); !found.fault.empty()) return found;
  if (const Found found = in_list(result["content"], in_link); !found.fault.empty()) return found;
  if (const Found found = in_list(result["content"], in_icons); !found.fault.empty()) return found;
  if (const JsonValue asked = result["inputRequests"]; asked.is_object())
    for (const auto& [name, request, name_value] : asked.members())
      if (const Found found = in_elicitation(request["params"]); !found.fault.empty()) return found;
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
  return !near && is_private_literal(parsed->authority.host)
             ? std::string_view("of an address that is not public")
             : std::string_view();
}

core::Verdict UrlScheme::judge(const core::Exchange& exchange, core::Notes&) const {
  if (exchange.message == nullptr) return core::pass();
  const wire::Message& message = *exchange.message;
  Found found;
  if (message.is_reply()) {
    found = in_result(message.result());
    if (found.fault.empty())
      found = in_list(message.error()["data"]["elicitations"], in_elicitation);
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
