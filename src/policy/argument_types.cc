#include "policy/argument_types.h"

#include <algorithm>
#include <optional>

#include "detect/sql.h"
#include "wire/http.h"
#include "wire/path.h"

namespace doorward::policy {

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_identifier(std::string_view text) {
  constexpr size_t kMost = 256;
  if (text.empty() || text.size() > kMost || (!is_alphanumeric(text[0]) && text[0] != '_'))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '.' || c == ':' || c == '@' || c == '-';
  });
}

// Words of a command: letters of any script, digits and what no shell reads as more than itself.
bool is_plain_command(std::string_view text) {
  constexpr size_t kMost = 4096;
  if (text.empty() || text.size() > kMost) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view kPlain = " _-./:,@+%=";
    return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
           kPlain.find(c) != std::string_view::npos;
  });
}

// Without a step up, even one that leads nowhere, and by no disguise.
bool has_step_up(std::string_view text) {
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('/', from), text.size());
    if (text.substr(from, end - from) == "..") return true;
    from = end + 1;
  }
  return false;
}

// A name that a shell would read as nothing else, and no command as an option.
std::optional<wire::PathText> plain_path(std::string_view text) {
  constexpr size_t kMost = 4096;
  if (text.empty() || text.size() > kMost || text.front() == '-' || has_step_up(text) ||
      text.find("://") != std::string_view::npos ||
      text.find_first_of(";|&`$<>\"'*?!#{}\\") != std::string_view::npos)
    return std::nullopt;
  wire::PathText read = wire::read_path(text);
  if (read.fault != wire::PathFault::none || read.home) return std::nullopt;
  return read;
}

bool is_path(std::string_view text) {
  return plain_path(text).has_value();
}

// A relative path counts from the root.
bool is_path_below(std::string_view text, std::string_view root) {
  const auto path = plain_path(text);
  return path && (!path->absolute || wire::is_below(path->normal, root));
}

bool is_url(std::string_view text) {
  // The fragment is never sent.
  return wire::parse_url(text.substr(0, text.find('#'))).has_value();
}

bool is_host(std::string_view text) {
  const auto authority = wire::parse_authority(text);
  return authority && !authority->host.empty();
}

constexpr std::string_view kFormats[] = {"path",    "url",      "host",      "identifier",
                                         "command", "sql-read", "sql-write", "sql-single"};

bool is_ours(std::string_view format) {
  return std::find(std::begin(kFormats), std::end(kFormats), format) != std::end(kFormats);
}

}  // namespace

wire::FormatChecks argument_formats() {
  return {
      {"path", is_path},
      {"url", is_url},
      {"host", is_host},
      {"identifier", is_identifier},
      {"command", is_plain_command},
      {"sql-read", [](std::string_view text) { return detect::read_sql(text).is_one_reading(); }},
      {"sql-write", [](std::string_view text) { return detect::read_sql(text).is_one_writing(); }},
      {"sql-single", [](std::string_view text) { return detect::read_sql(text).is_single(); }},
  };
}

Expected<std::string> bind_argument_types(std::string_view schema, wire::FormatChecks& formats) {
  const auto document = wire::JsonDocument::parse(std::string(schema));
  if (!document) return std::unexpected(document.error());
  std::vector<wire::Edit> edits;
  for (uint32_t index = 0; index < document->nodes().size(); ++index) {
    const wire::JsonValue value(&*document, index);
    if (!value.is_object()) continue;
    const wire::JsonValue format = value["format"];
    const wire::JsonValue root = value["x-root"];
    const auto base = root.is_string() ? plain_path(root.text()) : std::nullopt;
    if (root && (format.text() != "path" || !base || !base->absolute))
      return failure("policy.root", Fault::self,
                     "`x-root` is an absolute path and stands beside `format: path`");
    if (!format.is_string() || !is_ours(format.text())) continue;
    if (!value["type"])
      edits.push_back({value.begin() + 1, value.begin() + 1, R"("type":"string",)"});
    if (!root.is_string()) continue;
    const std::string bound = "path:" + std::string(root.text());
    formats[bound] = [below = base->normal](std::string_view text) {
      return is_path_below(text, below);
    };
    edits.push_back({format.begin(), format.end(), wire::json_quote(bound)});
  }
  return wire::splice(schema, std::move(edits));
}

}  // namespace doorward::policy
