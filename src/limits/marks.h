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

// The task of an exchange, as its counts know it.
[[nodiscard]] TaskRef task_ref(const core::Exchange& exchange, const core::Tasks& tasks,
                               core::Notes& notes);

// Of the request that the exchange belongs to. INVARIANT: exchange.request is not null.
[[nodiscard]] Fingerprint mark_of(const core::Exchange& exchange, core::Notes& notes);

// True for the requests that make a server work and may be repeated: calls, reads, prompts,
// completions.
[[nodiscard]] bool is_work(const wire::Message& request);

// The tool that a call names; "" for any other request.
[[nodiscard]] std::string_view tool_of(const wire::Message& request);
// What one bucket counts: a tool, or all requests of one method.
[[nodiscard]] std::string_view subject_of(const wire::Message& request);

}  // namespace doorward::limits
