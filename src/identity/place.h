// Where this gateway is, in the words of those who call it: the canonical URI of its one resource,
// the address of its metadata (RFC 9728), and what a proof may name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorward::identity {

class Place {
 public:
  Place() = default;
  // `public_url`: the canonical URI, `https://gw.example/mcp`; "" = from each request's Host.
  explicit Place(std::string public_url);

  // `host`: the request's Host, checked by transport.origin_host before.
  [[nodiscard]] std::string resource(std::string_view host, bool secure) const;
  [[nodiscard]] std::string metadata_url(std::string_view host, bool secure) const;
  // What `htu` of a proof for this path may say.
  [[nodiscard]] std::vector<std::string> proof_urls(std::string_view host, bool secure,
                                                    std::string_view path) const;
  // True for the paths that the metadata stands at: the root form, the resource's own, and those of
  // the servers below it, whether or not there is one of that name.
  [[nodiscard]] bool is_metadata_path(std::string_view path) const;

 private:
  [[nodiscard]] std::string origin(std::string_view host, bool secure) const;
  std::string public_url_, public_origin_, path_ = "/mcp";
};

}  // namespace doorward::identity
