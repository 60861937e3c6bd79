// Recorded calls as a trace that `doorward replay` can read (INTERFACE, Traces).
//
// A call stands where it ended, with its result: what was asked before it ended did not know its
// result. Texts stand as the log kept them: without secrets, and long ones shortened. A call whose
// arguments were not kept as JSON is left out and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/config/config.h"
#include "catalog/lock_file.h"
#include "wire/json.h"

namespace doorward::app {

// One line with its end for each configured server, with the tools that the lock file pins, and
// what people signed of them.
[[nodiscard]] std::string trace_servers(const Config& config, const catalog::LockFile& lock);

// Turns exported lines (see audit::export_entries) into trace lines.
class TraceWriter {
 public:
  // The trace lines that are known now, each with its end; often none, or those of earlier entries.
  [[nodiscard]] std::string line(std::string_view exported);
  // Calls that never ended.
  [[nodiscard]] std::string rest();
  [[nodiscard]] uint64_t calls() const { return calls_; }
  [[nodiscard]] uint64_t left_out() const { return left_out_; }
  [[nodiscard]] uint64_t shortened() const { return shortened_; }
  [[nodiscard]] uint64_t nobodys() const { return nobodys_; }  // left out: tools of no server

 private:
  struct Open {
    uint64_t index = 0;
    std::string text;  // of its line, less the result and the end
    std::string end;
  };
  [[nodiscard]] std::string decided(uint64_t index, wire::JsonValue entry);
  [[nodiscard]] std::string ended(wire::JsonValue entry);

  std::unordered_map<uint64_t, Open> open_;
  std::deque<uint64_t> order_;
  uint64_t calls_ = 0, left_out_ = 0, shortened_ = 0, nobodys_ = 0;
};

}  // namespace doorward::app
