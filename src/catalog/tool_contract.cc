#include "catalog/tool_contract.h"

#include <algorithm>
#include <array>

#include "catalog/schema_evidence.h"
#include "catalog/words.h"

namespace doorward::catalog {

namespace {

using wire::JsonValue;

constexpr uint32_t kMostArguments = 200;

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr auto kPathWords = std::to_array<std::string_view>(
    {"path", "paths", "file", "files", "filename", "filenames", "filepath", "dir", "directory",
     "folder", "source", "destination", "root", "cwd"});
constexpr auto kUrlWords = std::to_array<std::string_view>(
    {"url", "urls", "uri", "uris", "href", "link", "website", "webhook", "endpoint", "callback"});
constexpr auto kHostWords = std::to_array<std::string_view>(
    {"host", "hosts", "hostname", "domain", "ip", "address", "server"});
constexpr auto kIdWords =
    std::to_array<std::string_view>({"id", "ids", "uuid", "guid", "key", "sha", "slug"});
constexpr auto kCommandWords = std::to_array<std::string_view>(
    {"command", "commands", "cmd", "shell", "bash", "args", "argv"});
constexpr auto kCodeWords = std::to_array<std::string_view>(
    {"code", "script", "javascript", "js", "python", "snippet", "expression"});
constexpr auto kRecipientWords = std::to_array<std::string_view>(
    {"to", "cc", "bcc", "recipient", "recipients", "attendees", "participants", "invitees", "email",
     "emails", "mail", "phone", "channel", "iban"});

bool is_text(JsonValue schema) {
  const JsonValue type = schema["type"];
  if (!type.is_string()) return true;  // several types, or none said
  if (type.text() != "array") return type.text() == "string";
  const JsonValue item = schema["items"]["type"];
  return !item.is_string() || item.text() == "string";
}

std::optional<wire::Schema> compiled(JsonValue schema, wire::SchemaOptions options,
                                     std::string& fault) {
  if (!schema) return std::nullopt;
  options.undeclared = wire::Undeclared::refuse;
  auto made = wire::Schema::compile(schema, options);
  if (made) return std::move(*made);
  fault = made.error().code;
  return std::nullopt;
}

}  // namespace

std::string_view role_name(ArgumentRole role) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "text", "path", "url", "host", "identifier", "sql", "command", "code"};
  return kNames[static_cast<size_t>(role)];
}

ArgumentRole guess_role(std::string_view name, JsonValue schema, bool says_sql) {
  if (!is_text(schema)) return ArgumentRole::text;
  const std::string_view format = schema["format"].text();
  if (format == "uri" || format == "uri-reference" || format == "iri") return ArgumentRole::url;
  if (format == "hostname" || format == "ipv4" || format == "ipv6") return ArgumentRole::host;
  if (format == "uuid") return ArgumentRole::identifier;
  const auto words = name_words(name);
  if (words.empty()) return ArgumentRole::text;
  // A name is about its last word: `file_id` is an identifier, `shell_command` a command.
  const std::string& last = words.back();
  const std::string_view description = schema["description"].text();
  if (last == "sql") return ArgumentRole::sql;
  if ((last == "query" || last == "statement" || last == "statements") &&
      (says_sql || speaks_of_sql(description)))
    return ArgumentRole::sql;
  if (is_one_of(last, kIdWords)) return ArgumentRole::identifier;
  if (is_one_of(last, kUrlWords)) return ArgumentRole::url;
  if (is_one_of(last, kCommandWords)) return ArgumentRole::command;
  if (is_one_of(last, kCodeWords)) return ArgumentRole::code;
  if (is_one_of(last, kPathWords)) return ArgumentRole::path;
  if (is_one_of(last, kHostWords)) return ArgumentRole::host;
  return ArgumentRole::text;
}

bool names_destination(std::string_view name, JsonValue schema) {
  if (!is_text(schema)) return false;
  const std::string_view format = schema["format"].text();
  if (format == "uri" || format == "email" || format == "hostname") return true;
  const auto words = name_words(name);
  if (words.empty()) return false;
  return is_one_of(words.back(), kUrlWords) || is_one_of(words.back(), kRecipientWords) ||
         is_one_of(words.back(), kHostWords);
}

const Argument* ToolContract::find(std::string_view name) const {
  const auto found = std::ranges::find(arguments, name, &Argument::name);
  return found == arguments.end() ? nullptr : &*found;
}

std::shared_ptr<const ToolContract> contract_of(const Definition& definition) {
  auto made = std::make_shared<ToolContract>();
  if (definition.kind != DefinitionKind::tool) return made;
  const auto document = wire::JsonDocument::parse(definition.text);
  if (!document) {
    made->input_fault = made->output_fault = document.error().code;
    return made;
  }
  const JsonValue tool = document->root();
  made->input = compiled(tool["inputSchema"], {}, made->input_fault);
  made->output = compiled(tool["outputSchema"], {.subject = "the result", .fault = Fault::server},
                          made->output_fault);
  if (auto headers = wire::param_headers(tool["inputSchema"])) made->headers = std::move(*headers);
  const JsonValue annotations = tool["annotations"];
  made->says_idempotent = annotations["readOnlyHint"].boolean().value_or(false) ||
                          annotations["idempotentHint"].boolean().value_or(false);
  const JsonValue properties = tool["inputSchema"]["properties"];
  if (!properties.is_object()) return made;
  const bool says_sql = speaks_of_sql(tool["description"].text()) || speaks_of_sql(definition.name);
  for (const auto& [name, schema, _] : properties.members()) {
    if (made->arguments.size() >= kMostArguments) break;
    made->arguments.push_back(
        {std::string(name), guess_role(name, schema, says_sql), names_destination(name, schema)});
    if (made->arguments.back().is_destination) made->destinations.emplace_back(name);
  }
  return made;
}

}  // namespace doorward::catalog
