#include "detect/sql_words.h"

#include <algorithm>
#include <array>
#include <span>

namespace doorward::detect {

namespace {

using Tokens = std::span<const SqlToken>;

template <size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 8> kReads = {"select",   "values", "table",   "show",
                                                    "describe", "desc",   "explain", "help"};
constexpr std::array<std::string_view, 9> kTransactions = {
    "begin", "start", "commit", "rollback", "savepoint", "release", "end", "abort", "save"};
constexpr std::array<std::string_view, 6> kWrites = {"insert", "update",  "delete",
                                                     "merge",  "replace", "upsert"};
constexpr std::array<std::string_view, 6> kDefinitions = {"create", "alter",    "drop",
                                                          "rename", "truncate", "comment"};
// Of these DDL objects, definitions change rights or run code.
constexpr std::array<std::string_view, 14> kPowers = {
    "user",   "role",    "login",  "group", "extension", "function",     "procedure",
    "system", "trigger", "server", "event", "assembly",  "subscription", "language"};
constexpr std::array<std::string_view, 12> kPragmas = {
    "table_info",      "table_xinfo",   "table_list",     "index_list",
    "index_info",      "index_xinfo",   "database_list",  "foreign_key_list",
    "compile_options", "function_list", "collation_list", "user_version"};
// Words that start a statement in T-SQL without a `;` before them.
constexpr std::array<std::string_view, 22> kStarts = {
    "insert",  "update",  "delete",  "merge",  "drop", "create",     "alter",   "truncate",
    "exec",    "execute", "grant",   "revoke", "deny", "backup",     "restore", "shutdown",
    "waitfor", "dbcc",    "declare", "kill",   "bulk", "reconfigure"};
// Behind these a word above goes on with the statement.
constexpr std::array<std::string_view, 24> kGoesOn = {
    "for",   "on",   "as",   "of",  "do",      "key",     "then",    "before",
    "after", "or",   "and",  "not", "instead", "no",      "grant",   "revoke",
    "is",    "with", "from", "by",  "where",   "explain", "analyze", "set"};

SqlClass select_class(Tokens tokens) {
  SqlClass found = SqlClass::read;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].is("into")) {
      const bool file =
          i + 1 < tokens.size() && (tokens[i + 1].is("outfile") || tokens[i + 1].is("dumpfile"));
      found = std::max(found, file ? SqlClass::admin : SqlClass::ddl);
    }
    if (tokens[i].is("for") && i + 1 < tokens.size() &&
        (tokens[i + 1].is("update") || tokens[i + 1].is("share") || tokens[i + 1].is("no")))
      found = std::max(found, SqlClass::write);
  }
  return found;
}

// A common table expression may change data in its parts and at its end.
SqlClass with_class(Tokens tokens) {
  SqlClass found = select_class(tokens);
  for (size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != SqlTokenKind::word || !one_of(tokens[i].text, kWrites)) continue;
    const SqlToken& next = tokens[i + 1];
    if (next.kind == SqlTokenKind::word || next.kind == SqlTokenKind::quoted_name)
      found = std::max(found, SqlClass::write);
  }
  return found;
}

SqlClass pragma_class(Tokens tokens) {
  for (const SqlToken& token : tokens)
    if (token.is_mark('=')) return SqlClass::admin;
  for (size_t i = 1; i < tokens.size(); ++i)
    if (tokens[i].kind == SqlTokenKind::word && one_of(tokens[i].text, kPragmas))
      return SqlClass::read;
  return SqlClass::admin;
}

SqlClass class_of(Tokens tokens) {
  while (!tokens.empty() && tokens[0].is_mark('(')) tokens = tokens.subspan(1);
  if (tokens.empty() || tokens[0].kind != SqlTokenKind::word) return SqlClass::unknown;
  const std::string& first = tokens[0].text;
  if (first == "with") return with_class(tokens);
  if (first == "pragma") return pragma_class(tokens);
  if (first == "explain" || first == "describe" || first == "desc") {
    const bool runs = std::any_of(tokens.begin(), tokens.end(),
                                  [](const SqlToken& t) { return t.is("analyze"); });
    if (!runs) return SqlClass::read;
    for (size_t i = 1; i < tokens.size(); ++i) {
      const bool starts =
          tokens[i].is("select") || tokens[i].is("with") || one_of(tokens[i].text, kWrites);
      if (tokens[i].kind == SqlTokenKind::word && starts) return class_of(tokens.subspan(i));
    }
    return SqlClass::unknown;
  }
  if (one_of(first, kReads)) return select_class(tokens);
  if (one_of(first, kTransactions)) return SqlClass::transaction;
  if (one_of(first, kWrites)) return SqlClass::write;
  if (one_of(first, kDefinitions)) {
    for (size_t i = 1; i < tokens.size() && i < 6; ++i)
      if (tokens[i].kind == SqlTokenKind::word && one_of(tokens[i].text, kPowers))
        return SqlClass::admin;
    return SqlClass::ddl;
  }
  constexpr std::array<std::string_view, 45> kAdmin = {
      "grant",       "revoke",     "deny",      "set",     "reset",   "use",      "call",
      "exec",        "execute",    "do",        "load",    "copy",    "attach",   "detach",
      "lock",        "unlock",     "analyze",   "vacuum",  "reindex", "optimize", "declare",
      "waitfor",     "shutdown",   "backup",    "restore", "dbcc",    "kill",     "bulk",
      "prepare",     "deallocate", "discard",   "listen",  "notify",  "cluster",  "checkpoint",
      "reconfigure", "install",    "uninstall", "flush",   "purge",   "handler",  "import",
      "if",          "while",      "print"};
  return one_of(first, kAdmin) ? SqlClass::admin : SqlClass::unknown;
}

