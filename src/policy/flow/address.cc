#include "policy/flow/address.h"

#include <algorithm>

#include "policy/flow/words.h"

namespace doorward::policy::flow {

namespace {

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alnum(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// A run of what addresses are made of.
bool is_part(char c) {
  return is_alnum(c) || std::string_view("@._-+/:%?=&#~$!*").find(c) != std::string_view::npos;
}

// Labels joined by dots, the last of letters: `mail.example`, with a port or a path behind it.
size_t host_length(std::string_view text) {
  size_t at = 0, labels = 0, last = 0;
  while (at < text.size()) {
    const size_t begin = at;
    while (at < text.size() && (is_alnum(text[at]) || text[at] == '-' || text[at] == '_')) ++at;
    if (at == begin) break;
    ++labels;
    last = begin;
    if (at < text.size() && text[at] == '.' && at + 1 < text.size() && is_alnum(text[at + 1]))
      ++at;
    else
      break;
  }
  const std::string_view end = text.substr(last, at - last);
  const bool named = labels > 1 && end.size() > 1 && end.size() < 25 &&
                     std::ranges::all_of(end, [](char c) { return !is_digit(c); });
  return named ? at : 0;
}

bool is_file_ending(std::string_view host) {
  static constexpr std::string_view kEndings[] = {
      "txt",  "pdf", "doc", "docx", "xls", "xlsx", "csv",  "md",  "json", "yaml",
      "yml",  "png", "jpg", "jpeg", "gif", "zip",  "html", "htm", "py",   "js",
      "ts",   "cc",  "cpp", "log",  "ppt", "pptx", "xml",  "ini", "cfg",  "toml",
      "java", "rs",  "go",  "tar",  "gz",  "mp3",  "mp4"};
  const size_t dot = host.rfind('.');
  const std::string ending = lower(host.substr(dot + 1));
  return std::ranges::find(kEndings, ending) != std::end(kEndings);
}

std::string_view without_end(std::string_view text) {
  while (!text.empty() && !is_alnum(text.back()) && text.back() != '/') text.remove_suffix(1);
  return text;
}

// One run as an address, if it is one.
bool read_run(std::string_view run, std::vector<FoundAddress>& into) {
  while (!run.empty() && !is_alnum(run.front()) && run.front() != '@' && run.front() != '+')
    run.remove_prefix(1);
  run = without_end(run);
  if (run.size() < 3) return false;
  const size_t scheme = run.find("://");
  if (scheme != std::string_view::npos && scheme > 1 && scheme < 12) {
    into.push_back({AddressKind::url, run});
    return true;
  }
  if (run.starts_with("mailto:")) run.remove_prefix(7);
  const size_t at = run.find('@');
  if (at == 0) {
    if (run.size() > 2 && run.find('@', 1) == std::string_view::npos) {
      into.push_back({AddressKind::handle, run});
      return true;
    }
    return false;
  }
  if (at != std::string_view::npos) {
    const size_t host = host_length(run.substr(at + 1));
    if (host == 0) return false;
    into.push_back({AddressKind::email, run.substr(0, at + 1 + host)});
    return true;
  }
  const size_t host = host_length(run);
  if (host == 0) return false;
  const bool web = run.starts_with("www.") || host < run.size();
  if (!web && is_file_ending(run.substr(0, host))) return false;
  // `end.The` is two sentences without a space.
  const size_t dot = run.rfind('.', host - 1);
  const char first = run[dot + 1];
  if (first >= 'A' && first <= 'Z') {
    const std::string_view head = run.substr(0, dot);
    if (const size_t shorter = host_length(head); shorter > 0) {
      into.push_back({AddressKind::host, head.substr(0, shorter)});
      return true;
    }
    return false;
  }
  into.push_back({web && host < run.size() ? AddressKind::url : AddressKind::host, run});
  return true;
}

// Two letters, two digits and 8 to 30 more, in groups or without.
size_t iban_length(std::string_view text) {
  if (text.size() < 14 || !is_letter(text[0]) || !is_letter(text[1]) || !is_digit(text[2]) ||
      !is_digit(text[3]))
    return 0;
  size_t count = 0, at = 0, digits = 0, last = 0;
  for (; at < text.size() && count < 34; ++at) {
    const char c = text[at];
    if (is_letter(c) || is_digit(c)) {
      ++count;
      if (is_digit(c)) ++digits;
      last = at + 1;
    } else if (c != ' ' || (at + 1 < text.size() && text[at + 1] == ' ') ||
               (at - (last > 0 ? last - 1 : 0) > 1)) {
      break;
    } else if (count % 4 != 0) {
      break;
    }
  }
  return count >= 14 && digits * 2 >= count ? last : 0;
}

size_t phone_length(std::string_view text) {
  size_t at = 0, digits = 0, last = 0;
  if (text[0] == '+') ++at;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      ++digits;
      last = at + 1;
    } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
      break;
    }
  }
  const bool known = text[0] == '+' ? digits >= 8 : digits >= 10;
  return known && digits <= 15 ? last : 0;
}

}  // namespace

std::vector<FoundAddress> find_addresses(std::string_view text) {
  std::vector<FoundAddress> found;
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const bool starts = at == 0 || !is_alnum(text[at - 1]);
    if (starts && is_letter(c)) {
      if (const size_t length = iban_length(text.substr(at)); length > 0) {
        found.push_back({AddressKind::iban, text.substr(at, length)});
        at += length;
        continue;
      }
    }
    if (starts && c == '+') {
      if (const size_t length = phone_length(text.substr(at)); length > 0) {
        found.push_back({AddressKind::phone, text.substr(at, length)});
        at += length;
        continue;
      }
    }
    if (!is_part(c)) {
      ++at;
      continue;
    }
    size_t end = at;
    bool maybe = false;
    while (end < text.size() && is_part(text[end])) {
      maybe = maybe || text[end] == '.' || text[end] == '@' || text[end] == ':';
      ++end;
    }
    if (maybe) read_run(text.substr(at, end - at), found);
    at = end;
  }
  return found;
}

bool is_address(std::string_view value) {
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  if (value.empty() || value.size() > 512) return false;
  const auto found = find_addresses(value);
  if (found.size() != 1) return false;
  const auto& one = found[0];
  const size_t before = static_cast<size_t>(one.text.data() - value.data());
  const size_t after = value.size() - before - one.text.size();
  if (before == 0 && after <= 1) return true;
  return one.kind == AddressKind::email && value.find('<') != std::string_view::npos && after <= 1;
}

std::string normal_address(const FoundAddress& found) {
  std::string_view text = found.text;
  switch (found.kind) {
    case AddressKind::iban:
    case AddressKind::phone:
      return compact(text);
    case AddressKind::url:
    case AddressKind::host: {
      std::string low = lower(text);
      if (const size_t scheme = low.find("://"); scheme != std::string::npos)
        low = low.substr(scheme + 3);
      if (low.starts_with("www.")) low = low.substr(4);
      while (low.ends_with('/')) low.pop_back();
      return low;
    }
    case AddressKind::email:
    case AddressKind::handle:
      return lower(text);
  }
  return std::string(text);
}

}  // namespace doorward::policy::flow
