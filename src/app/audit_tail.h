// `doorward audit tail`: the newest entries for people.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/log_reader.h"
#include "wire/json.h"

namespace doorward::app {

// An entry has to meet every field that is set. An outcome names neither tool nor verdict: it goes
// with the decision that it ends.
struct TailFilter {
  std::string server;
  std::string tool;  // `TOOL` or `SERVER.TOOL`
  std::string principal;
  std::string verdict;  // pass, rewrite, hold, deny
  std::string reason;   // or how it begins: `logtamper.`
  std::string kind;     // decision, outcome, event
  std::string call;

  [[nodiscard]] bool empty() const {
    return server.empty() && tool.empty() && principal.empty() && verdict.empty() &&
           reason.empty() && kind.empty() && call.empty();
  }
  [[nodiscard]] bool meets(wire::JsonValue entry) const;
};

// One line without its end: time, number, what happened, who, on what, why. Nothing in it that a
// terminal would obey.
[[nodiscard]] std::string entry_line(uint64_t index, std::string_view entry);

// Calls `show` with the last `count` entries that meet `filter`, in order; returns the index behind
// the newest entry that was looked at, where forward() goes on. Errors: those of LogReader.
[[nodiscard]] Expected<uint64_t> show_last(LogReader& reader, const TailFilter& filter,
                                           size_t count, const LogReader::Visit& show);

// The filter around a visit.
[[nodiscard]] LogReader::Visit filtered(const TailFilter& filter, LogReader::Visit show);

}  // namespace doorward::app
