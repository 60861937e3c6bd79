#include "app/login/resource.h"

#include <algorithm>

#include "wire/http.h"
#include "wire/json.h"

namespace doorward::app {

namespace {

constexpr size_t kLongestField = 8 * 1024;
constexpr size_t kMostIssuers = 16;
constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";

std::unexpected<Error> wrong(std::string what) {
  return failure("login.resource", Fault::server, std::move(what));
}

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// challenge = scheme [ 1*SP ( token68 / #auth-param ) ], a list of them in one field.
class Challenges {
 public:
  explicit Challenges(std::string_view text) : text_(text) {}

  // False where it can't be read: what was found until then counts no more.
  bool read(std::optional<Challenge>& found) {
    bool bearer = false, scheme = false;
    for (;;) {
      skip(" \t,");
      if (at_ >= text_.size()) return true;
      const std::string_view name = token();
      if (name.empty()) return false;
      const size_t behind = at_;
      skip(" \t");
      const bool is_parameter = at_ < text_.size() && text_[at_] == '=';
      if (!is_parameter) {
        // A scheme is followed by a space or its end.
        if (behind < text_.size() && text_[behind] != ' ' && text_[behind] != ',') return false;
        bearer = wire::equals_ignoring_case(name, "Bearer");
        if (bearer && found) return false;
        if (bearer) found.emplace();
        scheme = true;
        if (!bearer) skip_token68();
        continue;
      }
      if (!scheme) return false;
      ++at_;
      skip(" \t");
      auto value = parameter();
      if (!value) return false;
      if (bearer && !take(name, std::move(*value), *found)) return false;
    }
  }

 private:
  void skip(std::string_view any) {
    while (at_ < text_.size() && any.find(text_[at_]) != std::string_view::npos) ++at_;
  }
  std::string_view token() {
    const size_t from = at_;
    while (at_ < text_.size() && is_token_char(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }
  // Of `Negotiate YII=`: up to the comma behind it, where it is no parameter.
  void skip_token68() {
    skip(" \t");
    size_t end = at_;
    while (end < text_.size() && (is_token_char(text_[end]) || text_[end] == '/')) ++end;
    size_t pads = end;
    while (pads < text_.size() && text_[pads] == '=') ++pads;
    const bool ends = pads == text_.size() || text_[pads] == ',' || text_[pads] == ' ';
    if (pads > end && ends) at_ = pads;
  }
  std::optional<std::string> parameter() {
    std::string value;
    if (at_ >= text_.size()) return std::nullopt;
    if (text_[at_] != '"') {
      value = token();
      return value.empty() ? std::nullopt : std::optional(std::move(value));
    }
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        ++at_;
        return value;
      }
      if (c == '\\' && ++at_ < text_.size()) c = text_[at_];
      if (at_ >= text_.size() || static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        return std::nullopt;
      value += c;
    }
    return std::nullopt;
  }
  bool take(std::string_view name, std::string value, Challenge& into) {
    std::string* place = nullptr;
    if (wire::equals_ignoring_case(name, "resource_metadata")) place = &into.resource_metadata;
    if (wire::equals_ignoring_case(name, "scope")) place = &into.scope;
    if (place == nullptr) return true;
    if (!place->empty()) return false;  // said twice
    *place = std::move(value);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string path_of(const wire::Url& url) {
  std::string path = url.target.substr(0, url.target.find('?'));
  while (path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

std::optional<Challenge> bearer_challenge(std::span<const std::string> fields) {
  std::optional<Challenge> found;
  for (const std::string& field : fields) {
    if (field.size() > kLongestField || !Challenges(field).read(found)) return std::nullopt;
  }
  if (found && !is_scope(found->scope)) found->scope.clear();
  return found;
}

bool is_scope(std::string_view text) {
  if (text.empty() || text.size() > 2048 || text.front() == ' ' || text.back() == ' ') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
    if (c == ' ' && text[i + 1] == ' ') return false;
  }
  return true;
}

bool covers(std::string_view resource, std::string_view server_url) {
  const auto own = wire::parse_url(server_url);
  const auto named = wire::parse_url(resource);
  if (!own || !named || own->origin() != named->origin()) return false;
  if (named->target.find('?') != std::string::npos) return named->target == own->target;
  const std::string parent = path_of(*named), path = path_of(*own);
  return path == parent || path.starts_with(parent + "/");
}

Expected<ResourceMetadata> read_resource(std::string text, std::string_view server_url) {
  const auto document = wire::JsonDocument::parse(std::move(text), {.depth = 16, .nodes = 20'000});
  if (!document || !document->root().is_object())
    return wrong("what it says of its authorization is no JSON object");
  const wire::JsonValue root = document->root();
  ResourceMetadata made;
  made.resource = root["resource"].text();
  if (!covers(made.resource, server_url))
    return wrong("its metadata is of another resource, not of the URL in the configuration");
  for (const wire::JsonValue each : root["authorization_servers"].items()) {
    const auto url = wire::parse_url(each.text());
    if (!url || made.issuers.size() >= kMostIssuers)
      return wrong("its metadata names authorization servers that are no URLs, or too many");
    made.issuers.emplace_back(each.text());
  }
  if (made.issuers.empty()) return wrong("its metadata names no authorization server");
  for (const wire::JsonValue each : root["scopes_supported"].items()) {
    if (!is_scope(each.text()) || each.text().find(' ') != std::string_view::npos) continue;
    made.scope.append(made.scope.empty() ? "" : " ").append(each.text());
  }
  if (!is_scope(made.scope)) made.scope.clear();
  return made;
}

std::vector<std::string> resource_urls(std::string_view server_url) {
  const auto url = wire::parse_url(server_url);
  if (!url) return {};
  std::vector<std::string> urls;
  if (const std::string path = path_of(*url); !path.empty())
    urls.push_back(url->origin() + std::string(kWellKnown) + path);
  urls.push_back(url->origin() + std::string(kWellKnown));
  return urls;
}

}  // namespace doorward::app
