#include "catalog/schema_evidence.h"

#include <algorithm>
#include <array>

#include "catalog/words.h"

namespace doorward::catalog {

namespace {

using core::ClassSet;
using core::ToolClass;
using wire::JsonValue;

constexpr uint32_t kMostParameters = 200;
constexpr size_t kTextLimit = 400;

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr auto kAddressWords = std::to_array<std::string_view>(
    {"url", "urls", "webhook", "endpoint", "href", "callback", "website"});
constexpr auto kRecipientWords = std::to_array<std::string_view>(
    {"recipient", "recipients", "cc", "bcc", "attendees", "participants", "invitees"});
constexpr auto kActionNames = std::to_array<std::string_view>(
    {"action", "mode", "operation", "op", "command", "cmd", "verb", "method"});
constexpr auto kSwitches =
    std::to_array<std::string_view>({"delete", "overwrite", "purge", "remove", "drop", "wipe"});
constexpr auto kCommandWords = std::to_array<std::string_view>(
    {"command", "commands", "cmd", "shell", "bash", "sql", "statement", "statements"});
constexpr auto kScriptWords =
    std::to_array<std::string_view>({"script", "javascript", "js", "python", "snippet"});
constexpr auto kProgramTexts =
    std::to_array<std::string_view>({"source", "program", "expression", "expr"});
constexpr auto kRightsFlags =
    std::to_array<std::string_view>({"admin", "administrator", "superuser", "sudoer"});
constexpr auto kSqlNames = std::to_array<std::string_view>(
    {"sql", "sqlite", "postgres", "postgresql", "mysql", "mariadb", "tsql", "plsql", "duckdb",
     "bigquery", "snowflake", "clickhouse", "psql", "cockroachdb", "redshift", "sqlserver"});

bool has_enum(JsonValue property) {
  return property["enum"].is_array() || property["const"].is_string();
}

bool is_textual(JsonValue property) {
  const std::string_view type = property["type"].text();
  return type != "boolean" && type != "integer" && type != "number";
}

// The verbs that an action parameter lets the caller choose from. Beside `pop`, a `push` is onto a
// stack.
ClassSet of_choices(JsonValue property) {
  ClassSet out;
  if (!property["enum"].is_array()) return out;
  uint32_t seen = 0;
  bool pushes = false;
  bool pops = false;
  for (const JsonValue choice : property["enum"].items()) {
    if (++seen > kMostParameters) break;
    const auto words = name_words(choice.text());
    if (words.empty()) continue;
    if (std::ranges::any_of(words, is_rights_verb)) out.add(ToolClass::identity);
    pops = pops || words.front() == "pop";
    if (words.front() == "push")
      pushes = true;
    else
      out.add(verb_classes(words.front()));
  }
  if (pushes) out.add(pops ? ClassSet{ToolClass::write} : verb_classes("push"));
  return out;
}

bool is_statement(std::string_view word, std::string_view description, const SchemaContext& tool) {
  if (word == "sql") return true;
  if (word != "query" && word != "queries" && word != "statement" && word != "statements")
    return false;
  return tool.says_sql || speaks_of_sql(description);
}

ClassSet of_word(std::string_view word, JsonValue property, const SchemaContext& tool) {
  const std::string_view description = property["description"].text();
  if (is_one_of(word, kAddressWords)) return {ToolClass::egress};
  if (word == "uri" && description.find("http") != std::string_view::npos)
    return {ToolClass::egress};
  if (is_one_of(word, kRecipientWords)) return {ToolClass::egress};
  if (tool.studies) return {};
  if (is_statement(word, description, tool)) return {ToolClass::execute};
  if (word == "statement" || word == "statements")
    return tool.says_database ? ClassSet{ToolClass::execute} : ClassSet{};
  if (is_one_of(word, kCommandWords)) return {ToolClass::execute};
  if (is_one_of(word, kScriptWords) && !tool.keeps) return {ToolClass::execute};
  if (word == "code" && tool.runs) return {ToolClass::execute};
  if (is_one_of(word, kProgramTexts) && tool.evaluates) return {ToolClass::execute};
  return {};
}

ClassSet of_property(std::string_view name, JsonValue property, const SchemaContext& tool) {
  const auto words = name_words(name);
  ClassSet out;
  if (words.empty()) return out;
  if (property["type"].text() == "boolean") {
    if (!tool.reads && is_one_of(words.front(), kSwitches)) out.add(ToolClass::destructive);
    if (!tool.reads && is_one_of(words.back(), kRightsFlags)) out.add(ToolClass::identity);
    return out;
  }
  if (has_enum(property)) {
    if (is_one_of(words.back(), kActionNames)) out.add(of_choices(property));
    return out;
  }
  if (!is_textual(property)) return out;
  if (property["format"].text() == "uri") out.add(ToolClass::egress);
  // A name is about its last word: `command_id` is an id, `shell_command` a command.
  out.add(of_word(words.back(), property, tool));
  return out;
}

}  // namespace

bool speaks_of_sql(std::string_view text) {
  text = text.substr(0, kTextLimit);
  for (const std::string& word : text_words(text, kTextLimit))
    if (is_one_of(word, kSqlNames)) return true;
  for (const std::string_view keyword : {"SELECT ", "INSERT", "UPDATE ", "DELETE ", "CREATE TABLE"})
    if (text.find(keyword) != std::string_view::npos) return true;
  return false;
}

ClassSet schema_evidence(JsonValue input_schema, const SchemaContext& tool) {
  ClassSet out;
  const JsonValue properties = input_schema["properties"];
  if (!properties.is_object()) return out;
  uint32_t seen = 0;
  for (const auto& [name, property, _] : properties.members()) {
    if (++seen > kMostParameters) break;
    out.add(of_property(name, property, tool));
  }
  return out;
}

}  // namespace doorward::catalog
