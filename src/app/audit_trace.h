// Recorded calls as a trace that `doorward replay` can read (INTERFACE, Traces).
//
// The log keeps of a result only its hash, so that `result` is left out. Arguments stand there
// redacted; a call whose arguments were too long to be kept whole is left out and counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "catalog/lock_file.h"

namespace doorward::app {

// One line with its end for each configured server, with the tools that the lock file pins.
[[nodiscard]] std::string trace_servers(const Config& config, const catalog::LockFile& lock);

// Turns exported lines (see audit::export_entries) into trace lines.
class TraceWriter {
 public:
  // The trace line with its end, or "" for a line that is no call.
  [[nodiscard]] std::string line(std::string_view exported);
  [[nodiscard]] uint64_t calls() const { return calls_; }
  [[nodiscard]] uint64_t left_out() const { return left_out_; }

 private:
  uint64_t calls_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace doorward::app
