// Functions that wait, touch files or the network, run code or control the database.
#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <span>

#include "detect/sql_words.h"

namespace doorward::detect {

namespace {

struct Known {
  std::string_view name;
  SqlDanger danger;
};
// Sorted by name.
constexpr Known kKnown[] = {
    {"benchmark", SqlDanger::delay},
    {"copy_from_program", SqlDanger::execute},
    {"cursor_to_xml", SqlDanger::execute},
    {"database_to_xml", SqlDanger::execute},
    {"dblink", SqlDanger::network},
    {"dblink_connect", SqlDanger::network},
    {"dblink_connect_u", SqlDanger::network},
    {"dblink_exec", SqlDanger::network},
    {"dblink_open", SqlDanger::network},
    {"dblink_send_query", SqlDanger::network},
    {"dbms_lock.sleep", SqlDanger::delay},
    {"dbms_pipe.receive_message", SqlDanger::delay},
    {"dbms_session.sleep", SqlDanger::delay},
    {"dbms_xmlgen.getxml", SqlDanger::execute},
    {"edit", SqlDanger::execute},
    {"eval", SqlDanger::execute},
    {"fts3_tokenizer", SqlDanger::execute},
    {"get_lock", SqlDanger::delay},
    {"httpuritype", SqlDanger::network},
    {"load_extension", SqlDanger::execute},
    {"load_file", SqlDanger::file},
    {"lo_export", SqlDanger::file},
    {"lo_from_bytea", SqlDanger::control},
    {"lo_get", SqlDanger::file},
    {"lo_import", SqlDanger::file},
    {"lo_put", SqlDanger::control},
    {"lo_unlink", SqlDanger::control},
    {"master_pos_wait", SqlDanger::delay},
    {"openquery", SqlDanger::network},
    {"opendatasource", SqlDanger::network},
    {"openrowset", SqlDanger::network},
    {"pg_advisory_lock", SqlDanger::delay},
    {"pg_cancel_backend", SqlDanger::control},
    {"pg_create_restore_point", SqlDanger::control},
    {"pg_file_unlink", SqlDanger::file},
    {"pg_file_write", SqlDanger::file},
    {"pg_ls_dir", SqlDanger::file},
    {"pg_ls_logdir", SqlDanger::file},
    {"pg_ls_waldir", SqlDanger::file},
    {"pg_promote", SqlDanger::control},
    {"pg_read_binary_file", SqlDanger::file},
    {"pg_read_file", SqlDanger::file},
    {"pg_reload_conf", SqlDanger::control},
    {"pg_rotate_logfile", SqlDanger::control},
    {"pg_sleep", SqlDanger::delay},
    {"pg_sleep_for", SqlDanger::delay},
    {"pg_sleep_until", SqlDanger::delay},
    {"pg_stat_file", SqlDanger::file},
    {"pg_switch_wal", SqlDanger::control},
    {"pg_terminate_backend", SqlDanger::control},
    {"query_to_xml", SqlDanger::execute},
    {"query_to_xmlschema", SqlDanger::execute},
    {"randomblob", SqlDanger::delay},
    {"readfile", SqlDanger::file},
    {"set_config", SqlDanger::control},
    {"setval", SqlDanger::control},
    {"sleep", SqlDanger::delay},
    {"sleepeachrow", SqlDanger::delay},
    {"sp_addextendedproc", SqlDanger::execute},
    {"sp_configure", SqlDanger::control},
    {"sp_executesql", SqlDanger::execute},
    {"sp_oacreate", SqlDanger::execute},
    {"sys_eval", SqlDanger::execute},
    {"sys_exec", SqlDanger::execute},
    {"table_to_xml", SqlDanger::execute},
    {"utl_file.fopen", SqlDanger::file},
    {"utl_http.request", SqlDanger::network},
    {"utl_inaddr.get_host_address", SqlDanger::network},
    {"wait_for_executed_gtid_set", SqlDanger::delay},
    {"wait_until_sql_thread_after_gtids", SqlDanger::delay},
    {"waitfor", SqlDanger::delay},
    {"writefile", SqlDanger::file},
    {"xp_cmdshell", SqlDanger::execute},
    {"xp_dirtree", SqlDanger::file},
    {"xp_fileexist", SqlDanger::file},
    {"xp_regread", SqlDanger::file},
    {"xp_regwrite", SqlDanger::control},
    {"xp_subdirs", SqlDanger::file},
    {"zeroblob", SqlDanger::delay},
};

std::string low(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_name(const SqlToken& token) {
  return token.kind == SqlTokenKind::word || token.kind == SqlTokenKind::quoted_name;
}

// Called without parentheses.
bool is_statement_like(std::string_view name) {
  return name == "waitfor" || name.starts_with("xp_") || name.starts_with("sp_");
}

// `randomblob(16)` makes an id; what takes time is a blob of millions of bytes.
bool is_small_blob(std::span<const SqlToken> call) {
  constexpr size_t kDigits = 6;
  return is_made_blob(low(call[0].text)) && call.size() > 3 &&
         call[2].kind == SqlTokenKind::number && call[2].text.size() <= kDigits &&
         call[2].text.find_first_not_of("0123456789") == std::string::npos && call[3].is_mark(')');
}

void find_calls(const SqlTokens& tokens, std::vector<SqlFunction>& found) {
  const auto& list = tokens.list;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!is_name(list[i])) continue;
    const std::string name = low(list[i].text);
    const bool called = i + 1 < list.size() && list[i + 1].is_mark('(');
    if (!called && !is_statement_like(name)) continue;
    if (is_small_blob(std::span(list).subspan(i))) continue;
    if (const SqlDanger* const danger = danger_of(name)) add_once(found, {name, *danger});
    // `dbms_lock.sleep`: the package counts where the name alone does not.
    if (i >= 2 && list[i - 1].is_mark('.') && is_name(list[i - 2])) {
      const std::string whole = low(list[i - 2].text) + "." + name;
      if (const SqlDanger* const danger = danger_of(whole)) add_once(found, {whole, *danger});
    }
  }
}

// One statement, from its first token to the `;` or the end.
using Statement = std::span<const SqlToken>;

bool is_one_of(const SqlToken& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.is(word); });
}

