#include "policy/flow/known.h"

#include <algorithm>

#include "policy/rules.h"

namespace doorward::policy::flow {

namespace {

using Kind = Destination::Kind;

bool has_star(std::string_view text) {
  return text.find('*') != std::string_view::npos;
}

// `*` for any run of characters; no text here holds the character that it must not cross.
bool like(std::string_view pattern, std::string_view text) {
  size_t at = 0, in = 0, star = std::string_view::npos, back = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      back = in;
    } else if (at < pattern.size() && pattern[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++back;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

bool host_like(const std::vector<std::string>& pattern, const std::vector<std::string>& host) {
  const bool below = pattern[0] == "**";
  if (below ? host.size() < pattern.size() : host.size() != pattern.size()) return false;
  // From the end, so that `**` has what is left.
  for (size_t i = 1; i <= pattern.size() - (below ? 1 : 0); ++i)
    if (!like(pattern[pattern.size() - i], host[host.size() - i])) return false;
  return true;
}

// A pattern without a path is for all of the host.
bool path_like(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.empty()) return true;
  const bool below = pattern.back() == "**";
  const size_t fixed = pattern.size() - (below ? 1 : 0);
  if (below ? path.size() < fixed : path.size() != fixed) return false;
  for (size_t i = 0; i < fixed; ++i)
    if (!like(pattern[i], path[i])) return false;
  return true;
}

bool scheme_like(std::string_view pattern, std::string_view scheme) {
  if (!pattern.empty()) return pattern == scheme;
  return scheme.empty() || scheme == "https" || scheme == "http";
}

bool matches(const Destination& pattern, const Destination& one) {
  if (pattern.kind != one.kind) return false;
  switch (one.kind) {
    case Kind::mail:
      return like(pattern.text, one.text) && host_like(pattern.host, one.host);
    case Kind::web:
      return scheme_like(pattern.scheme, one.scheme) && pattern.port == one.port &&
             host_like(pattern.host, one.host) && path_like(pattern.path, one.path);
    case Kind::iban:
    case Kind::phone:
    case Kind::name:
      return pattern.text == one.text;
  }
  return false;
}

// What patterns are found by: of mail and web the host, of others all.
std::string key_of(const Destination& one) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(one.kind)));
  if (one.host.empty()) return key + one.text;
  for (const std::string& label : one.host) key.append(label).append(".");
  return key;
}

// `*.co.uk` would be all of a country.
bool is_registry(std::string_view second, std::string_view top) {
  static constexpr std::string_view kSecond[] = {"ac", "co",  "com", "edu", "gov",
                                                 "ne", "net", "or",  "org"};
  return top.size() == 2 && std::ranges::find(kSecond, second) != std::end(kSecond);
}

}  // namespace

std::string known_complaint(std::string_view pattern) {
  const auto read = read_destination_pattern(pattern);
  if (!read)
    return "expected an e-mail address, a host, a URL, an IBAN, a phone number (`+…`) or a name; "
           "`*` "
           "stands in the local part, in a label of the host or in a segment of the path";
  const bool wild = std::ranges::any_of(read->host, has_star);
  if (!wild) return "";
  const size_t labels = read->host.size();
  if (labels < 3 || has_star(read->host[labels - 1]) || has_star(read->host[labels - 2]) ||
      is_registry(read->host[labels - 2], read->host[labels - 1]))
    return "a host with `*` ends in a domain of somebody's own, such as `*.corp.example`";
  return "";
}

KnownList::KnownList(std::string id, const std::vector<std::string>& to,
                     std::optional<std::vector<PrincipalSelector>> principals)
    : id_(std::move(id)), principals_(std::move(principals)) {
  for (const std::string& pattern : to) {
    auto read = read_destination_pattern(pattern);
    if (!read || !known_complaint(pattern).empty()) continue;
    auto& place = std::ranges::any_of(read->host, has_star) ? wide_ : by_key_[key_of(*read)];
    place.push_back({std::move(*read), pattern});
  }
}

bool KnownList::is_for(const core::Principal& principal) const {
  if (!principals_) return true;
  const Subject subject = Subject::of(principal);
  return std::ranges::any_of(
      *principals_, [&](const PrincipalSelector& selector) { return fits(selector, subject); });
}

std::string_view KnownList::match(const Destination& one) const {
  const auto among = [&one](const std::vector<Pattern>& patterns) -> std::string_view {
    for (const Pattern& pattern : patterns)
      if (matches(pattern.destination, one)) return pattern.text;
    return "";
  };
  if (const auto near = by_key_.find(key_of(one)); near != by_key_.end())
    if (const auto found = among(near->second); !found.empty()) return found;
  return among(wide_);
}

std::string_view KnownList::match(const std::vector<Destination>& all) const {
  std::string_view first;
  for (const Destination& one : all) {
    const std::string_view found = match(one);
    if (found.empty()) return "";
    if (first.empty()) first = found;
  }
  return first;
}

}  // namespace doorward::policy::flow
