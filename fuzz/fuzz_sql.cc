// Fuzzes module: detect
// Any text: every dialect ends, no reading is laxer than that of one dialect alone, the mask is the
// same for the same text and within its bound.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "detect/sql.h"

using namespace doorward::detect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const SqlReport all = read_sql(text);
  if (all.is_one_reading() && (all.statements != 1 || !all.functions.empty())) std::abort();
  for (const SqlDialect dialect :
       {SqlDialect::postgres, SqlDialect::mysql, SqlDialect::sqlite, SqlDialect::tsql}) {
    const SqlReport one = read_sql(text, dialect);
    const bool makes_sense = !one.unterminated && one.worst != SqlClass::unknown;
    if (makes_sense && (one.statements > all.statements || one.worst > all.worst)) std::abort();
  }
  const std::string mask = mask_sql(text, 256);
  if (mask.size() > 256 || mask != mask_sql(text, 256)) std::abort();
  return 0;
}
