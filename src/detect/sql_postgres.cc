#include "detect/sql_postgres.h"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <memory>

#include "wire/json.h"

namespace doorward::detect {

namespace {

using wire::JsonValue;

// The parser's own recursion is deep in proportion to the text.
constexpr size_t kGrammarBytes = 16 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

SqlClass class_of_node(std::string_view node) {
  if (node == "SelectStmt" || node == "VariableShowStmt" || node == "ExplainStmt")
    return SqlClass::read;
  if (node == "InsertStmt" || node == "UpdateStmt" || node == "DeleteStmt" || node == "MergeStmt")
    return SqlClass::write;
  if (node == "TransactionStmt") return SqlClass::transaction;
  constexpr std::array<std::string_view, 14> kDefinitions = {
      "CreateStmt",     "CreateTableAsStmt", "AlterTableStmt", "DropStmt",
      "TruncateStmt",   "RenameStmt",        "IndexStmt",      "ViewStmt",
      "CommentStmt",    "CreateSchemaStmt",  "CreateSeqStmt",  "AlterSeqStmt",
      "CreateEnumStmt", "RefreshMatViewStmt"};
  return std::find(kDefinitions.begin(), kDefinitions.end(), node) != kDefinitions.end()
             ? SqlClass::ddl
             : SqlClass::admin;
}

class Tree {
 public:
  // Of one statement: `{"SelectStmt":{…}}`.
  SqlClass statement(JsonValue stmt) {
    class_ = SqlClass::read;
    for (const auto& [node, body, name] : stmt.members()) {
      class_ = class_of_node(node);
      // EXPLAIN runs its statement only with ANALYZE; what it would change is not changed.
      const bool explained =
          node == "ExplainStmt" && body["options"].raw().find("analyze") == std::string_view::npos;
      const SqlClass own = class_;
      visit(body, 0);
      if (explained) class_ = own;
    }
    return class_;
  }

  PostgresReading finish() && {
    for (std::string& table : tables_)
      if (std::find(own_names_.begin(), own_names_.end(), table) == own_names_.end())
        add_once(out_.reading.tables, std::move(table));
    return std::move(out_);
  }
  PostgresReading& out() { return out_; }

 private:
  void visit(JsonValue value, int depth) {
    constexpr int kDeep = 1000;
    if (depth > kDeep) {
      class_ = SqlClass::unknown;
      return;
    }
    if (value.is_array())
      for (const JsonValue item : value.items()) visit(item, depth + 1);
    if (!value.is_object()) return;
    for (const auto& [name, inner, name_value] : value.members()) {
      note(name, inner);
      visit(inner, depth + 1);
    }
  }

  void note(std::string_view name, JsonValue body) {
    if (name.ends_with("Stmt") && name[0] < 'a') class_ = std::max(class_, class_of_node(name));
    if (name == "intoClause") class_ = std::max(class_, SqlClass::ddl);
    if (name == "LockingClause") class_ = std::max(class_, SqlClass::write);
    if (name == "CommonTableExpr") own_names_.push_back(lower(body["ctename"].text()));
    if (name == "RangeVar" || name == "relation" || name == "rel") table(body);
    if (name == "FuncCall") function(body["funcname"]);
  }

  void table(JsonValue body) {
    if (body["relname"].text().empty()) return;
    std::string name = lower(body["relname"].text());
    if (const std::string_view schema = body["schemaname"].text(); !schema.empty())
      name.insert(0, lower(schema) + ".");
    add_once(tables_, std::move(name));
  }

  void function(JsonValue names) {
    std::string last;
    for (const JsonValue part : names.items()) last = lower(part["String"]["sval"].text());
    if (is_made_blob(last)) return;  // no function of PostgreSQL; the tokens tell how many bytes
    if (const SqlDanger* const danger = danger_of(last)) add_once(out_.functions, {last, *danger});
  }

  PostgresReading out_;
  std::vector<std::string> tables_, own_names_;
  SqlClass class_ = SqlClass::read;
};

}  // namespace

std::optional<PostgresReading> read_postgres(std::string_view text) {
  if (text.size() > kGrammarBytes) return std::nullopt;
  const std::string copy(text);
  const PgQueryParseResult parsed = pg_query_parse(copy.c_str());
  const bool fine = parsed.error == nullptr && parsed.parse_tree != nullptr;
  std::string tree = fine ? parsed.parse_tree : "";
  pg_query_free_parse_result(parsed);
  if (!fine) return std::nullopt;
  wire::JsonLimits limits;
  limits.bytes = 16 * 1024 * 1024;
  limits.depth = 2000;
  const auto document = wire::JsonDocument::parse(std::move(tree), limits);
  if (!document) return std::nullopt;
  const JsonValue statements = document->root()["stmts"];
  if (!statements.is_array()) return std::nullopt;
  Tree reader;
  for (const JsonValue each : statements.items()) {
    const SqlClass found = reader.statement(each["stmt"]);
    reader.out().reading.classes.push_back(found);
  }
  return std::move(reader).finish();
}

}  // namespace doorward::detect
