// A signed entry as others read it: one OCSF event as JSON, a syslog message, an OTLP log record.
// Each holds the entry whole, its number, its leaf hash and the checkpoint that covers it, so that
// what is taken out downstream is missed and what is changed there shows.
//
//   decision, outcome   OCSF API Activity (6003)
//   event               OCSF Event Log Activity (1008)
//   `raw_data` is the entry's own line: leaf = SHA-256(0x00 || raw_data), and its `prev` is the
//   leaf of the record before it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/hash.h"

namespace doorward::audit {

struct Record {
  uint64_t index = 0;
  Hash leaf{};
  std::string entry;
  std::string checkpoint;  // the note, or "" where the receiver gets it otherwise
};

// On one line, without its end. An entry that can't be read becomes an event that says so.
[[nodiscard]] std::string ocsf_json(const Record& record);

// RFC 5424: facility 13 (log audit), the OCSF event as message, number and leaf as structured data.
[[nodiscard]] std::string syslog_message(const Record& record, std::string_view host);

// The body of an OTLP/HTTP request (ExportLogsServiceRequest as JSON).
[[nodiscard]] std::string otlp_json(std::span<const Record> records, std::string_view host);

}  // namespace doorward::audit
