#include "detect/message_text.h"

#include <algorithm>
#include <array>

#include "detect/characters.h"

namespace doorward::detect {

namespace {

std::vector<MessageText> walk(wire::JsonValue value, bool names) {
  std::vector<MessageText> texts;
  if (!value) return texts;
  const auto& document = *value.document();
  const auto& nodes = document.nodes();
  const uint32_t end = nodes[value.index()].next;
  std::string_view name;
  for (uint32_t i = value.index(); i < end; ++i) {
    const wire::JsonNode& node = nodes[i];
    if (node.is_name) name = document.text_of(node);
    if (node.type != wire::JsonType::string && !node.is_name) continue;
    if (node.is_name != names) continue;
    texts.push_back(
        {document.text_of(node), names ? std::string_view() : name, node.begin, node.end});
  }
  return texts;
}

// The offset in a raw JSON string (behind its quote) of byte `target` of its content.
size_t raw_offset(std::string_view raw, size_t target) {
  size_t at = 0;
  size_t content = 0;
  while (at < raw.size() && content < target) {
    if (raw[at] != '\\') {
      ++at;
      ++content;
      continue;
    }
    if (at + 1 < raw.size() && raw[at + 1] == 'u') {
      unsigned unit = 0;
      for (size_t i = at + 2; i < at + 6 && i < raw.size(); ++i)
        unit = unit << 4 | static_cast<unsigned>(std::max(0, hex_digit(raw[i])));
      const bool pair = unit >= 0xD800 && unit < 0xDC00;
      const size_t bytes = unit < 0x80 ? 1 : unit < 0x800 ? 2 : pair ? 4 : 3;
      if (content + bytes > target) return at;
      content += bytes;
      at += pair ? 12 : 6;
    } else {
      at += 2;
      ++content;
    }
  }
  return std::min(at, raw.size());
}

}  // namespace

std::vector<MessageText> texts_of(wire::JsonValue value) {
  return walk(value, false);
}

std::vector<MessageText> names_of(wire::JsonValue value) {
  return walk(value, true);
}

wire::Edit edit_of(std::string_view message, const MessageText& text, Span span,
                   std::string_view replacement) {
  const std::string_view raw = message.substr(text.begin + 1, text.end - text.begin - 2);
  const auto from = static_cast<uint32_t>(text.begin + 1 + raw_offset(raw, span.from));
  const auto to = static_cast<uint32_t>(text.begin + 1 + raw_offset(raw, span.to));
  std::string quoted = wire::json_quote(replacement);
  return {from, std::max(from, to), quoted.substr(1, quoted.size() - 2)};
}

Role role_of(std::string_view tool, std::string_view argument) {
  std::string name;
  for (const char c : argument) name += c == '-' ? '_' : lower(c);
  std::string of;
  for (const char c : tool) of += lower(c);
  // Views: the compiler knows how long each word is, and most differ in that already.
  using Words = std::initializer_list<std::string_view>;
  const auto any_is = [&](const Words& words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return word.size() == name.size() && word == name; });
  };
  const auto any_ends = [&](const Words& words) {
    return std::ranges::any_of(words, [&](std::string_view word) {
      return word.size() <= name.size() && word.back() == name.back() && name.ends_with(word);
    });
  };
  const auto is = [&](auto... words) { return any_is({words...}); };
  const auto ends = [&](auto... words) { return any_ends({words...}); };
  const auto tool_has = [&](auto... words) {
    return ((of.find(words) != std::string::npos) || ...);
  };
  if (is("sql", "statement", "sql_query", "sqlquery", "ddl", "dml") || ends("_sql"))
    return Role::sql;
  if (is("query", "q") && tool_has("sql", "database", "postgres", "mysql", "sqlite", "bigquery",
                                   "snowflake", "db_", "_db", "warehouse"))
    return Role::sql;
  if (is("command", "cmd", "shell", "bash", "shell_command", "command_line", "commandline", "argv",
         "run") ||
      ends("_command", "_cmd"))
    return Role::command;
  if (is("script", "input", "args", "arguments") && tool_has("shell", "bash", "terminal", "exec"))
    return Role::command;
  // Documents: whatever language they are in is their writer's business.
  if (is("content", "contents", "body", "code", "source_code", "html", "markdown", "md", "new_str",
         "old_str", "new_string", "old_string", "newtext", "oldtext", "new_text", "old_text",
         "patch", "diff", "script", "snippet", "template", "file_text", "data", "xml", "css",
         "json", "document", "message", "comment", "description", "summary", "prompt",
         "instructions", "function", "expression", "text", "note", "notes", "payload",
         "file_content", "yaml", "thought", "thoughts", "observation", "observations", "reasoning",
         "reflection", "todo", "todos", "caption", "feedback", "review", "commit_message") ||
      ends("_content", "_body", "_code", "_html", "_markdown", "_text", "_json"))
    return Role::code;
  if (is("path", "file", "filename", "filepath", "dir", "directory", "folder", "paths", "files",
         "destination", "cwd", "root", "workspace") ||
      ends("_path", "_file", "_dir", "_folder", "path", "filename", "_paths", "_directory"))
    return Role::path;
  if (is("url", "uri", "link", "endpoint", "href", "webhook", "urls", "website", "callback") ||
      ends("_url", "_uri", "url", "_link", "_urls"))
    return Role::url;
  if (is("host", "hostname", "domain", "ip", "server_name") || ends("_host", "_domain", "hostname"))
    return Role::host;
  if (is("id", "identifier", "uuid", "slug", "ref", "branch", "tag", "package", "sha") ||
      ends("_id", "_uuid", "_slug", "_ref", "_branch", "_sha"))
    return Role::identifier;
  return Role::text;
}

bool is_prose(std::string_view name) {
  return name != "name" && name != "uri" && name != "uriTemplate" && name != "mimeType" &&
         name != "type" && name != "blob" && name != "$ref" && name != "$schema" &&
         name != "pattern" && name != "format" && name != "url" && name != "role" &&
         name != "version" && name != "protocolVersion";
}

bool lists_definitions(const wire::Message* request) {
  if (request == nullptr) return false;
  using wire::Method;
  const Method method = request->method();
  return method == Method::tools_list || method == Method::prompts_list ||
         method == Method::resources_list || method == Method::resources_templates_list ||
         method == Method::initialize || method == Method::discover;
}

}  // namespace doorward::detect
