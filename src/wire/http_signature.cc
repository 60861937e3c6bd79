#include "wire/http_signature.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "wire/http_syntax.h"

namespace doorward::wire {

using syntax::lower;
using syntax::trim;

namespace {

constexpr size_t kMostComponents = 32;
constexpr size_t kLongest = 4096;

std::unexpected<Error> malformed(std::string what) {
  return failure("signature.syntax", Fault::client, std::move(what));
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

// A key of a structured field (RFC 8941, 3.1.2); "" where there is none. Moves behind it.
std::string_view take_key(std::string_view& rest) {
  size_t size = 0;
  while (size < rest.size()) {
    const char c = rest[size];
    const bool first = (c >= 'a' && c <= 'z') || c == '*';
    const bool later = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (!first && (size == 0 || !later)) break;
    ++size;
  }
  const std::string_view key = rest.substr(0, size);
  rest.remove_prefix(size);
  return key;
}

bool take(std::string_view& rest, char wanted) {
  if (rest.empty() || rest.front() != wanted) return false;
  rest.remove_prefix(1);
  return true;
}

// A string without escapes.
std::optional<std::string_view> take_string(std::string_view& rest) {
  if (!take(rest, '"')) return std::nullopt;
  const size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  for (const char c : text)
    if (c < 0x20 || c > 0x7e || c == '\\') return std::nullopt;
  rest.remove_prefix(end + 1);
  return text;
}

std::optional<int64_t> take_integer(std::string_view& rest) {
  int64_t value = 0;
  const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  const auto size = static_cast<size_t>(end - rest.data());
  if (fault != std::errc() || size > 12 || value < 0) return std::nullopt;
  rest.remove_prefix(size);
  return value;
}

// `:BASE64:`
std::optional<std::string> take_bytes(std::string_view& rest) {
  if (!take(rest, ':')) return std::nullopt;
  const size_t end = rest.find(':');
  if (end == std::string_view::npos) return std::nullopt;
  auto bytes = from_base64(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  return bytes;
}

// `("@method" "@path")`
Expected<void> take_components(std::string_view& rest, std::vector<std::string>& out) {
  if (!take(rest, '(')) return malformed("Signature-Input has no list of components");
  while (!take(rest, ')')) {
    if (!out.empty() && !take(rest, ' '))
      return malformed("components are not parted by one space, or have parameters");
    const auto name = take_string(rest);
    if (!name || name->empty() || *name != lowered(*name))
      return malformed("a component is no name in small letters");
    if (std::ranges::find(out, *name) != out.end()) return malformed("a component is named twice");
    if (out.size() >= kMostComponents) return malformed("too many components");
    out.emplace_back(*name);
  }
  return {};
}

Expected<void> take_parameter(std::string_view& rest, HttpSignature& made) {
  const std::string_view key = take_key(rest);
  if (!take(rest, '=')) return malformed("a parameter has no value");
  if (key == "created" || key == "expires") {
    auto& time = key == "created" ? made.created : made.expires;
    if (time) return malformed("a parameter is given twice");
    time = take_integer(rest);
    if (!time) return malformed("`created` or `expires` is no time in seconds");
    return {};
  }
  std::string ignored;  // `tag` says what for; nothing here depends on it
  std::string* const text = key == "keyid"   ? &made.key_id
                            : key == "nonce" ? &made.nonce
                            : key == "alg"   ? &made.algorithm
                            : key == "tag"   ? &ignored
                                             : nullptr;
  if (text == nullptr) return malformed("a parameter is not known");
  const auto value = take_string(rest);
  if (!value || value->empty()) return malformed("a parameter is no string");
  if (!text->empty()) return malformed("a parameter is given twice");
  *text = *value;
  return {};
}

std::string authority_of(const HttpRequestHead& head) {
  return lowered(head.field("host").value_or(""));
}

std::optional<std::string> value_of(std::string_view component, const HttpRequestHead& head,
                                    std::string_view origin) {
  if (!component.starts_with('@')) {
    const auto field = head.field(component);
    if (!field) return std::nullopt;
    return std::string(*field);
  }
  if (component == "@method" && head.method != HttpMethod::other)
    return std::string(method_text(head.method));
  if (component == "@authority") return authority_of(head);
  if (component == "@path") return std::string(head.path);
  if (component == "@query") return "?" + std::string(head.query);
  if (component == "@request-target") return std::string(head.target);
  if (component == "@target-uri") return std::string(origin).append(head.target);
  return std::nullopt;
}

}  // namespace

Expected<HttpSignature> HttpSignature::of(const HttpRequestHead& head) {
  if (head.count("signature") == 0 && head.count("signature-input") == 0)
    return failure("signature.missing", Fault::client, "it is not signed");
  const auto input = head.field("signature-input");
  const auto given = head.field("signature");
  if (!input || !given || input->size() > kLongest || given->size() > kLongest)
    return malformed("Signature-Input and Signature have to be there once each");

  HttpSignature made;
  std::string_view rest = *input;
  const std::string_view label = take_key(rest);
  if (label.empty() || !take(rest, '=')) return malformed("Signature-Input has no label");
  made.parameters = rest;
  if (auto taken = take_components(rest, made.components); !taken)
    return std::unexpected(std::move(taken).error());
  while (take(rest, ';'))
    if (auto taken = take_parameter(rest, made); !taken)
      return std::unexpected(std::move(taken).error());
  if (!rest.empty()) return malformed("more than one signature, or text behind one");

  rest = *given;
  if (take_key(rest) != label || !take(rest, '='))
    return malformed("Signature is not of the label of Signature-Input");
  auto bytes = take_bytes(rest);
  if (!bytes || bytes->empty() || !rest.empty())
    return malformed("Signature is not one sequence of bytes");
  made.signature = std::move(*bytes);
  return made;
}

bool HttpSignature::covers(std::string_view component) const {
  return std::ranges::find(components, component) != components.end();
}

std::string_view HttpSignature::uncovered(const HttpRequestHead& head) const {
  if (!covers("@method")) return "@method";
  const bool whole = covers("@request-target") || covers("@target-uri");
  if (!whole && !covers("@path")) return "@path";
  const bool has_query = head.target.size() > head.path.size();
  if (!whole && has_query && !covers("@query")) return "@query";
  if (head.count("mcp-session-id") > 0 && !covers("mcp-session-id")) return "mcp-session-id";
  if (head.method == HttpMethod::post && !covers("content-digest")) return "content-digest";
  return "";
}

Expected<std::string> HttpSignature::base(const HttpRequestHead& head,
                                          std::string_view origin) const {
  std::string out;
  for (const std::string& component : components) {
    const auto value = value_of(component, head, origin);
    if (!value)
      return failure("signature.component", Fault::client,
                     "the request has no `" + component + "` that could be signed");
    out.append("\"").append(component).append("\": ").append(*value).append("\n");
  }
  return out.append("\"@signature-params\": ").append(parameters);
}

namespace {

// The bytes behind `sha-256`; "" where the field is malformed or has none.
std::string named_digest(std::string_view field) {
  std::string found;
  std::string_view rest = trim(field);
  while (true) {
    const std::string_view key = take_key(rest);
    if (key.empty() || !take(rest, '=')) return "";
    auto bytes = take_bytes(rest);
    if (!bytes) return "";
    if (key == "sha-256") {
      if (!found.empty() || bytes->size() != Sha256{}.size()) return "";
      found = std::move(*bytes);
    }
    rest = trim(rest);
    if (rest.empty()) return found;
    if (!take(rest, ',')) return "";
    rest = trim(rest);
  }
}

}  // namespace

DigestCheck check_content_digest(const HttpRequestHead& head, std::string_view body) {
  if (head.count("content-digest") == 0) return DigestCheck::absent;
  const auto field = head.field("content-digest");
  const std::string named = field ? named_digest(*field) : "";
  if (named.empty()) return DigestCheck::unusable;
  const Sha256 own = sha256(body);
  return std::equal(own.begin(), own.end(), named.begin(), named.end(),
                    [](uint8_t x, char y) { return x == static_cast<uint8_t>(y); })
             ? DigestCheck::holds
             : DigestCheck::differs;
}

bool has_content_digest(const HttpRequestHead& head) {
  const auto field = head.field("content-digest");
  return field && !named_digest(*field).empty();
}

}  // namespace doorward::wire