// COPY t FROM PROGRAM 'command'; also TO.
bool runs_program(Statement statement) {
  if (!statement[0].is("copy")) return false;
  for (size_t i = 1; i + 2 < statement.size(); ++i)
    if (is_one_of(statement[i], {"from", "to"}) && statement[i + 1].is("program") &&
        (statement[i + 2].kind == SqlTokenKind::text || statement[i + 2].is("e")))
      return true;
  return false;
}

// CREATE FUNCTION f() … LANGUAGE plpython3u, and DO in such a language: code that the database
// does not hold in.
bool defines_untrusted_code(Statement statement) {
  bool defines = false;
  if (statement[0].is("create"))
    for (size_t i = 1; i + 2 < statement.size() && i < 4; ++i)
      defines = defines || is_one_of(statement[i], {"function", "procedure", "language"});
  else if (statement[0].is("do") && statement.size() > 1)
    defines = statement[1].is("language") || statement[1].kind == SqlTokenKind::text;
  if (!defines) return false;
  for (size_t i = 1; i + 1 < statement.size(); ++i) {
    if (!statement[i].is("language")) continue;
    const std::string name = low(statement[i + 1].text);
    if (name == "c" || name == "internal" || name == "plperlu" || name == "pltclu" ||
        name == "plsh" || name == "pljavau" || name == "plruby" || name.starts_with("plpython"))
      return true;
  }
  return false;
}

// SELECT … INTO OUTFILE 'path'.
bool writes_file(Statement statement) {
  for (size_t i = 1; i + 2 < statement.size(); ++i)
    if (statement[i].is("into") && is_one_of(statement[i + 1], {"outfile", "dumpfile"}) &&
        (statement[i + 2].kind == SqlTokenKind::text ||
         statement[i + 2].kind == SqlTokenKind::quoted_name))
      return true;
  return false;
}

// GRANT of the roles that reach out of the database.
bool grants_host(Statement statement) {
  return statement[0].is("grant") &&
         std::any_of(statement.begin(), statement.end(), [](const SqlToken& token) {
           return is_name(token) && (low(token.text) == "pg_read_server_files" ||
                                     low(token.text) == "pg_write_server_files" ||
                                     low(token.text) == "pg_execute_server_program");
         });
}

// What statements do as such functions do.
void find_statements(const SqlTokens& tokens, std::vector<SqlFunction>& found) {
  const Statement all(tokens.list);
  size_t from = 0;
  for (size_t i = 0; i <= all.size(); ++i) {
    if (i < all.size() && all[i].kind != SqlTokenKind::end_of_statement) continue;
    const Statement statement = all.subspan(from, i - from);
    from = i + 1;
    if (statement.empty()) continue;
    if (runs_program(statement)) add_once(found, {"program", SqlDanger::execute});
    if (defines_untrusted_code(statement)) add_once(found, {"language", SqlDanger::execute});
    if (grants_host(statement)) add_once(found, {"grant", SqlDanger::execute});
    if (writes_file(statement)) add_once(found, {"into", SqlDanger::file});
  }
}

// Bodies of code hold statements with texts of their own.
void find_in_texts(const SqlTokens& tokens, const std::vector<SqlFunction>& called,
                   std::vector<SqlFunction>& quoted, int depth) {
  constexpr int kDepth = 3;
  if (depth >= kDepth) return;
  // The grammar of a fragment that breaks out of a quote is not known: the rest of it may be code.
  for (const std::string& text : texts_that_may_run(tokens, called)) {
    const SqlTokens inner = cut_sql(text, SqlDialect::postgres);
    std::vector<SqlFunction> calls;
    find_calls(inner, calls);
    find_in_texts(inner, calls, quoted, depth + 1);
    for (SqlFunction& call : calls) add_once(quoted, std::move(call));
  }
}

}  // namespace

bool is_made_blob(std::string_view function) {
  return function == "randomblob" || function == "zeroblob";
}

const SqlDanger* danger_of(std::string_view function) {
  const auto* const at = std::find_if(std::begin(kKnown), std::end(kKnown),
                                      [&](const Known& known) { return known.name == function; });
  return at != std::end(kKnown) ? &at->danger : nullptr;
}

void find_functions(const SqlTokens& tokens, std::vector<SqlFunction>& found,
                    std::vector<SqlFunction>& quoted) {
  find_calls(tokens, found);
  find_statements(tokens, found);
  find_in_texts(tokens, found, quoted, 0);
}

}  // namespace doorward::detect
