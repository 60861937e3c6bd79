#include "detect/sql.h"

#include <gtest/gtest.h>

#include "detect/statement.h"

namespace doorward::detect {
namespace {

struct Case {
  std::string_view text;
  size_t statements;
  SqlClass worst;
};

// Attacks and, beside each, what differs as little as possible and is fine.
constexpr Case kCases[] = {
    {"SELECT * FROM users WHERE id = 1", 1, SqlClass::read},
    {"select 1;", 1, SqlClass::read},
    {"", 0, SqlClass::read},
    {"-- nothing", 0, SqlClass::read},
    {"COMMIT; CREATE TABLE x()", 2, SqlClass::ddl},
    {"COMMIT", 1, SqlClass::transaction},
    {"SELECT 1; DROP TABLE users", 2, SqlClass::ddl},
    {"SELECT '1; DROP TABLE users'", 1, SqlClass::read},
    {"SELECT 1 /* ; DROP TABLE users */", 1, SqlClass::read},
    {"SELECT 1 /*! ; DROP TABLE users */", 2, SqlClass::ddl},
    {"SELECT 1 /*!50000 UNION SELECT 2 */", 1, SqlClass::read},
    {"SELECT '\\'; DROP TABLE users; -- '", 2, SqlClass::ddl},
    {"SELECT 'it''s; fine'", 1, SqlClass::read},
    {"SELECT $$ ; DROP TABLE x $$", 2, SqlClass::ddl},  // two to MySQL
    {"SELECT 1 # ; DROP TABLE x", 2, SqlClass::ddl},
    {"SELECT a DELETE FROM t", 2, SqlClass::write},  // an alias to PostgreSQL, two to T-SQL
    {"SELECT 1 EXEC('x')", 2, SqlClass::admin},
    {"SELECT a AS \"delete\" FROM t", 1, SqlClass::read},
    {"SELECT a FROM t FOR UPDATE", 1, SqlClass::write},
    {"SELECT updated FROM t", 1, SqlClass::read},
    {"SELECT replace(a, 'b', 'c') FROM t", 1, SqlClass::read},
    {"WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", 1, SqlClass::write},
    {"WITH kept AS (SELECT * FROM t) SELECT * FROM kept", 1, SqlClass::read},
    {"SELECT * INTO copy FROM t", 1, SqlClass::ddl},
    {"SELECT a INTO OUTFILE '/tmp/x' FROM t", 1, SqlClass::admin},
    {"EXPLAIN DELETE FROM t", 1, SqlClass::read},
    {"EXPLAIN ANALYZE DELETE FROM t", 1, SqlClass::write},
    {"INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", 1, SqlClass::write},
    {"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1", 1, SqlClass::write},
    {"ALTER TABLE t DROP COLUMN c", 1, SqlClass::ddl},
    {"CREATE ROLE r SUPERUSER", 1, SqlClass::admin},
    {"GRANT ALL ON t TO r", 1, SqlClass::admin},
    {"COPY t TO PROGRAM 'sh'", 1, SqlClass::admin},
    {"DO $$ BEGIN PERFORM 1; END $$", 2, SqlClass::admin},  // to those who know no dollar quotes
    {"PRAGMA table_info(users)", 1, SqlClass::read},
    {"PRAGMA writable_schema = 1", 1, SqlClass::admin},
    {"ATTACH DATABASE '/etc/x' AS y", 1, SqlClass::admin},
    {"SHOW TABLES", 1, SqlClass::read},
    {"SELECT `name` FROM `users` LIMIT 3", 1, SqlClass::read},
    {"SELECT TOP 3 [name] FROM [users]", 1, SqlClass::read},
    {"make me a sandwich", 1, SqlClass::unknown},
    {"1 OR 1=1", 1, SqlClass::unknown},
    {"SELECT pg_read_file('/etc/passwd')", 1, SqlClass::admin},
};

TEST(Sql, TableOfTexts) {
  for (const Case& each : kCases) {
    const SqlReport report = read_sql(each.text);
    EXPECT_EQ(report.statements, each.statements) << each.text;
    EXPECT_EQ(sql_class_name(report.worst), sql_class_name(each.worst)) << each.text;
  }
}

TEST(Sql, OneReading) {
  EXPECT_TRUE(read_sql("SELECT a FROM t").is_one_reading());
  EXPECT_TRUE(read_sql("SELECT a FROM t WHERE b LIKE '%sleep(%'").is_one_reading());
  EXPECT_FALSE(read_sql("SELECT a FROM t; SELECT 2").is_one_reading());
  EXPECT_FALSE(read_sql("SELECT pg_sleep(10)").is_one_reading());
  EXPECT_FALSE(read_sql("SELECT 'open").is_one_reading());
  EXPECT_TRUE(read_sql("UPDATE t SET a = 1").is_one_writing());
  EXPECT_FALSE(read_sql("DROP TABLE t").is_one_writing());
  EXPECT_TRUE(read_sql("DROP TABLE t").is_single());
  EXPECT_FALSE(read_sql("").is_single());
}

TEST(Sql, DelayFunctionsInManySpellings) {
  for (const std::string_view text :
       {"SELECT pg_sleep(5)", "select PG_SLEEP /**/ (5)", "select \"pg_sleep\"(5)",
        "select pg_catalog.pg_sleep(5)", "SELECT U&\"pg\\005fsleep\"(5)", "WAITFOR DELAY '0:0:5'",
        "SELECT 1; WAITFOR DELAY '0:0:5'", "SELECT BENCHMARK(1000000, MD5(1))", "select sleep(5)",
        "1' AND SLEEP(5) -- ", "SELECT 1 /*! AND sleep(5) */"}) {
    const SqlReport report = read_sql(text);
    ASSERT_FALSE(report.functions.empty()) << text;
    EXPECT_EQ(report.functions[0].danger, SqlDanger::delay) << text;
  }
  EXPECT_TRUE(read_sql("SELECT sleep FROM nights").functions.empty());
  EXPECT_FALSE(read_sql("DO $$ BEGIN PERFORM pg_sleep(5); END $$").quoted_functions.empty());
}

TEST(Sql, AValueOrACommentIsWhatEveryDialectTakesForOne) {
  const auto is = [](std::string_view text) {
    constexpr std::string_view kPart = "sleep(5)";
    const size_t at = text.find(kPart);
    return is_value_or_comment(text, at, at + kPart.size());
  };
  for (const std::string_view text :
       {"SELECT a FROM t WHERE b LIKE '%sleep(5)%'", "-- sleep(5)\nSELECT 1",
        "SELECT 1 /* sleep(5) */", "INSERT INTO t VALUES (1, 'sleep(5)')"})
    EXPECT_TRUE(is(text)) << text;
  for (const std::string_view text :
       {"SELECT sleep(5)", "SELECT 1 /*! , sleep(5) */", "SELECT 1 # sleep(5)",
        "SELECT 1 --sleep(5)",  // MySQL takes it for two minus signs
        "SELECT \"sleep(5)\"", "SELECT 'a\\' , sleep(5) , 'b'", "EXEC('sleep(5)')",
        "SELECT f('sleep(5)')", "' OR sleep(5) -- "})
    EXPECT_FALSE(is(text)) << text;
}

TEST(Sql, ProseIsWhatNoGrammarTakes) {
  for (const std::string_view text :
       {"how does pg_sleep(600) work?", "SLEEP(5) mysql docs", "what benchmark(1000) results say"})
    EXPECT_TRUE(is_prose_about_sql(text)) << text;
  for (const std::string_view text :
       {"SLEEP(5)", "1 OR SLEEP(5)", "id desc nulls last, sleep(5)", "sleep(5) asc",
        "1 AND (SELECT sleep(5) x y z)", "a b c; SELECT sleep(5)", "x' a b c sleep(5) -- ",
        "a b c -- sleep(5)", "a b c %27 sleep(5)", "1 union select sleep(5) from dual"})
    EXPECT_FALSE(is_prose_about_sql(text)) << text;
}

TEST(Sql, StatementsThatLeaveTheDatabase) {
  for (const std::string_view text :
       {"COPY t FROM PROGRAM 'id'", "copy (SELECT 1) to program 'id'",
        "COPY t(a)\nFROM\nPROGRAM 'id'", "CREATE TABLE c(o text); COPY c FROM PROGRAM E'id'",
        "CREATE OR REPLACE FUNCTION f() RETURNS int AS $$ x $$ LANGUAGE plpython3u",
        "CREATE FUNCTION f() RETURNS int AS '/x.so', 'f' LANGUAGE C STRICT",
        "DO $$ x $$ LANGUAGE plperlu", "DO LANGUAGE plpython3u $$ x $$",
        "GRANT pg_execute_server_program TO bob"}) {
    const SqlReport report = read_sql(text);
    ASSERT_FALSE(report.functions.empty()) << text;
    EXPECT_EQ(report.functions[0].danger, SqlDanger::execute) << text;
  }
  EXPECT_EQ(read_sql("SELECT * INTO DUMPFILE '/tmp/x' FROM t").functions.at(0).danger,
            SqlDanger::file);
  for (const std::string_view text :
       {"COPY t FROM STDIN", "SELECT program FROM copy", "SELECT 'COPY t FROM PROGRAM ''id'' '",
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql",
        "SELECT language, c FROM t", "CREATE TABLE language (c int)",
        "INSERT INTO outfile VALUES ('x')", "GRANT reader TO bob"})
    EXPECT_TRUE(read_sql(text).functions.empty()) << text;
}

TEST(Sql, Tables) {
  const SqlReport report = read_sql(
      "WITH w AS (SELECT 1) SELECT * FROM Public.Users u JOIN orders USING (id), w WHERE x IN "
      "(SELECT y FROM secrets)",
      SqlDialect::postgres);
  EXPECT_EQ(report.tables, (std::vector<std::string>{"public.users", "orders", "secrets"}));
  EXPECT_EQ(read_sql("DELETE FROM [dbo].[Log]", SqlDialect::tsql).tables,
            std::vector<std::string>{"dbo.log"});
}

TEST(Sql, ADialectIsReadAlone) {
  EXPECT_EQ(read_sql("SELECT '\\'; DROP TABLE t; -- '", SqlDialect::mysql).statements, 1U);
  EXPECT_EQ(read_sql("SELECT '\\'; DROP TABLE t; -- '", SqlDialect::postgres).statements, 2U);
  EXPECT_TRUE(read_sql("SELECT '\\'; DROP TABLE t; -- '").dialects_differ);
  EXPECT_FALSE(read_sql("SELECT 1").dialects_differ);
}

TEST(Sql, BoundsAreKept) {
  EXPECT_EQ(read_sql(std::string(kSqlBytes + 1, ' ')).worst, SqlClass::unknown);
  std::string deep = "SELECT 1";
  for (int i = 0; i < 7000; ++i) deep += "+1";
  EXPECT_EQ(read_sql(deep).worst, SqlClass::read);
  EXPECT_EQ(read_sql("SELECT " + std::string(8000, '(') + "1" + std::string(8000, ')')).worst,
            SqlClass::read);
}

TEST(Sql, MaskIsOneForWhatIsAlike) {
  EXPECT_EQ(mask_sql("SELECT * FROM t WHERE id=1"),
            mask_sql("select *  from T /* x */ where id = 22"));
  EXPECT_EQ(mask_sql("SELEC * FORM t WHERE id = 'a'"), mask_sql("selec * form t where id = 'b'"));
  EXPECT_EQ(mask_sql("x IN (1, 2, 3)"), mask_sql("x in (4)"));
  EXPECT_EQ(mask_sql("a = 'open"), mask_sql("a = 'other"));
  EXPECT_NE(mask_sql("SELECT a FROM t"), mask_sql("SELECT b FROM t"));
}

}  // namespace
}  // namespace doorward::detect
