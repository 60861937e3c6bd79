#include "identity/place.h"

#include "wire/http.h"

namespace doorward::identity {

namespace {
constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";
}

Place::Place(std::string public_url) : public_url_(std::move(public_url)) {
  const auto parsed = wire::parse_url(public_url_);
  if (!parsed) {
    public_url_.clear();
    return;
  }
  public_origin_ = parsed->origin();
  path_ = parsed->target.substr(0, parsed->target.find('?'));
  if (path_ == "/") path_.clear();
}

std::string Place::origin(std::string_view host, bool secure) const {
  if (!public_origin_.empty()) return public_origin_;
  return std::string(secure ? "https://" : "http://").append(host);
}

std::string Place::resource(std::string_view host, bool secure) const {
  return public_url_.empty() ? origin(host, secure) + path_ : public_url_;
}

std::string Place::metadata_url(std::string_view host, bool secure) const {
  return origin(host, secure).append(kWellKnown).append(path_);
}

std::vector<std::string> Place::proof_urls(std::string_view host, bool secure,
                                           std::string_view path) const {
  std::vector<std::string> urls{origin(host, secure).append(path)};
  if (!public_url_.empty() && path.starts_with("/mcp")) urls.push_back(public_url_);
  return urls;
}

bool Place::is_metadata_path(std::string_view path) const {
  if (!path.starts_with(kWellKnown)) return false;
  path.remove_prefix(kWellKnown.size());
  if (path.empty() || path == "/" || path == path_ || path == "/mcp") return true;
  constexpr std::string_view kServers = "/mcp/";
  return path.starts_with(kServers) && path.find('/', kServers.size()) == std::string_view::npos;
}

}  // namespace doorward::identity
