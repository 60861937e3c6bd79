#include "limits/heavy.h"

#include <gmock/gmock.h>

namespace doorward::limits {
namespace {

wire::Message call(std::string_view tool, std::string_view arguments) {
  return *wire::Message::parse(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + std::string(tool) +
      R"(","arguments":)" + std::string(arguments) + "}}");
}

TEST(Heavy, IsTheWalkTheDumpAndTheRecursiveOne) {
  for (const std::string_view tool :
       {"directory_tree", "listTree", "tree", "export_all", "db-dump", "walk_files"})
    EXPECT_TRUE(is_heavy(call(tool, "{}"))) << tool;
  for (const std::string_view tool :
       {"street_view", "read_file", "exporter", "dumpling", "retreed"})
    EXPECT_FALSE(is_heavy(call(tool, "{}"))) << tool;
  EXPECT_TRUE(is_heavy(call("list", R"({"recursive":true})")));
  EXPECT_FALSE(is_heavy(call("list", R"({"recursive":false})")));
  EXPECT_FALSE(is_heavy(call("list", R"({"recursive":"true story"})")));
}

TEST(Heavy, FindsDelaysInSqlArgumentsOnly) {
  for (const std::string_view sql :
       {"SELECT pg_sleep(600)", "select/**/PG_SLEEP/**/( 5 )", "WAITFOR DELAY '0:0:10'",
        "SELECT SLEEP(5)", "SELECT sleepEachRow(3) FROM numbers(100)",
        "SELECT BENCHMARK(100000000, SHA1('x'))", "SELECT 1; SELECT pg_sleep_for('5 minutes')",
        "SELECT \\\"pg_sleep\\\"(5)"})
    EXPECT_TRUE(calls_delay(call("query", R"({"sql":")" + std::string(sql) + "\"}"))) << sql;
  EXPECT_TRUE(calls_delay(call("query", R"q({"query":"SELECT pg_sleep(9)"})q")));
  EXPECT_TRUE(calls_delay(call("run", R"q({"batch":[{"sql":"SELECT pg_sleep(9)"}]})q")));
  EXPECT_FALSE(calls_delay(call("query", R"({"sql":"SELECT 'pg_sleep' AS word FROM sleeps"})")));
  EXPECT_FALSE(calls_delay(call("write", R"q({"content":"SELECT pg_sleep(600)"})q")));
  EXPECT_FALSE(calls_delay(call("search", R"q({"query":"how does sleep(5) work"})q")));
  EXPECT_TRUE(calls_delay(call("run_sql", R"q({"text":"SELECT pg_sleep(600)"})q")));
}

TEST(Heavy, FindsDelaysInTextsThatRunAndNotInValues) {
  for (const std::string_view sql :
       {"EXEC('WAITFOR DELAY ''0:10:00''')", "EXEC('WAI' + 'TFOR DELAY ''0:10''')",
        "EXEC sp_executesql N'WAITFOR DELAY ''0:10:0'''", "EXECUTE IMMEDIATE 'select sleep(9)'",
        "DO $$ BEGIN PERFORM pg_sleep(600); END $$",
        "DO $x$ begin execute 'select pg_' || 'sleep(600)'; end $x$",
        "PREPARE p FROM 'SELECT SLEEP(9)'", "SET @q = 'SELECT SLEEP(9)'",
        "CREATE FUNCTION f() RETURNS void AS $$ SELECT pg_sleep(9) $$ LANGUAGE sql",
        "SELECT query_to_xml('select pg_sleep(600)', true, true, '')",
        "SELECT my_run(lower('SELECT pg_sleep(600)'))", "SELECT '-- ', pg_sleep(600) --'",
        "SELECT 'a' AS b, pg_sleep(600) FROM t WHERE c LIKE '%x%'"})
    EXPECT_TRUE(calls_delay(call("query", R"({"sql":")" + std::string(sql) + "\"}"))) << sql;
  for (const std::string_view sql :
       {"SELECT * FROM docs WHERE body LIKE '%pg_sleep(600)%'",
        "-- pg_sleep(600) was here\\nSELECT 1", "SELECT 1 /* sleep(5) */",
        "INSERT INTO log (msg) VALUES ('call pg_sleep(600)')",
        "UPDATE docs SET body = 'SELECT SLEEP(5)' WHERE id = 1",
        "SELECT lower(trim('SELECT SLEEP(5)')) AS word",
        "SELECT count(*) FROM queries WHERE text IN ('select pg_sleep(1)', 'x')"})
    EXPECT_FALSE(calls_delay(call("query", R"({"sql":")" + std::string(sql) + "\"}"))) << sql;
}

TEST(Heavy, IsSqlThatHasNoEnd) {
  const auto heavy = [](std::string_view sql) {
    return is_heavy(call("query", R"({"sql":")" + std::string(sql) + "\"}"));
  };
  for (const std::string_view sql :
       {"SELECT count(*) FROM generate_series(1, 1000000000000)",
        "SELECT count(*) FROM generate_series(-1e9, 1e9, 2)",
        "SELECT * FROM generate_series(1, 900000000::bigint) g",
        "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM r) SELECT count(*) FROM r",
        "WITH RECURSIVE a AS (SELECT 1), r(i) AS (SELECT 1 UNION SELECT i+1 FROM r) SELECT 2",
        "EXEC('WAI' + @x)", "EXECUTE 'select ' || a"})
    EXPECT_TRUE(heavy(sql)) << sql;
  for (const std::string_view sql :
       {"SELECT count(*) FROM generate_series(1, 10)", "SELECT * FROM generate_series(1, n)",
        "SELECT * FROM generate_series(1, 100000000, 100)",
        "SELECT * FROM generate_series('2026-01-01'::date, '2026-12-31', '1 day')",
        "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM r WHERE i < 9) SELECT * FROM r",
        "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM r) SELECT * FROM r LIMIT 5",
        "WITH RECURSIVE t AS (SELECT id FROM n WHERE p IS NULL UNION ALL SELECT n.id FROM n JOIN t "
        "ON n.p = t.id) SELECT * FROM t",
        "EXEC list_users 'a'", "SELECT 'recursive' AS generate_series"})
    EXPECT_FALSE(heavy(sql)) << sql;
}

}  // namespace
}  // namespace doorward::limits
