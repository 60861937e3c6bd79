#include "policy/resource_forms.h"

#include <algorithm>
#include <array>
#include <utility>

namespace doorward::policy {

namespace {

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string small_letters(std::string_view text) {
  std::string out;
  for (const char c : text) out += small(c);
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = small(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// Every escape decoded: file servers do, whatever RFC 3986 reserves. Nothing where one is broken.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? digit_of(text[at + 1]) : -1;
    const int low = high < 0 ? -1 : digit_of(text[at + 2]);
    if (low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

bool has_step_up(std::string_view text) {
  for (size_t at = text.find(".."); at != std::string_view::npos; at = text.find("..", at + 1)) {
    const bool opens = at == 0 || text[at - 1] == '/' || text[at - 1] == ':';
    const bool closes =
        at + 2 == text.size() || std::string_view("/?#;").find(text[at + 2]) != std::string::npos;
    if (opens && closes) return true;
  }
  return false;
}

bool is_ambiguous(std::string_view uri) {
  if (uri.empty() || uri.front() == ' ' || uri.back() == ' ') return true;
  const std::string low = small_letters(uri);
  for (const std::string_view hidden : {"%2e", "%2f", "%5c", "%25", "\\"})
    if (low.find(hidden) != std::string::npos) return true;
  if (has_step_up(low)) return true;
  const auto plain = decoded(uri);
  return !plain || std::any_of(plain->begin(), plain->end(), is_control);
}

struct Parts {
  std::string_view scheme;  // without its colon; "" where there is none
  bool has_authority = false;
  std::string_view authority, path;
  std::optional<std::string_view> query, fragment;
};

Parts parts_of(std::string_view uri) {
  Parts parts;
  if (const size_t hash = uri.find('#'); hash != std::string_view::npos) {
    parts.fragment = uri.substr(hash + 1);
    uri = uri.substr(0, hash);
  }
  if (const size_t mark = uri.find('?'); mark != std::string_view::npos) {
    parts.query = uri.substr(mark + 1);
    uri = uri.substr(0, mark);
  }
  const size_t colon = uri.find(':');
  const auto in_scheme = [](char c) {
    c = small(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  if (colon != std::string_view::npos && colon > 0 && small(uri[0]) >= 'a' &&
      small(uri[0]) <= 'z' && std::all_of(uri.begin(), uri.begin() + colon, in_scheme)) {
    parts.scheme = uri.substr(0, colon);
    uri.remove_prefix(colon + 1);
  }
  if (!parts.scheme.empty() && uri.starts_with("//")) {
    parts.has_authority = true;
    const size_t end = std::min(uri.find('/', 2), uri.size());
    parts.authority = uri.substr(2, end - 2);
    uri.remove_prefix(end);
  }
  parts.path = uri;
  return parts;
}

// Without `.` and empty segments; a slash at the end stays.
std::string plain_path(std::string_view path) {
  std::string out;
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    const std::string_view segment = path.substr(from, end - from);
    const bool last = end == path.size();
    if (from == 0 && !last && segment.empty())
      out += '/';
    else if (!segment.empty() && segment != ".")
      out.append(segment).append(last ? "" : "/");
    from = end + 1;
  }
  return out;
}

struct Host {
  std::string user, name;
};

Host host_of(std::string_view scheme, std::string_view authority) {
  Host host;
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    host.user = decoded(authority.substr(0, at + 1)).value_or("");
    authority.remove_prefix(at + 1);
  }
  host.name = small_letters(decoded(authority).value_or(std::string(authority)));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPorts = {
      {{"http", ":80"}, {"https", ":443"}, {"ws", ":80"}, {"wss", ":443"}}};
  for (const auto& [name, port] : kPorts)
    if (scheme == name && host.name.ends_with(port))
      host.name.resize(host.name.size() - port.size());
  if (host.name.ends_with('.')) host.name.pop_back();
  if (scheme == "file" && host.name == "localhost") host.name.clear();
  return host;
}

// What stands before the path; `user` is left out in one of the near forms.
std::string opening(const Parts& parts, std::string_view scheme, const Host& host, bool user) {
  std::string out(scheme);
  if (!scheme.empty()) out += ':';
  const bool local = scheme == "file" && parts.path.starts_with('/');
  if (parts.has_authority || local) out += "//";
  if (user) out += host.user;
  return out + host.name;
}

// A query or fragment behind its mark; an empty one is none.
std::string tail(char mark, std::optional<std::string_view> text) {
  return text && !text->empty() ? mark + decoded(*text).value_or(std::string(*text)) : "";
}

}  // namespace

std::optional<ResourceForms> resource_forms(std::string_view uri) {
  if (is_ambiguous(uri)) return std::nullopt;
  const Parts parts = parts_of(uri);
  const std::string scheme = small_letters(parts.scheme);
  const Host host = host_of(scheme, parts.authority);
  const std::string base = opening(parts, scheme, host, true);
  const std::string path = plain_path(*decoded(parts.path));
  const std::string query = tail('?', parts.query), fragment = tail('#', parts.fragment);
  ResourceForms forms{base + path + query + fragment, {}, {}};
  std::string_view shorter = path;
  while (shorter.size() > 1 && shorter.ends_with('/')) shorter.remove_suffix(1);
  const auto add = [&forms](std::vector<std::string>& to, std::string form) {
    const auto has = [&form](const auto& all) {
      return std::find(all.begin(), all.end(), form) != all.end();
    };
    if (form != forms.canonical && !has(forms.cut) && !has(forms.near))
      to.push_back(std::move(form));
  };
  add(forms.cut, base + path + query);
  if (scheme == "file") add(forms.cut, base + path);
  add(forms.near, base + path);
  add(forms.near, base + std::string(shorter));
  if (!host.user.empty()) {
    const std::string nobody = opening(parts, scheme, host, false);
    add(forms.near, nobody + path + query);
    add(forms.near, nobody + std::string(shorter));
  }
  return forms;
}

std::string canonical_glob(std::string_view pattern) {
  const Parts parts = parts_of(pattern);
  // Without a scheme it may begin in the middle of anything: only escapes are read.
  if (parts.scheme.empty()) return decoded(pattern).value_or(std::string(pattern));
  const auto path = decoded(parts.path);
  if (!path || has_step_up(small_letters(pattern))) return std::string(pattern);
  const std::string scheme = small_letters(parts.scheme);
  std::string out = opening(parts, scheme, host_of(scheme, parts.authority), true);
  out += plain_path(*path);
  return out + tail('?', parts.query) + tail('#', parts.fragment);
}

}  // namespace doorward::policy
