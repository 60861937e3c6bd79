#include "wire/schema_uri.h"

#include <cctype>

namespace doorward::wire {
namespace {

struct Parts {
  std::string_view scheme;     // with its colon
  std::string_view authority;  // with its slashes
  std::string_view path;
  std::string_view query;     // with its question mark
  std::string_view fragment;  // with its hash
};

std::string_view take(std::string_view& rest, size_t size) {
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(taken.size());
  return taken;
}

size_t find_or_end(std::string_view text, std::string_view any_of, size_t from = 0) {
  const size_t at = text.find_first_of(any_of, from);
  return at == text.npos ? text.size() : at;
}

Parts parts_of(std::string_view uri) {
  Parts parts;
  const size_t colon = find_or_end(uri, ":/?#");
  if (colon > 0 && colon < uri.size() && uri[colon] == ':' &&
      std::isalpha(static_cast<unsigned char>(uri[0])) != 0)
    parts.scheme = take(uri, colon + 1);
  if (uri.starts_with("//")) parts.authority = take(uri, find_or_end(uri, "/?#", 2));
  parts.path = take(uri, find_or_end(uri, "?#"));
  parts.query = take(uri, find_or_end(uri, "#"));
  parts.fragment = uri;
  return parts;
}

// RFC 3986 section 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t end = find_or_end(path, "/", path.starts_with('/') ? 1 : 0);
    const std::string_view segment = take(path, end);
    const std::string_view name = segment.substr(segment.starts_with('/') ? 1 : 0);
    if (name == "." || name == "..") {
      if (name == "..") {
        const size_t slash = out.rfind('/');
        out.resize(slash == out.npos ? 0 : slash);
      }
      if (path.empty() && segment.starts_with('/')) out += '/';
      continue;
    }
    out += segment;
  }
  return out;
}

std::string merged(const Parts& base, std::string_view path) {
  if (!base.authority.empty() && base.path.empty()) return "/" + std::string(path);
  const size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == base.path.npos ? 0 : slash + 1)) +
         std::string(path);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const Parts r = parts_of(reference);
  if (!r.scheme.empty() || base.empty()) return std::string(reference);
  const Parts b = parts_of(base);
  std::string out(b.scheme);
  if (!r.authority.empty()) {
    out.append(r.authority).append(without_dots(r.path)).append(r.query);
  } else {
    out += b.authority;
    if (r.path.empty()) {
      out.append(b.path).append(r.query.empty() ? b.query : r.query);
    } else {
      out += without_dots(r.path.starts_with('/') ? std::string(r.path) : merged(b, r.path));
      out += r.query;
    }
  }
  return out.append(r.fragment);
}

SplitUri split_fragment(std::string_view uri) {
  const size_t hash = uri.find('#');
  if (hash == uri.npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::optional<std::string> pointer_token(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') {
      out += text[i];
      continue;
    }
    if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return std::nullopt;
    out += text[i] == '0' ? '~' : '/';
  }
  return out;
}

std::string as_pointer_token(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace doorward::wire
