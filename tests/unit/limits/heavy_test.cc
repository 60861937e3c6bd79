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
}

}  // namespace
}  // namespace doorward::limits
