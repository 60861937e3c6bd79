// The keys of one request, made once and handed on in `Notes` from guard to guard and to its
// answer.
#pragma once

#include "core/task.h"
#include "limits/fingerprint.h"
#include "limits/task_counts.h"

namespace doorward::limits {

// Whose counts: the principal's. Made once for all guards of a message.
[[nodiscard]] Key owner_of(const core::Exchange& exchange, core::Notes& notes);
[[nodiscard]] Key owner_of(const core::Exchange& exchange);

// The server of an exchange, and this principal's way to it, for what counts by them.
[[nodiscard]] Key server_key(const core::Exchange& exchange, core::Notes& notes);
[[nodiscard]] Key way_key(const core::Exchange& exchange, core::Notes& notes);

// The task of an exchange, as its counts know it.
[[nodiscard]] TaskRef task_ref(const core::Exchange& exchange, const core::Tasks& tasks,
                               core::Notes& notes);

// Of the request that the exchange belongs to. INVARIANT: exchange.request is not null.
[[nodiscard]] Fingerprint mark_of(const core::Exchange& exchange, core::Notes& notes);

// What an answer was, for what looks for circles: alike for answers that are alike, one value for
// all failures. The high bits say which tool gave it, and whether it says that a job goes on.
struct AnswerMark {
  static constexpr uint64_t kGoesOn = uint64_t{1} << 63, kTool = uint64_t{0x7fff} << 48;
  [[nodiscard]] static bool is_poll(uint64_t mark) { return (mark & kGoesOn) != 0; }
  [[nodiscard]] static bool same_tool(uint64_t one, uint64_t other) {
    return (one & kTool) == (other & kTool);
  }
};
inline constexpr uint64_t kFailedAnswer = 1;
// `may_poll`: nobody said that the tool does more than read.
[[nodiscard]] uint64_t answer_mark(const wire::Message& request, const wire::Message& reply,
                                   bool may_poll);

// True for the requests that make a server work and may be repeated: calls, reads, prompts,
// completions.
[[nodiscard]] bool is_work(const wire::Message& request);

// The tool that a call names; "" for any other request.
[[nodiscard]] std::string_view tool_of(const wire::Message& request);
// What one bucket counts: a tool, or all requests of one method.
[[nodiscard]] std::string_view subject_of(const wire::Message& request);

}  // namespace doorward::limits
