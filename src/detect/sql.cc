#include "detect/sql.h"

#include <algorithm>
#include <array>

#include "detect/sql_postgres.h"

namespace doorward::detect {

namespace {

constexpr size_t kMostClasses = 64;

// Takes over what is stricter.
void join(SqlReport& report, const SqlReading& reading, bool first) {
  const bool differs =
      reading.classes.size() != report.statements ||
      !std::equal(report.classes.begin(), report.classes.end(), reading.classes.begin(),
                  reading.classes.begin() +
                      static_cast<std::ptrdiff_t>(std::min(reading.classes.size(), kMostClasses)));
  if (!first && differs) report.dialects_differ = true;
  const SqlClass worst = reading.worst();
  if (first || reading.classes.size() > report.statements ||
      (reading.classes.size() == report.statements && worst > report.worst)) {
    report.statements = reading.classes.size();
    report.classes.assign(reading.classes.begin(),
                          reading.classes.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                        reading.classes.size(), kMostClasses)));
  }
  report.worst = std::max(report.worst, worst);
}

// What a dialect can't make sense of, it refuses to run; that reading says nothing then, unless it
// is the only one.
bool is_nonsense(const SqlReading& reading) {
  return !reading.classes.empty() && reading.classes.size() == 1 &&
         reading.classes[0] == SqlClass::unknown;
}

}  // namespace

std::string_view sql_class_name(SqlClass sql_class) {
  constexpr std::array<std::string_view, 6> kNames = {"read", "transaction", "write",
                                                      "ddl",  "admin",       "unknown"};
  return kNames[static_cast<size_t>(sql_class)];
}

std::string_view sql_danger_name(SqlDanger danger) {
  constexpr std::array<std::string_view, 5> kNames = {"delay", "file", "network", "execute",
                                                      "control"};
  return kNames[static_cast<size_t>(danger)];
}

bool SqlReport::is_single() const {
  return statements == 1 && !hidden_code && !unterminated && worst != SqlClass::unknown;
}
bool SqlReport::is_one_reading() const {
  return is_single() && worst == SqlClass::read && functions.empty();
}
bool SqlReport::is_one_writing() const {
  return is_single() && worst == SqlClass::write && functions.empty();
}

SqlReport read_sql(std::string_view text, SqlDialect dialect) {
  SqlReport report;
  if (text.size() > kSqlBytes || text.find('\0') != std::string_view::npos) {
    report.statements = 1;
    report.classes = {SqlClass::unknown};
    report.worst = SqlClass::unknown;
    return report;
  }
  constexpr std::array<SqlDialect, 4> kAll = {SqlDialect::postgres, SqlDialect::mysql,
                                              SqlDialect::sqlite, SqlDialect::tsql};
  bool first = true;
  bool sense = false;
  report.unterminated = true;
  for (const SqlDialect each : kAll) {
    if (dialect != SqlDialect::any && dialect != each) continue;
    const SqlTokens tokens = cut_sql(text, each);
    report.comment = report.comment || tokens.comment;
    report.hidden_code = report.hidden_code || tokens.hidden_code;
    report.unterminated = report.unterminated && tokens.unterminated;
    // A fragment that breaks out of a quote of the server's: the rest of it is code, not text.
    find_functions(tokens, report.functions,
                   tokens.unterminated ? report.functions : report.quoted_functions);
    report.costly = report.costly || is_costly(tokens);
    SqlReading reading;
    auto by_grammar =
        each == SqlDialect::postgres ? read_postgres(text) : std::optional<PostgresReading>();
    if (by_grammar) {
      report.by_grammar = true;
      reading = std::move(by_grammar->reading);
      for (auto& function : by_grammar->functions) add_once(report.functions, std::move(function));
    } else {
      reading = read_words(tokens, each);
    }
    for (std::string& table : reading.tables) add_once(report.tables, std::move(table));
    // A text that ends within a quote is refused by a server, but what stands before it may have
    // run: only a single statement of that kind drops out.
    const bool nothing =
        (tokens.unterminated && reading.classes.size() <= 1) || is_nonsense(reading);
    if (nothing && sense) continue;
    if (!nothing && !sense && !first) {
      // The readings before were nonsense; this one stands alone.
      report.statements = 0;
      report.classes.clear();
      report.worst = SqlClass::read;
      first = true;
    }
    sense = sense || !nothing;
    join(report, reading, first);
    first = false;
  }
  if (report.statements > 0 && !sense) report.worst = SqlClass::unknown;
  // SELECT of a function that changes something is no reading.
  for (const SqlFunction& function : report.functions)
    if (function.danger != SqlDanger::delay && report.worst < SqlClass::admin)
      report.worst = SqlClass::admin;
  return report;
}

bool is_value_or_comment(std::string_view text, size_t from, size_t to) {
  if (text.size() > kSqlBytes) return false;
  const auto in = [&](size_t begin, size_t end) { return begin <= from && to <= end; };
  for (const SqlDialect each :
       {SqlDialect::postgres, SqlDialect::mysql, SqlDialect::sqlite, SqlDialect::tsql}) {
    const SqlTokens tokens = cut_sql(text, each);
    if (tokens.unterminated) return false;
    bool found =
        std::any_of(tokens.comments.begin(), tokens.comments.end(),
                    [&](const auto& comment) { return in(comment.first, comment.second); });
    for (size_t i = 0; i < tokens.list.size() && !found; ++i) {
      if (!in(tokens.list[i].from, tokens.list[i].to)) continue;
      std::vector<SqlFunction> called, quoted;
      find_functions(tokens, called, quoted);
      if (!value_texts(tokens)[i] || runs_texts(tokens, called)) return false;
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace doorward::detect
