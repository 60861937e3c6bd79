// Functions that wait, touch files or the network, run code or control the database.
#include <algorithm>
#include <iterator>

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

void find_calls(const SqlTokens& tokens, std::vector<SqlFunction>& found) {
  const auto& list = tokens.list;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!is_name(list[i])) continue;
    const std::string name = low(list[i].text);
    const bool called = i + 1 < list.size() && list[i + 1].is_mark('(');
    if (!called && !is_statement_like(name)) continue;
    if (const SqlDanger* const danger = danger_of(name)) add_once(found, {name, *danger});
    // `dbms_lock.sleep`: the package counts where the name alone does not.
    if (i >= 2 && list[i - 1].is_mark('.') && is_name(list[i - 2])) {
      const std::string whole = low(list[i - 2].text) + "." + name;
      if (const SqlDanger* const danger = danger_of(whole)) add_once(found, {whole, *danger});
    }
  }
}

}  // namespace

const SqlDanger* danger_of(std::string_view function) {
  const auto* const at = std::find_if(std::begin(kKnown), std::end(kKnown),
                                      [&](const Known& known) { return known.name == function; });
  return at != std::end(kKnown) ? &at->danger : nullptr;
}

void find_functions(const SqlTokens& tokens, std::vector<SqlFunction>& found,
                    std::vector<SqlFunction>& quoted) {
  find_calls(tokens, found);
  for (const SqlToken& token : tokens.list) {
    const bool may_be_code =
        token.kind == SqlTokenKind::text && token.text.find('(') != std::string::npos;
    if (may_be_code) find_calls(cut_sql(token.text, SqlDialect::postgres), quoted);
  }
}

}  // namespace doorward::detect