// The text of a name at `i`, with its schema; moves `i` to its last token.
std::string name_at(Tokens tokens, size_t& i) {
  std::string name;
  for (;;) {
    const SqlToken& token = tokens[i];
    if (token.kind != SqlTokenKind::word && token.kind != SqlTokenKind::quoted_name) return name;
    for (const char c : token.text) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (i + 2 >= tokens.size() || !tokens[i + 1].is_mark('.')) return name;
    name += '.';
    i += 2;
  }
}

void find_tables(Tokens tokens, std::vector<std::string>& tables) {
  constexpr std::array<std::string_view, 6> kBefore = {"from",   "join",  "into",
                                                       "update", "table", "using"};
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != SqlTokenKind::word || !one_of(tokens[i].text, kBefore)) continue;
    for (size_t at = i + 1; at < tokens.size(); ++at) {
      while (at + 1 < tokens.size() &&
             (tokens[at].is("if") || tokens[at].is("not") || tokens[at].is("exists") ||
              tokens[at].is("only") || tokens[at].is("lateral") || tokens[at].is("set")))
        ++at;
      std::string name = name_at(tokens, at);
      if (name.empty() || name == "select") break;
      add_once(tables, std::move(name));
      if (at + 1 >= tokens.size() || !tokens[at + 1].is_mark(',')) break;
      ++at;
    }
  }
}

// Where a T-SQL statement starts at `i` without a `;` before it.
bool starts_statement(Tokens statement, size_t i) {
  const SqlToken& token = statement[i];
  if (token.kind != SqlTokenKind::word || token.depth != 0 || !one_of(token.text, kStarts))
    return false;
  const SqlToken& before = statement[i - 1];
  if (before.kind == SqlTokenKind::word && one_of(before.text, kGoesOn)) return false;
  if (before.kind == SqlTokenKind::mark && !before.is_mark(')')) return false;
  // Within a definition these words name parts of it: ALTER TABLE t DROP COLUMN c.
  if (statement[0].kind == SqlTokenKind::word && one_of(statement[0].text, kDefinitions) &&
      (token.is("drop") || token.is("alter") || token.is("create") || token.is("truncate")))
    return false;
  if (i + 1 == statement.size()) return token.is("shutdown") || token.is("reconfigure");
  const SqlToken& next = statement[i + 1];
  if (next.is_mark('(')) return token.is("exec") || token.is("execute");
  return next.kind == SqlTokenKind::word || next.kind == SqlTokenKind::quoted_name ||
         next.is_mark('@');
}

void read_statement(Tokens statement, SqlDialect dialect, SqlReading& reading) {
  find_tables(statement, reading.tables);
  size_t from = 0;
  if (dialect == SqlDialect::tsql)
    for (size_t i = 1; i < statement.size(); ++i)
      if (starts_statement(statement.subspan(from), i - from)) {
        reading.classes.push_back(class_of(statement.subspan(from, i - from)));
        from = i;
      }
  reading.classes.push_back(class_of(statement.subspan(from)));
}

}  // namespace

SqlClass SqlReading::worst() const {
  SqlClass worst = SqlClass::read;
  for (const SqlClass each : classes) worst = std::max(worst, each);
  return worst;
}

SqlReading read_words(const SqlTokens& tokens, SqlDialect dialect) {
  SqlReading reading;
  const Tokens all(tokens.list);
  size_t from = 0;
  for (size_t i = 0; i <= all.size(); ++i) {
    if (i < all.size() && all[i].kind != SqlTokenKind::end_of_statement) continue;
    if (i > from) read_statement(all.subspan(from, i - from), dialect, reading);
    from = i + 1;
  }
  return reading;
}

void add_once(std::vector<std::string>& list, std::string text) {
  constexpr size_t kMost = 64;
  if (list.size() < kMost && std::find(list.begin(), list.end(), text) == list.end())
    list.push_back(std::move(text));
}

void add_once(std::vector<SqlFunction>& list, SqlFunction function) {
  constexpr size_t kMost = 64;
  if (list.size() < kMost && std::find(list.begin(), list.end(), function) == list.end())
    list.push_back(std::move(function));
}

}  // namespace doorward::detect
